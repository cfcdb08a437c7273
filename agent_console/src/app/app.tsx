import type { CallMedia, DemoView, LocalMedia, Session, StaffSnapshot } from "@palvelurinki/call_kit";
import { CommandError } from "@palvelurinki/call_kit";
import { useNow, useObservable } from "@palvelurinki/call_kit/react";
import { type JSX, useEffect, useMemo, useState } from "react";
import type { ConsoleActions } from "../model/actions";
import { titleOf } from "../model/alerts";
import { type ConsoleModel, modelOf } from "../model/model";
import type { RingTone } from "../sound/ring_tone";
import { Window } from "../view/window";
import { chooseLanguage, useWords } from "../words/i18n";
import { keepQuestionMark, questionMarkWanted } from "./browser";
import type { ConsoleStore } from "./console_store";
import { readDemo, signOut } from "./http";
import { useKeys } from "./use_keys";
import { useView } from "./use_view";

export interface Parts {
  readonly session: Session<StaffSnapshot>;
  readonly local: LocalMedia;
  readonly media: CallMedia;
  readonly store: ConsoleStore;
  readonly tone: RingTone;
}

async function leave({ session, store }: Parts): Promise<void> {
  try {
    await signOut();
    session.stop();
    location.assign("/console/");
  } catch (error: unknown) {
    store.dispatch({ type: "failed", place: "account", code: error instanceof CommandError ? error.code : "internal" });
  }
}

function actionsOf(parts: Parts, show: (view: string) => void, setQuestionMark: (on: boolean) => void): ConsoleActions {
  const { session, local, store, tone } = parts;
  const soon = (doing: Promise<unknown>): void => {
    doing.catch(reportError);
  };
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
    signOut: () => soon(leave(parts)),
    takeOver: () => session.takeOver(),
  };
}

function useTitle(model: ConsoleModel): void {
  const { t } = useWords();
  const title = titleOf(model.state, model.now);
  const name = t("app.name");
  const words = {
    plain: () => name,
    ringing: () => t("title.ringing"),
    in_call: () => `${t("title.in_call")} – ${name}`,
    unread: () => t("title.unread", { count: title.kind === "unread" ? title.count : 0 }),
  }[title.kind]();
  useEffect(() => {
    document.title = words;
  }, [words]);
}

/** The demo's people, asked for once it is plain that nobody is signed in. */
function useDemo(wanted: boolean): DemoView | null {
  const [demo, setDemo] = useState<DemoView | null>(null);
  useEffect(() => {
    if (wanted) {
      readDemo().then(setDemo).catch(reportError);
    }
  }, [wanted]);
  return demo;
}

/** The one hook between the moving parts and the views. */
export function App({ parts }: { readonly parts: Parts }): JSX.Element {
  const [view, show] = useView();
  const [questionMark, setQuestionMark] = useState(questionMarkWanted);
  const actions = useMemo(() => {
    const keep = (on: boolean): void => {
      keepQuestionMark(on);
      setQuestionMark(on);
    };
    return actionsOf(parts, show, keep);
  }, [parts, show]);
  const model = modelOf(useObservable(parts.store), {
    local: useObservable(parts.local),
    media: useObservable(parts.media),
    chosen: view,
    soundAllowed: useObservable(parts.tone.allowed),
    localNow: useNow(1000),
  });
  const demo = useDemo(model.page === "signed_out");
  useTitle(model);
  useKeys(model, actions, questionMark);
  return <Window actions={actions} demo={demo} model={model} questionMark={questionMark} wall={view === "wall"} />;
}
