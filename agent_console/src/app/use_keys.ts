import { useEffect, useRef } from "react";
import type { ConsoleActions } from "../model/actions";
import type { ConsoleModel } from "../model/model";
import { type Shortcut, shortcutOf } from "../model/shortcuts";
import { focusKind } from "../view/stage/typing";

/** What can be done now; a key for anything else does nothing. */
function act(shortcut: Shortcut, model: ConsoleModel, actions: ConsoleActions): void {
  const { status, devices } = model;
  const todo: Record<Shortcut, () => void> = {
    accept: () => (devices.canAnswer ? actions.accept() : undefined),
    decline: () => actions.open("declining"),
    close: actions.close,
    dismiss: actions.endRead,
    help: () => actions.open("help"),
    ready: () => (status?.canMakeReady ? actions.makeReady() : undefined),
    pause: () => (status?.canPause ? actions.open("pausing") : undefined),
    extend: () => (status?.canExtend ? actions.extendWrapUp() : undefined),
    microphone: () => (devices.stream === null ? undefined : actions.setAudio(!devices.audioOn)),
    camera: () => (devices.stream === null ? undefined : actions.setVideo(!devices.videoOn)),
    end_call: () => actions.open("ending"),
  };
  todo[shortcut]();
}

/** The keys of the whole window. */
export function useKeys(model: ConsoleModel, actions: ConsoleActions, questionMark: boolean): void {
  const latest = useRef({ model, actions, questionMark });
  useEffect(() => {
    latest.current = { model, actions, questionMark };
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const now = latest.current;
      const situation = {
        // A key for the stage means nothing while another part of the console is looked at.
        stage: now.model.section === "work" ? now.model.stage.kind : "nothing",
        open: now.model.state.open,
        questionMark: now.questionMark,
      };
      const press = {
        key: event.key,
        code: event.code,
        alt: event.altKey,
        control: event.ctrlKey || event.metaKey,
        repeat: event.repeat,
        focus: focusKind(document.activeElement),
      };
      if (event.repeat && event.key === "Enter" && situation.stage === "ringing") {
        // A key that was held down before it rang must not answer through the button that has the focus.
        event.preventDefault();
        return;
      }
      const shortcut = now.model.page === "console" ? shortcutOf(press, situation) : null;
      if (shortcut !== null) {
        event.preventDefault();
        act(shortcut, now.model, now.actions);
      }
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}
