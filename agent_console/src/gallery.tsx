/** Each screen without a server: `?screen=ringing&lang=sv`. For looking and for tests; never shipped. */

import type { CallMediaState, LocalMediaState } from "@palvelurinki/call_kit";
import { StrictMode } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { NOW } from "./gallery/fixtures";
import { drawnStream } from "./gallery/pictures";
import { SCREENS, type Screen } from "./gallery/screens";
import type { ConsoleActions } from "./model/actions";
import { EMPTY_DESK } from "./model/desk/desk";
import { modelOf } from "./model/model";
import { NO_TERMINALS } from "./model/terminals";
import { Window } from "./view/window";
import { chooseLanguage, isLanguage, prepareWords } from "./words/i18n";
import "./fonts";

function localOf(media: Screen["media"]): LocalMediaState {
  const own = (picture: boolean, sound = true) =>
    drawnStream("hsl(202, 20%, 70%)", "hsl(202, 25%, 35%)", { picture, sound });
  switch (media) {
    case undefined:
    case "working":
      return { stream: own(true), failure: null, audioOn: true, videoOn: true };
    case "muted":
      return { stream: own(true), failure: null, audioOn: false, videoOn: false };
    case "audio_only":
      return { stream: own(false), failure: "no_camera", audioOn: true, videoOn: false };
    case "picture_only":
      return { stream: own(true, false), failure: "no_microphone", audioOn: false, videoOn: true };
    case "unopened":
      return { stream: null, failure: null, audioOn: false, videoOn: false };
    default:
      return { stream: null, failure: media, audioOn: false, videoOn: false };
  }
}

function mediaOf(peer: Screen["peer"]): CallMediaState {
  if (peer === undefined || peer === "none") {
    return { call: peer === undefined ? null : "call-1", peers: [], fingerprintCode: null };
  }
  const code = "4821 7730";
  return {
    call: "call-1",
    fingerprintCode: code,
    peers: [
      {
        seat: "seat-1",
        kind: "terminal",
        stream: drawnStream("hsl(30, 25%, 75%)", "hsl(20, 30%, 40%)", { picture: true, sound: false }),
        connection: peer === "interrupted" ? "interrupted" : "connected",
        audioOn: true,
        videoOn: peer !== "camera_off",
        audioPackets: 900,
        framesDecoded: 600,
        fingerprintCode: code,
      },
    ],
  };
}

const nothing = (): void => undefined;
const ACTIONS: ConsoleActions = {
  makeReady: nothing,
  pause: nothing,
  extendWrapUp: nothing,
  accept: nothing,
  decline: nothing,
  endCall: nothing,
  endRead: nothing,
  open: nothing,
  close: nothing,
  failureRead: nothing,
  setAudio: nothing,
  setVideo: nothing,
  openDevices: nothing,
  testSound: nothing,
  readOffers: nothing,
  chooseSection: nothing,
  chooseLanguage: (language) => {
    chooseLanguage(language).catch(reportError);
  },
  setQuestionMark: nothing,
  signOut: nothing,
  chooseIssuer: nothing,
  readSignIn: nothing,
  terminals: {
    read: nothing,
    begin: nothing,
    writeCode: nothing,
    lookUp: nothing,
    approve: nothing,
    differs: nothing,
    revoke: nothing,
    close: nothing,
    doneRead: nothing,
  },
  desk: {
    choosePoint: nothing,
    readCatalogue: nothing,
    writeNeed: nothing,
    chooseMatter: nothing,
    leaveMatter: nothing,
    writeNote: nothing,
    detail: nothing,
    addFurther: nothing,
    writeFurther: nothing,
    dropFurther: nothing,
    connect: nothing,
    emptyDraft: nothing,
    chooseCard: nothing,
    sameCustomer: nothing,
    beginAmend: nothing,
    writeAmend: nothing,
    saveAmend: nothing,
    closeAmend: nothing,
    openAt: nothing,
    closeAt: nothing,
    addMatter: nothing,
    dropMatter: nothing,
    attend: nothing,
    move: nothing,
    closeContact: nothing,
    tick: nothing,
    finish: nothing,
    lookAway: nothing,
    hear: nothing,
    failureRead: nothing,
  },
  callAdvisor: nothing,
  concluding: { choose: nothing, save: nothing },
  takeOver: nothing,
};

async function show(): Promise<void> {
  const query = new URLSearchParams(location.search);
  const language = query.get("lang");
  await prepareWords(isLanguage(language) ? language : "fi");
  const root = document.getElementById("root");
  const screen = SCREENS[query.get("screen") ?? "ready"];
  if (root === null || screen === undefined) {
    throw new Error(`no such screen; there are: ${Object.keys(SCREENS).join(", ")}`);
  }
  const model = modelOf(screen.state, {
    local: localOf(screen.media),
    media: mediaOf(screen.peer),
    chosen: screen.view ?? null,
    soundAllowed: screen.soundAllowed ?? true,
    terminals: screen.terminals ?? NO_TERMINALS,
    desk: screen.desk ?? EMPTY_DESK,
    localNow: NOW,
  });
  flushSync(() =>
    createRoot(root).render(
      <StrictMode>
        <Window
          actions={ACTIONS}
          model={model}
          questionMark={true}
          refusal={screen.refusal ?? null}
          signIn={screen.signIn ?? { kind: "loading" }}
          wall={screen.view === "wall"}
        />
      </StrictMode>,
    ),
  );
  for (const control of screen.press ?? []) {
    flushSync(() => root.querySelector<HTMLElement>(control)?.click());
  }
}

// The names of the screens, for whoever takes pictures of them all.
Object.assign(globalThis, { gallery: { screens: Object.keys(SCREENS) } });
await show();
