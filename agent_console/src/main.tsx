/** Puts the console together: the one place that knows all its parts. */

import { CallMedia, LocalMedia, Session, type StaffSnapshot, systemTimers } from "@palvelurinki/call_kit";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { followRinging } from "./app/alarm";
import { App } from "./app/app";
import { askToNotify, notifyOfCall, notifyOfRinging } from "./app/browser";
import { ConsoleStore } from "./app/console_store";
import { DeskAlarm } from "./app/desk_alarm";
import { DeskStore } from "./app/desk_store";
import { readOffers, readPointCatalogue, terminalsServer } from "./app/http";
import { TerminalsStore } from "./app/terminals_store";
import { CALLING, RingTone } from "./sound/ring_tone";
import { prepareWords } from "./words/i18n";
import "./fonts";

const root = document.getElementById("root");
if (root === null) {
  throw new Error("index.html has no element with the id root");
}

const session = new Session<StaffSnapshot>({ audience: "staff" });
const local = new LocalMedia();
const media = new CallMedia(session, local);
const tone = new RingTone();
const store = new ConsoleStore({
  session,
  devices: local,
  now: () => Date.now(),
  askToNotify,
  readOffers,
  report: reportError,
});
const terminals = new TerminalsStore({ server: terminalsServer, timers: systemTimers, report: reportError });

const desk = new DeskStore({
  session,
  timers: systemTimers,
  readCatalogue: readPointCatalogue,
  report: reportError,
});
const calling = new RingTone(CALLING);
const deskAlarm = new DeskAlarm({ tone: calling, notify: notifyOfCall, isHidden: () => document.hidden });

tone.prepare();
calling.prepare();
store.start();
desk.start();
followRinging(store, { tone, notify: notifyOfRinging, isHidden: () => document.hidden });
document.addEventListener("visibilitychange", () => {
  store.dispatch({ type: document.hidden ? "page_hidden" : "page_shown" });
});
media.start();
session.start();

await prepareWords();
createRoot(root).render(
  <StrictMode>
    <App parts={{ session, local, media, store, tone, terminals, desk, deskAlarm }} />
  </StrictMode>,
);
