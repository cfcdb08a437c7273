/** The transitions that the customer does not make: what the server tells, the devices, and time. */

import type { ContactView } from "@palvelurinki/call_kit";
import { ask, isOver, isToContinue, runOut } from "./asked";
import { learned, movedAway, sayGoodbye } from "./ending";
import type { Effect, WorldEvent } from "./events";
import { checked, checkMended, progressed, reportRefused, unchecked } from "./line";
import { goLive } from "./live";
import { changed, forgotten, type Outcome, quietly, withEffects, withoutEnded } from "./outcome";
import {
  CATALOGUE_LIFE,
  CATALOGUE_RETRY,
  IDLE_AFTER,
  IDLE_COUNTDOWN,
  isShutOut,
  type KioskState,
  LEAVING_PATIENCE,
  PLACE_KEPT_FOR,
  REQUEST_PATIENCE,
  type Stage,
  type Visit,
} from "./state";

type LiveStage = Extract<Stage, { kind: "live" }>;
type SessionChanged = Extract<WorldEvent, { type: "session_changed" }>;
type CommandRefused = Extract<WorldEvent, { type: "command_refused" }>;

export function byWorld(state: KioskState, event: WorldEvent, now: number): Outcome {
  switch (event.type) {
    case "session_changed":
      return onSession(state, event, now);
    case "access_changed":
      return quietly({ ...state, access: event.access });
    case "devices_changed":
      return checkMended(state, { ...state, devices: event.devices }, now);
    case "catalogue_loaded":
      return quietly({ ...state, catalogue: event.catalogue, catalogueDueAt: now + CATALOGUE_LIFE });
    case "catalogue_failed":
      return quietly({ ...state, catalogueDueAt: now + CATALOGUE_RETRY });
    case "command_refused":
      return onRefusal(state, event, now);
    case "line_progressed":
      return quietly(progressed(state, event.contact, event.steps));
    case "line_checked":
      return checked(state, event, now);
    case "line_unchecked":
      return quietly(unchecked(state, event.contact, now));
    case "ticked":
      return onTick(state, now);
    default:
      return event satisfies never;
  }
}

function onSession(before: KioskState, event: SessionChanged, now: number): Outcome {
  const online = event.connection === "online";
  const state: KioskState = {
    ...before,
    connection: event.connection,
    lostSince: online ? null : (before.lostSince ?? now),
    snapshot: event.snapshot,
    clockOffsetMs: event.clockOffsetMs,
    repeating: event.repeating,
    left: event.left,
  };
  if (isShutOut(event) && event.connection !== before.connection) {
    return quietly(shutOut(state, now));
  }
  const followed = follow(state, now);
  if (followed.state.visit.takingBack !== null && followed.state.snapshot !== null) {
    // The call that this page is in goes on meanwhile, though the server does not tell of it.
    const call = before.snapshot?.call ?? null;
    followed.state = { ...followed.state, snapshot: { ...followed.state.snapshot, call } };
  }
  const { stage } = followed.state.visit;
  if (followed.state.snapshot !== null && (stage.kind === "choosing" || stage.kind === "moved")) {
    // Of whoever was here before, nothing stays.
    followed.state = { ...followed.state, snapshot: withoutEnded(followed.state.snapshot) };
  }
  // Back on line: what the services' hours say may be old.
  if (online && before.connection !== "online") {
    followed.effects.push({ do: "load_catalogue" });
  }
  return followed;
}

/** Nothing of a customer stays. Whoever has a device without a key before them keeps what they chose for reading. */
function shutOut(state: KioskState, now: number): KioskState {
  if (state.connection === "signed_out") {
    const { language, contrast, large } = state.visit;
    return changed(forgotten(state, now), { language, contrast, large });
  }
  return isUnderWay(state.visit.stage) ? forgotten(state, now) : state;
}

/** Whether the page has a contact of its own: when another page speaks for the device, whoever that is, it has none. */
function isUnderWay(stage: Stage): boolean {
  return stage.kind === "live" || (stage.kind === "choosing" && stage.askedAt !== null);
}

/** Brings the stage to what the snapshot says of the contact. */
function follow(state: KioskState, now: number): Outcome {
  if (state.snapshot === null) {
    return quietly(state);
  }
  const { contact } = state.snapshot;
  if (contact === null || contact.state === "ended" || isLeft(state, contact)) {
    return comeToAnEnd(state, contact, now);
  }
  return isToContinue(contact) ? ask(state, contact, now) : goLive(state, contact, now);
}

/**
 * Whether this device has left the contact and said so to whoever left, or somebody else stands here by now. The server,
 * which could not hear of it yet, still shows it.
 */
function isLeft({ left, snapshot, visit: { stage } }: KioskState, contact: ContactView): boolean {
  const onScreen =
    (stage.kind === "live" && stage.contact.id === contact.id) ||
    (stage.kind === "asked" && stage.contact === contact.id);
  if (left === null || onScreen) {
    return false;
  }
  return left === contact.id || (left === snapshot?.call?.id && snapshot.call.contact === contact.id);
}

/** There is no live contact, or no longer. One that has gone without having ended goes on at another terminal. */
function comeToAnEnd(state: KioskState, contact: ContactView | null, now: number): Outcome {
  const { stage } = state.visit;
  switch (stage.kind) {
    case "live": {
      if (contact?.id !== stage.contact.id) {
        return quietly(
          stage.leavingSince === null ? movedAway(state, now) : sayGoodbye(state, stage, "customer_left", now),
        );
      }
      const outcome = contact.outcome ?? "terminal_lost";
      const over = sayGoodbye(state, stage, outcome, now);
      // The screen tells when the ring opens again.
      return outcome === "ring_closed" ? withEffects(over, { do: "load_catalogue" }) : quietly(over);
    }
    case "asked":
      return quietly(
        contact?.id === stage.contact ? isOver(state, stage, contact.outcome, now) : movedAway(state, now),
      );
    case "goodbye":
      return quietly(learned(state, stage, now));
    default:
      return quietly(state);
  }
}

function onRefusal(state: KioskState, refused: CommandRefused, now: number): Outcome {
  const { visit } = state;
  const { command, about, problem } = refused;
  if (about !== null && !isOnScreen(state, about)) {
    // It is of a contact that this device has done with.
    return quietly(state);
  }
  if (command === "request_contact" && visit.stage.kind === "choosing") {
    const shown = changed(state, { stage: { kind: "choosing", askedAt: null }, problem });
    // These two are told on the screen of the matter itself; the catalogue that said otherwise was old.
    if (problem.code === "ring.closed" || problem.code === "service.not_remote") {
      const [first, ...rest] = visit.trail;
      const trail: Visit["trail"] = [first, ...rest.filter((step) => step.at !== "devices")];
      return { state: changed(shown, { trail }), effects: [{ do: "load_catalogue" }] };
    }
    return quietly(shown);
  }
  const settled = ofTheVisit(state, refused, now);
  if (settled !== null) {
    return quietly(settled);
  }
  if (visit.stage.kind === "asked") {
    return quietly(changed(state, { stage: { ...visit.stage, answer: null, answeredAt: null }, problem }));
  }
  if (command === "continue_contact") {
    // It is asked for again with the server's next word.
    return quietly(changed(state, { takingBack: null }));
  }
  if (visit.stage.kind === "live" && command !== "set_language") {
    return quietly(changed(state, { stage: { ...visit.stage, leavingSince: null }, problem }));
  }
  // A language that the server did not take is still the language of the screen.
  return quietly(state);
}

/** What was asked for besides: the advisor, the line's report, how it went. Null: it was something else. */
function ofTheVisit(state: KioskState, { command, problem }: CommandRefused, now: number): KioskState | null {
  const { stage } = state.visit;
  switch (command) {
    case "report_line":
      return reportRefused(state, now);
    case "call_advisor":
      return stage.kind === "live" ? changed(state, { stage: { ...stage, calling: null }, problem }) : state;
    case "rate_contact":
      // It has been said already: that is what was wanted.
      return stage.kind === "goodbye" && problem.code !== "contact.rated"
        ? changed(state, { stage: { ...stage, rating: null }, problem })
        : state;
    default:
      return null;
  }
}

/** Whether the contact or call of this id is what the screen is about, or what it takes back. */
function isOnScreen({ visit, snapshot }: KioskState, about: string): boolean {
  const { stage, takingBack } = visit;
  const shown = stage.kind === "live" ? stage.contact.id : null;
  const asked = stage.kind === "asked" || stage.kind === "goodbye" ? stage.contact : null;
  return (
    [shown, asked, takingBack].includes(about) || (snapshot?.call?.id === about && snapshot.call.contact === shown)
  );
}

function onTick(state: KioskState, now: number): Outcome {
  const effects: Effect[] = [];
  let next = state;
  if (state.connection === "online" && now >= state.catalogueDueAt) {
    // Due again only after the answer, whichever it is; an answer that never comes is asked for anew.
    next = { ...next, catalogueDueAt: now + CATALOGUE_LIFE };
    effects.push({ do: "load_catalogue" });
  }
  // Signed out, no customer is served here: whoever reads the screen, in whichever language, takes their time.
  return { state: next.connection === "signed_out" ? next : passTime(next, now), effects };
}

function passTime(state: KioskState, now: number): KioskState {
  const { visit } = state;
  const { stage } = visit;
  if (stage.kind === "live") {
    const gone = stage.leavingSince !== null && now - stage.leavingSince >= LEAVING_PATIENCE;
    return gone ? sayGoodbye(state, stage, "customer_left", now) : keepPlace(state, stage, now);
  }
  if (stage.kind === "asked") {
    return runOut(state, stage, now);
  }
  if (stage.kind === "choosing" && stage.askedAt !== null) {
    return now - stage.askedAt >= REQUEST_PATIENCE ? giveUpAsking(state) : state;
  }
  const countdown = visit.idleUntil ?? goesAt(stage);
  if (countdown !== null) {
    return now >= countdown ? forgotten(state, now) : state;
  }
  return now - visit.touchedAt >= IDLE_AFTER ? askWhetherThere(state, now) : state;
}

/** When a screen that is only told goes by itself. */
function goesAt(stage: Stage): number | null {
  return stage.kind === "goodbye" || stage.kind === "moved" ? stage.until : null;
}

/** A call's media go on without the server; a place in the queue does not. */
function keepPlace(state: KioskState, stage: LiveStage, now: number): KioskState {
  const queueing = stage.contact.state !== "in_call";
  const lost = state.lostSince !== null && now - state.lostSince >= PLACE_KEPT_FOR;
  return queueing && lost ? sayGoodbye(state, stage, "terminal_lost", now) : state;
}

/** The server took the request and yet no contact came, so it is over already: nobody is left before a still screen. */
function giveUpAsking(state: KioskState): KioskState {
  return changed(state, {
    stage: { kind: "choosing", askedAt: null },
    problem: { code: "internal", opensAt: null, closing: false },
  });
}

function askWhetherThere(state: KioskState, now: number): KioskState {
  const { stage, trail } = state.visit;
  // On the first screen there is nothing to ask about: the next customer just finds it as it was made.
  if (stage.kind === "choosing" && trail.length === 1) {
    return forgotten(state, now);
  }
  return changed(state, { idleUntil: now + IDLE_COUNTDOWN, dialog: null });
}
