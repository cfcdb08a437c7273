/**
 * The console's own state: what the server said last, what this page remembers of it, and what the person has open.
 * A plain reducer; nothing here reads a clock or talks to anyone.
 */

import type { ConnectionState, RingOffers, StaffSnapshot } from "@palvelurinki/call_kit";
import type { Concluding } from "./conclude";
import {
  dismiss,
  EMPTY_MEMORY,
  type GoneReason,
  type Memory,
  observe,
  type Stage,
  type StageKind,
  stageOf,
  unconfirmed,
} from "./stage";

/** Where a command was given, which is also where its refusal is told. */
export type Place = "status" | "offer" | "call" | "account" | "conclusion" | "advisor";

/** What lies open; one thing at a time. */
export type Opened = "declining" | "pausing" | "ending" | "help" | "signing_out";

/** A ring's newest offers with their reasons. What was read before stays in sight while it is read again. */
export interface Offers {
  readonly read: RingOffers | null;
  readonly loading: boolean;
  /** The code of the refusal. */
  readonly failure: string | null;
}

export const NO_OFFERS: Offers = { read: null, loading: false, failure: null };

export interface ConsoleState {
  readonly connection: ConnectionState;
  readonly snapshot: StaffSnapshot | null;
  /** The server's time minus this machine's, ms. */
  readonly clockOffsetMs: number;
  /** What was asked of the server could not be done yet and is being asked again. */
  readonly repeating: boolean;
  readonly memory: Memory;
  readonly open: Opened | null;
  readonly pending: ReadonlySet<Place>;
  /** The code of the refusal that is told at a place. */
  readonly failures: ReadonlyMap<Place, string>;
  /** What the expert has chosen of how the last call ended. */
  readonly concluding: Concluding | null;
  readonly pageHidden: boolean;
  /** Customers who rang and went while the page was out of sight. */
  readonly unread: number;
  /** By ring, for those that the supervisor has asked about. */
  readonly offers: ReadonlyMap<string, Offers>;
}

export type ConsoleEvent =
  | {
      readonly type: "observed";
      readonly connection: ConnectionState;
      readonly snapshot: StaffSnapshot | null;
      readonly clockOffsetMs: number;
      readonly repeating: boolean;
      /** ms since the epoch, the server's clock. */
      readonly at: number;
    }
  | { readonly type: "opened"; readonly what: Opened }
  | { readonly type: "closed" }
  | { readonly type: "sent"; readonly place: Place }
  | { readonly type: "done"; readonly place: Place }
  | { readonly type: "failed"; readonly place: Place; readonly code: string }
  | { readonly type: "failure_read"; readonly place: Place }
  | { readonly type: "conclusion_chosen"; readonly concluding: Concluding }
  | { readonly type: "end_read" }
  | { readonly type: "offers_asked"; readonly ring: string }
  | { readonly type: "offers_read"; readonly ring: string; readonly read: RingOffers }
  | { readonly type: "offers_failed"; readonly ring: string; readonly code: string }
  | { readonly type: "page_hidden" }
  | { readonly type: "page_shown" };

export const INITIAL_STATE: ConsoleState = {
  connection: { kind: "connecting" },
  snapshot: null,
  clockOffsetMs: 0,
  repeating: false,
  memory: EMPTY_MEMORY,
  open: null,
  pending: new Set(),
  failures: new Map(),
  concluding: null,
  pageHidden: false,
  unread: 0,
  offers: new Map(),
};

/**
 * Whether what lies open is still meant on the stage that follows. The help and signing out go with none of them; every
 * other question belongs to the stage on which it was asked. Only a pause after the call may be chosen while the call is coming up.
 */
function staysOpen(open: Opened, before: StageKind, after: StageKind): boolean {
  return (
    open === "help" || open === "signing_out" || (open === "pausing" && before === "answering" && after === "call")
  );
}

const STAGE_PLACES: readonly Place[] = ["offer", "call", "advisor"];

function without<T>(set: ReadonlySet<T>, ...gone: readonly T[]): ReadonlySet<T> {
  return new Set([...set].filter((each) => !gone.includes(each)));
}

function withoutKeys<K, V>(map: ReadonlyMap<K, V>, ...gone: readonly K[]): ReadonlyMap<K, V> {
  return new Map([...map].filter(([key]) => !gone.includes(key)));
}

function observed(state: ConsoleState, event: Extract<ConsoleEvent, { type: "observed" }>): ConsoleState {
  const { connection, snapshot, clockOffsetMs, repeating, at } = event;
  const memory = snapshot === null ? state.memory : observe(state.memory, snapshot, at);
  const before = stageOf(state.memory, state.snapshot);
  const after = stageOf(memory, snapshot);
  const next = { ...state, connection, snapshot, clockOffsetMs, repeating, memory };
  if (before.kind === after.kind) {
    return next;
  }
  return {
    ...next,
    memory: wasUnconfirmed(state, after) ? unconfirmed(memory) : memory,
    open: state.open !== null && staysOpen(state.open, before.kind, after.kind) ? state.open : null,
    pending: without(state.pending, ...STAGE_PLACES),
    failures: withoutKeys(state.failures, ...STAGE_PLACES),
    unread: state.pageHidden && isMissed(after) ? state.unread + 1 : state.unread,
  };
}

const BY_ME: ReadonlySet<GoneReason> = new Set(["declined", "conflict_of_interest"]);

function isMissed(stage: Stage): boolean {
  // What another answered, or what was declined here, is no missed call.
  return stage.kind === "offer_gone" && stage.gone.why !== "answered_elsewhere" && !BY_ME.has(stage.gone.why);
}

function wasUnconfirmed(state: ConsoleState, after: Stage): boolean {
  const choosing = state.open === "declining" && !state.pending.has("offer");
  return choosing && after.kind === "offer_gone" && !BY_ME.has(after.gone.why);
}

function withOffers(state: ConsoleState, ring: string, change: Partial<Offers>): ConsoleState {
  const offers = { ...(state.offers.get(ring) ?? NO_OFFERS), ...change };
  return { ...state, offers: new Map([...state.offers, [ring, offers]]) };
}

/** The state after `event`. */
export function reduce(state: ConsoleState, event: ConsoleEvent): ConsoleState {
  switch (event.type) {
    case "observed":
      return observed(state, event);
    case "opened":
      // A call that is being ended is not ended once more.
      return event.what === "ending" && state.pending.has("call") ? state : { ...state, open: event.what };
    case "closed":
      return { ...state, open: null };
    case "sent":
      return {
        ...state,
        pending: new Set([...state.pending, event.place]),
        failures: withoutKeys(state.failures, event.place),
      };
    case "done":
      return { ...state, pending: without(state.pending, event.place) };
    case "failed":
      return {
        ...state,
        pending: without(state.pending, event.place),
        failures: new Map([...state.failures, [event.place, event.code]]),
      };
    case "failure_read":
      return { ...state, failures: withoutKeys(state.failures, event.place) };
    case "conclusion_chosen":
      return { ...state, concluding: event.concluding };
    case "end_read":
      return { ...state, memory: dismiss(state.memory) };
    case "offers_asked":
      return withOffers(state, event.ring, { loading: true, failure: null });
    case "offers_read":
      return withOffers(state, event.ring, { read: event.read, loading: false, failure: null });
    case "offers_failed":
      return withOffers(state, event.ring, { loading: false, failure: event.code });
    case "page_hidden":
      return { ...state, pageHidden: true };
    case "page_shown":
      return { ...state, pageHidden: false, unread: 0 };
  }
}
