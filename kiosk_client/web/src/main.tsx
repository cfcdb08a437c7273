import {
  CallMedia,
  type Catalogue,
  checkLine,
  exchangeWithServer,
  LocalMedia,
  Session,
  systemTimers,
  type TerminalSnapshot,
} from "@palvelurinki/call_kit";
import { useNow, useObservable } from "@palvelurinki/call_kit/react";
import { type JSX, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Chime } from "./chime";
import { Kiosk } from "./kiosk";
import { TerminalAccess } from "./terminal_key/access";
import { oneWindowAtATime } from "./terminal_key/exclusively";
import { storedKeys } from "./terminal_key/indexed_db";
import { terminalServer } from "./terminal_key/server";
import { TerminalSignIn } from "./terminal_key/sign_in";
import { KioskView } from "./view/kiosk_view";
import "./fonts";

const session: Session<TerminalSnapshot> = new Session<TerminalSnapshot>({
  audience: "terminal",
  signIn: () => access.admit(),
});
const server = terminalServer(window.location.origin);
const access = new TerminalAccess({
  signIn: new TerminalSignIn({
    store: storedKeys,
    server,
    exclusively: oneWindowAtATime,
    now: Date.now,
    newId: () => crypto.randomUUID(),
  }),
  session,
  timers: systemTimers,
  random: Math.random,
  isDemo: server.isDemo,
  report: reportError,
});
const local = new LocalMedia();
const callMedia = new CallMedia(session, local);
const kiosk = new Kiosk({
  session,
  local,
  access,
  chime: new Chime(),
  checkLine: (progress, signal) =>
    checkLine({
      media: local.get(),
      iceServers: session.get().iceServers,
      exchange: exchangeWithServer,
      progress,
      signal,
    }),
  loadCatalogue,
  restart: () => window.location.reload(),
  now: Date.now,
});

function fetchCatalogue(): Promise<Response> {
  return fetch("/api/v1/terminal/catalogue", { headers: { accept: "application/json" } });
}

/** A sign-in is good for minutes, a session for days. */
async function loadCatalogue(): Promise<Catalogue> {
  const first = await fetchCatalogue();
  const answer = first.status === 401 && (await access.renew()) ? await fetchCatalogue() : first;
  if (!answer.ok) {
    throw new Error(`the catalogue was answered with ${answer.status}`);
  }
  return answer.json() as Promise<Catalogue>;
}

function App(): JSX.Element {
  const state = useObservable(kiosk);
  const localState = useObservable(local);
  const media = useObservable(callMedia);
  const now = useNow(500);
  return <KioskView local={localState} media={media} now={now} send={kiosk.send} state={state} />;
}

const root = document.getElementById("root");
if (root === null) {
  throw new Error("index.html has no element with the id root");
}
// Any touch shows that somebody is there, also one that presses nothing.
for (const type of ["pointerdown", "keydown"]) {
  window.addEventListener(type, () => kiosk.send({ type: "touch" }), { passive: true });
}
access.start();
kiosk.start();
callMedia.start();
session.start();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
