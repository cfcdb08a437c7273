/**
 * What the kiosk knows, and which screen that is.
 *
 *     choosing (a trail of steps) → live (waiting, then the call) → goodbye → choosing
 *     choosing → live: also when the advisor connects, or moves a contact here
 *     live → live: the next matter of the same visit
 *     live → moved (the contact goes on at another terminal) → choosing
 *     asked (whether the contact of the page before goes on) → live, goodbye, moved or choosing
 *
 * The server has the truth about a contact: the stage becomes `live` when a snapshot brings a live contact, and
 * `goodbye` only when this page saw the contact alive or was asking about it. After a reload whoever stands here is
 * `asked` first, for it may be somebody else. Everything of a customer lies in `Visit`, which going back to the start
 * replaces whole: nothing is forgotten piece by piece.
 */

import type {
  CallOutcome,
  Catalogue,
  ConnectionState,
  ContactOutcome,
  ContactView,
  CustomerSideView,
  NamedView,
  TerminalSnapshot,
} from "@palvelurinki/call_kit";
import { type Access, OPEN } from "./access";
import type { Calling } from "./advisor";
import type { Devices } from "./devices";
import type { Grown } from "./growth";
import { FIRST_LANGUAGE, type Language } from "./language";
import type { Checking, Without } from "./line";

/** Times in milliseconds. */
export const IDLE_AFTER = 60_000;
export const IDLE_COUNTDOWN = 15_000;
export const GOODBYE_SHORT = 12_000;
/** Long enough to read what was agreed and to say how it went. */
export const GOODBYE_SERVED = 30_000;
export const GOODBYE_FAILED = 45_000;
/** How long the thanks stand once the customer has said how it went. */
export const GOODBYE_RATED = 12_000;
/** How long the screen that a contact has left says where it goes on. */
export const MOVED_SHOWN = 8000;
/** How long a lost connection is passed over in silence on the start screen. */
export const OFFLINE_PATIENCE = 5000;
/** How long a requested contact is waited for: longer than a command keeps trying. */
export const REQUEST_PATIENCE = 20_000;
export const CATALOGUE_LIFE = 60_000;
export const CATALOGUE_RETRY = 5000;
/**
 * How long a waiting customer is told that the place is kept while the server is out of reach: longer than any ring's
 * usual grace, so that the server, when it answers in time, is the one to say.
 */
export const PLACE_KEPT_FOR = 120_000;
/**
 * How long somebody who leaves is shown that they are leaving while the server has not said so yet. Then they are let
 * go: their camera has been off since they pressed, and the server hears of it when it can.
 */
export const LEAVING_PATIENCE = 3000;
/** How long the screen says that the expert has answered. */
export const ANSWER_SHOWN = 6000;

export type Step =
  | { at: "language" }
  | { at: "need" }
  | { at: "providers"; page: number }
  | { at: "services"; provider: string; page: number }
  | { at: "matter"; service: string }
  | { at: "devices"; service: string };

/** What a contact was about, for when it is over. `reference`: what to name when asking about it later. */
export interface Before {
  provider: NamedView;
  service: NamedView;
  reference: string;
}

/** `too_late`: the contact of the page before was over before anybody said that it goes on. */
export type Ending =
  | "served"
  | "interrupted"
  | "not_connected"
  | "terminal_lost"
  | "technical_failure"
  | "ring_closed"
  | "left"
  | "too_late";

export type Stage =
  /** `askedAt`: since when a contact has been requested and is not here yet. */
  | { kind: "choosing"; askedAt: number | null }
  /**
   * `leavingSince`: when the customer asked to leave. `answeredAt`: when an expert answered while this page looked on.
   * `passedOnAt`: when an expert who was rung last could not answer. `grew`: why the wait is longer than was told.
   * `calling`: the customer has asked for the advisor, or taken that back, and the server has not said so yet.
   * `advisorLeftAt`: when the advisor, who had been beside the customer, went. `visit`: the first contact of this
   * customer's visit. `before`: the visit's matter before this one.
   */
  | {
      kind: "live";
      contact: ContactView;
      leavingSince: number | null;
      answeredAt: number | null;
      passedOnAt: number | null;
      grew: Grown | null;
      calling: Calling | null;
      advisorLeftAt: number | null;
      visit: string;
      before: Before | null;
    }
  /**
   * The page before had a contact: whoever stands here says whether it goes on. `until`: when it ends by itself, by
   * this device's clock; null until it is known. `length`: how long that was when it became known, in ms. `answeredAt`:
   * when the answer was given.
   */
  | {
      kind: "asked";
      contact: string;
      until: number | null;
      length: number;
      answer: "continue" | "start_over" | null;
      answeredAt: number | null;
    }
  /** The advisor has moved the contact to another terminal. `until`: when this screen goes. */
  | { kind: "moved"; until: number }
  /**
   * `until`: when the screen forgets; null once the customer has stopped the countdown. `length`: how long that was when
   * it began, in ms. `about` and `situation`: what there is to tell of it. `rating`: how it went, as the customer says.
   */
  | {
      kind: "goodbye";
      ending: Ending | null;
      contact: string;
      visit: string;
      about: Before | null;
      situation: CustomerSideView | null;
      rating: number | null;
      outcome: ContactOutcome;
      callOutcome: CallOutcome | null;
      until: number | null;
      length: number;
    };

export type Dialog = "help" | "leave" | "hang_up";

/**
 * A refused command, to be told in words. With `ring.closed` come `opensAt`, and `closing`: the ring is open, and takes
 * no more contacts before it closes.
 */
export interface Problem {
  code: string;
  opensAt: string | null;
  closing: boolean;
}

/** Everything that belongs to the person who stands at the kiosk. */
export interface Visit {
  language: Language;
  contrast: boolean;
  large: boolean;
  /** The steps so far, the last one on the screen; never empty. */
  trail: readonly [Step, ...Step[]];
  query: string;
  stage: Stage;
  dialog: Dialog | null;
  problem: Problem | null;
  touchedAt: number;
  /** When the question "are you still there?" is answered with no. */
  idleUntil: number | null;
  /** This page's own contact, which it is taking back: the server had forgotten the page's session. */
  takingBack: string | null;
  /** Whether the customer has shut the camera, and the microphone: kept from the first waiting to the last call. */
  shutter: boolean;
  muted: boolean;
  /** Without which of the two the customer has chosen to go on. */
  without: Without | null;
  /** The first contact of the visit, while another matter of it is being chosen. */
  visit: string | null;
}

/** Everything that belongs to the device. `lostSince`: since when the server has been out of reach. */
export interface KioskState {
  visit: Visit;
  connection: ConnectionState["kind"];
  lostSince: number | null;
  snapshot: TerminalSnapshot | null;
  clockOffsetMs: number;
  /** What was asked of the server could not be done yet and is being asked again. */
  repeating: boolean;
  /** The contact or call that was left here last: it is over for whoever stands here, also before the server says so. */
  left: string | null;
  catalogue: Catalogue | null;
  catalogueDueAt: number;
  access: Access;
  devices: Devices;
  /** The check of the contact on the screen. */
  line: Checking | null;
  /** When this terminal last showed that it can call with everything that it has. */
  provenAt: number | null;
}

export function newVisit(now: number): Visit {
  return {
    language: FIRST_LANGUAGE,
    contrast: false,
    large: false,
    trail: [{ at: "language" }],
    query: "",
    stage: { kind: "choosing", askedAt: null },
    dialog: null,
    problem: null,
    touchedAt: now,
    idleUntil: null,
    takingBack: null,
    shutter: false,
    muted: false,
    without: null,
    visit: null,
  };
}

export function initialState(now: number): KioskState {
  return {
    visit: newVisit(now),
    connection: "connecting",
    lostSince: now,
    snapshot: null,
    clockOffsetMs: 0,
    repeating: false,
    left: null,
    catalogue: null,
    catalogueDueAt: now,
    access: OPEN,
    devices: { kind: "opening" },
    line: null,
    provenAt: null,
  };
}

export function currentStep(visit: Visit): Step {
  return visit.trail.at(-1) ?? visit.trail[0];
}

export type ScreenName =
  | Step["at"]
  | "waiting"
  | "call"
  | "asked"
  | "moved"
  | "goodbye"
  | "idle"
  | "starting"
  | "out_of_order"
  | "enrolment"
  | "key_stopped"
  | "no_key"
  | "superseded";

/** The screen to show at `now`. What stops the device comes first, then what stops the visit, then its stage. */
export function screenOf(state: KioskState, now: number): ScreenName {
  const { visit } = state;
  if (isShutOut(state)) {
    return shutOutScreen(state);
  }
  if (visit.stage.kind === "live") {
    return visit.stage.contact.state === "in_call" ? "call" : "waiting";
  }
  if (visit.stage.kind === "asked" || visit.stage.kind === "moved") {
    return visit.stage.kind;
  }
  if (visit.idleUntil !== null) {
    return "idle";
  }
  if (visit.stage.kind === "goodbye") {
    return "goodbye";
  }
  const step = currentStep(visit);
  if (step.at === "language" && state.lostSince !== null) {
    if (now - state.lostSince >= OFFLINE_PATIENCE) {
      return "out_of_order";
    }
    return state.snapshot === null ? "starting" : "language";
  }
  return step.at;
}

/** Whether this page has no part in the service until somebody does something. */
export function isShutOut({ connection }: Pick<KioskState, "connection">): boolean {
  return connection === "signed_out" || connection === "superseded";
}

function shutOutScreen({ connection, access }: KioskState): ScreenName {
  switch (access.kind) {
    case "stopped":
      return "key_stopped";
    case "unable":
      return "no_key";
    case "open":
      // Signed out, and letting the device in again has only begun.
      return connection === "superseded" ? "superseded" : "starting";
    default:
      return "enrolment";
  }
}

/** Whether camera and microphone are to be open: from the look in the mirror until the customer or the call goes. */
export function wantsMedia(state: KioskState): boolean {
  const { visit } = state;
  if (isShutOut(state)) {
    return false;
  }
  if (visit.stage.kind === "live") {
    return visit.stage.leavingSince === null;
  }
  return visit.stage.kind === "choosing" && currentStep(visit).at === "devices";
}

export function endingOf(stage: Extract<Stage, { kind: "goodbye" }>): Ending {
  if (stage.ending !== null) {
    return stage.ending;
  }
  switch (stage.outcome) {
    case "served":
      return "served";
    case "call_failed":
      return stage.callOutcome === "interrupted" ? "interrupted" : "not_connected";
    case "customer_left":
      return "left";
    case "terminal_lost":
    case "technical_failure":
    case "ring_closed":
      return stage.outcome;
    default:
      return stage.outcome satisfies never;
  }
}

/** Seconds that a countdown of `length` ms shows: it begins at its full length, also by a clock that lags, and ends at 1. */
export function secondsLeft(until: number, now: number, length: number): number {
  return Math.max(1, Math.ceil(Math.min(until - now, length) / 1000));
}
