import type { CallMedia, LocalMedia, Session, StaffSnapshot } from "@palvelurinki/call_kit";
import { CommandError } from "@palvelurinki/call_kit";
import { useNow, useObservable } from "@palvelurinki/call_kit/react";
import { type JSX, useEffect, useMemo, useState } from "react";
import type { ConsoleActions, TerminalActions } from "../model/actions";
import { titleOf } from "../model/alerts";
import { type ConsoleModel, modelOf } from "../model/model";
import type { RingTone } from "../sound/ring_tone";
import { Window } from "../view/window";
import { chooseLanguage, useWords } from "../words/i18n";
import { keepIssuer, keepQuestionMark, questionMarkWanted, takeRefusal } from "./browser";
import type { ConsoleStore } from "./console_store";
import { deskActionsOf } from "./desk_actions";
import type { DeskAlarm } from "./desk_alarm";
import type { DeskStore } from "./desk_store";
import { signOut } from "./http";
import type { TerminalsStore } from "./terminals_store";
import { useKeys } from "./use_keys";
import { useSignIn } from "./use_sign_in";
import { useView } from "./use_view";

export interface Parts {
  readonly session: Session<StaffSnapshot>;
  readonly local: LocalMedia;
  readonly media: CallMedia;
  readonly store: ConsoleStore;
  readonly tone: RingTone;
  readonly terminals: TerminalsStore;
  readonly desk: DeskStore;
  readonly deskAlarm: DeskAlarm;
}

/** Taken from the address as the page loads, before anything else is shown. */
const refusal = takeRefusal();

/** The issuer ends its own sign-in at `leave_at`, and leads back here. */
function goTo(leaveAt: string | null): void {
  const address = new URL(leaveAt ?? "/console/", location.origin);
  location.assign(address.protocol === "https:" || address.protocol === "http:" ? address : "/console/");
}

async function leave({ session, store }: Parts, everywhere: boolean): Promise<void> {
  store.dispatch({ type: "closed" });
  try {
    const { leave_at: leaveAt } = await signOut(everywhere);
    session.stop();
    goTo(leaveAt);
  } catch (error: unknown) {
    store.dispatch({ type: "failed", place: "account", code: error instanceof CommandError ? error.code : "internal" });
  }
}

function soon(doing: Promise<unknown>): void {
  doing.catch(reportError);
}

function terminalActionsOf(terminals: TerminalsStore): TerminalActions {
  return {
    read: () => soon(terminals.read()),
    begin: (act, terminal) => terminals.dispatch({ type: "begun", act, terminal }),
    writeCode: (text) => terminals.dispatch({ type: "code_written", text }),
    lookUp: () => soon(terminals.lookUp()),
    approve: () => soon(terminals.approve()),
    differs: () => terminals.dispatch({ type: "differed" }),
    revoke: () => soon(terminals.revoke()),
    close: () => terminals.dispatch({ type: "closed" }),
    doneRead: () => terminals.dispatch({ type: "done_read" }),
  };
}

interface Chosen {
  readonly show: (view: string) => void;
  readonly setQuestionMark: (on: boolean) => void;
  readonly readSignIn: () => void;
}

function actionsOf(parts: Parts, { show, setQuestionMark, readSignIn }: Chosen): ConsoleActions {
  const { session, local, store, tone } = parts;
  return {
    makeReady: () => soon(store.makeReady()),
    pause: (reason) => soon(store.pause(reason)),
    extendWrapUp: () => soon(store.extendWrapUp()),
    accept: () => soon(store.accept()),
    decline: (reason) => soon(store.decline(reason)),
    endCall: () => soon(store.endCall()),
    endRead: () => store.dispatch({ type: "end_read" }),
    open: (what) => store.dispatch({ type: "opened", what }),
    close: () => store.dispatch({ type: "closed" }),
    failureRead: (place) => store.dispatch({ type: "failure_read", place }),
    setAudio: (on) => local.setAudio(on),
    setVideo: (on) => local.setVideo(on),
    openDevices: () => soon(local.open()),
    testSound: () => tone.once(),
    readOffers: (ring) => soon(store.readOffers(ring)),
    chooseSection: show,
    chooseLanguage: (language) => soon(chooseLanguage(language)),
    setQuestionMark,
    signOut: (everywhere) => soon(leave(parts, everywhere)),
    chooseIssuer: keepIssuer,
    readSignIn,
    terminals: terminalActionsOf(parts.terminals),
    desk: deskActionsOf(parts.desk, soon),
    callAdvisor: (wanted) => soon(store.callAdvisor(wanted)),
    concluding: {
      choose: (concluding) => store.dispatch({ type: "conclusion_chosen", concluding }),
      save: () => soon(store.saveConclusion()),
    },
    takeOver: () => session.takeOver(),
  };
}

function useTitle(model: ConsoleModel): void {
  const { t } = useWords();
  const called = model.desk.calls.some(({ sounds }) => sounds);
  const title = titleOf(model.state, model.now, called);
  const name = t("app.name");
  const words = {
    plain: () => name,
    ringing: () => t("title.ringing"),
    called: () => t("desk.call.title"),
    in_call: () => `${t("title.in_call")} – ${name}`,
    unread: () => t("title.unread", { count: title.kind === "unread" ? title.count : 0 }),
  }[title.kind]();
  useEffect(() => {
    document.title = words;
  }, [words]);
}

/** The list is read while it is looked at. */
function useTerminals(terminals: TerminalsStore, wanted: boolean): void {
  useEffect(() => (wanted ? terminals.watch() : undefined), [terminals, wanted]);
}

/** The catalogue is kept fresh while the desk is looked at; who calls is heard whatever is looked at. */
function useDesk({ desk, deskAlarm }: Parts, model: ConsoleModel): void {
  const wanted = model.page === "console" && model.section === "desk";
  useEffect(() => (wanted ? desk.watch() : undefined), [desk, wanted]);
  const calls = model.page === "console" && model.sections.includes("desk") ? model.desk.calls : NOBODY;
  useEffect(() => deskAlarm.look(calls), [deskAlarm, calls]);
  useEffect(() => {
    const onLeave = (event: BeforeUnloadEvent): void => {
      // A note is stored nowhere: leaving the page would lose it, so the browser asks.
      if (desk.hasText()) {
        event.preventDefault();
      }
    };
    addEventListener("beforeunload", onLeave);
    return () => removeEventListener("beforeunload", onLeave);
  }, [desk]);
}

const NOBODY: ConsoleModel["desk"]["calls"] = [];

/** The one hook between the moving parts and the views. */
export function App({ parts }: { readonly parts: Parts }): JSX.Element {
  const [view, show] = useView();
  const [questionMark, setQuestionMark] = useState(questionMarkWanted);
  const connection = useObservable(parts.store).connection.kind;
  const [signIn, readSignIn] = useSignIn(connection === "signed_out");
  const actions = useMemo(() => {
    const keep = (on: boolean): void => {
      keepQuestionMark(on);
      setQuestionMark(on);
    };
    return actionsOf(parts, { show, setQuestionMark: keep, readSignIn });
  }, [parts, show, readSignIn]);
  const model = modelOf(useObservable(parts.store), {
    local: useObservable(parts.local),
    media: useObservable(parts.media),
    chosen: view,
    soundAllowed: useObservable(parts.tone.allowed),
    terminals: useObservable(parts.terminals),
    desk: useObservable(parts.desk),
    localNow: useNow(1000),
  });
  useTerminals(parts.terminals, model.page === "console" && model.section === "terminals");
  useDesk(parts, model);
  useTitle(model);
  useKeys(model, actions, questionMark);
  return (
    <Window
      actions={actions}
      model={model}
      questionMark={questionMark}
      refusal={refusal}
      signIn={signIn}
      wall={view === "wall"}
    />
  );
}
