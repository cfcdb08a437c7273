import { CallMedia, type Catalogue, LocalMedia, Session, type TerminalSnapshot } from "@palvelurinki/call_kit";
import { useNow, useObservable } from "@palvelurinki/call_kit/react";
import { type JSX, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Chime } from "./chime";
import { Kiosk } from "./kiosk";
import { KioskView } from "./view/kiosk_view";
import "./fonts";

const session = new Session<TerminalSnapshot>({ audience: "terminal" });
const local = new LocalMedia();
const callMedia = new CallMedia(session, local);
const kiosk = new Kiosk({
  session,
  local,
  chime: new Chime(),
  loadCatalogue,
  restart: () => window.location.reload(),
  now: Date.now,
});

async function loadCatalogue(): Promise<Catalogue> {
  const answer = await fetch("/api/v1/terminal/catalogue", { headers: { accept: "application/json" } });
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
kiosk.start();
callMedia.start();
session.start();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
