/** Every screen of the console by name, as a state that the real reducer could have reached. */

import type { CallView, ConnectionState, LocalMediaState, OfferView, StaffSnapshot } from "@palvelurinki/call_kit";
import type { DeskState } from "../model/desk/desk";
import type { SignIn } from "../model/sign_in";
import { type ConsoleEvent, type ConsoleState, INITIAL_STATE, type Opened, type Place, reduce } from "../model/state";
import type { TerminalsState } from "../model/terminals";
import { ISSUERS, OF_TERMINALS } from "./access";
import { ADVISOR_CALLED, ADVISOR_THERE, BRIEF, BRIEFED_CALL, BRIEFED_OFFER, MOVING } from "./briefs";
import { DEMO } from "./demo";
import { DESKS } from "./desk";
import {
  ago,
  CALL,
  closed,
  DVV_BUSY,
  EXPERT,
  ended as endedCall,
  finishing,
  KELA_CALM,
  KELA_QUEUE,
  LONG_MATTER,
  MATTER,
  NOW,
  OFFER,
  presence,
  SNAPSHOT,
  TAX_QUEUE,
  WHY,
  WHY_ALONE,
} from "./fixtures";
import { OFFERS } from "./offers";
import {
  ADMINISTRATOR_SNAPSHOT,
  ADVISOR_SNAPSHOT,
  HOST_ADMINISTRATOR_SNAPSHOT,
  INTERPRETER_SNAPSHOT,
  POINT,
  SUPERVISOR_SNAPSHOT,
} from "./roles";

export interface Screen {
  readonly state: ConsoleState;
  readonly view?: string;
  readonly media?:
    | "working"
    | "audio_only"
    | "picture_only"
    | "muted"
    | "unopened"
    | NonNullable<LocalMediaState["failure"]>;
  readonly peer?: "connected" | "interrupted" | "camera_off" | "none";
  readonly soundAllowed?: boolean;
  readonly signIn?: SignIn;
  readonly refusal?: string;
  readonly terminals?: TerminalsState;
  readonly desk?: DeskState;
  /** What is pressed before looking, one after another, as selectors. */
  readonly press?: readonly string[];
}

const ONLINE: ConnectionState = { kind: "online" };
const OFFLINE: ConnectionState = { kind: "offline", since: NOW - 42_000, retryAt: null };

function observed(snapshot: StaffSnapshot | null, connection: ConnectionState = ONLINE): ConsoleEvent {
  return { type: "observed", snapshot, connection, clockOffsetMs: 0, repeating: false, at: NOW };
}

/** The server could not do what was asked here, and it is being asked again. */
function repeating(snapshot: StaffSnapshot, place: Place, ...before: readonly ConsoleEvent[]): ConsoleState {
  const again: ConsoleEvent = {
    type: "observed",
    snapshot,
    connection: ONLINE,
    clockOffsetMs: 0,
    repeating: true,
    at: NOW,
  };
  return after([snapshot], ...before, { type: "sent", place }, again);
}

/** The state after seeing these one after another, and then what the person did. */
function after(snapshots: readonly StaffSnapshot[], ...events: readonly ConsoleEvent[]): ConsoleState {
  return [...snapshots.map((snapshot) => observed(snapshot)), ...events].reduce(reduce, INITIAL_STATE);
}

const opened = (what: Opened): ConsoleEvent => ({ type: "opened", what });
const ready = SNAPSHOT;
const paused: StaffSnapshot = { ...ready, presence: presence("paused", "lounas", 1312) };
const arrived: StaffSnapshot = { ...ready, presence: presence("paused", "arrived", 5) };
const missed: StaffSnapshot = { ...ready, presence: presence("paused", "missed", 3) };
const ringing: StaffSnapshot = { ...ready, offer: OFFER };
const inCall: StaffSnapshot = { ...ready, offer: closed(OFFER, "accepted"), call: CALL };
const pausedInCall: StaffSnapshot = { ...inCall, presence: presence("paused", "lounas", 20) };

function withOffer(snapshot: StaffSnapshot, state: OfferView["state"], reason: string | null = null): StaffSnapshot {
  return { ...snapshot, offer: closed(OFFER, state, reason) };
}

function withEnd(snapshot: StaffSnapshot, outcome: CallView["outcome"]): StaffSnapshot {
  return { ...snapshot, call: endedCall(CALL, outcome) };
}

const longRinging: StaffSnapshot = {
  ...ready,
  offer: { ...OFFER, matter: LONG_MATTER, why: { ...WHY_ALONE, early: false }, expires_at: ago(-4) },
};
const swedish: StaffSnapshot = { ...ready, offer: { ...OFFER, matter: { ...MATTER, language: "sv" }, why: WHY_ALONE } };
const shared: StaffSnapshot = { ...ready, offer: { ...OFFER, others: 2, why: { ...WHY, overflow: true, free: 3 } } };
const DONE = withEnd({ ...ready, presence: finishing(72) }, "served");
const wrapUp: StaffSnapshot = { ...DONE, offer: closed(OFFER, "accepted") };
const threeInCall: StaffSnapshot = {
  ...inCall,
  call: {
    ...CALL,
    matter: LONG_MATTER,
    seats: [
      ...CALL.seats,
      {
        id: "s3",
        kind: "interpreter",
        state: "joining",
        epoch: 0,
        away_until: null,
        label: { fi: "Tulkki", sv: "Tolk", en: "Interpreter" },
      },
      {
        id: "s4",
        kind: "advisor",
        state: "away",
        epoch: 1,
        away_until: null,
        label: { fi: "Neuvoja", sv: "Rådgivare", en: "Advisor" },
      },
    ],
  },
};

const customerAway: StaffSnapshot = {
  ...inCall,
  call: {
    ...CALL,
    seats: CALL.seats.map((seat) =>
      seat.kind === "terminal" ? { ...seat, state: "away", away_until: ago(-42) } : seat,
    ),
  },
};

const expert = {
  ready: { state: after([ready]) },
  ready_calm: { state: after([{ ...ready, rings: [KELA_CALM] }]) },
  ready_sound_blocked: { state: after([ready]), soundAllowed: false },
  ready_no_rings: { state: after([{ ...ready, rings: [] }]) },
  paused: { state: after([paused]), media: "unopened" },
  arrived: { state: after([arrived]), media: "unopened" },
  preparing: { state: after([arrived], { type: "sent", place: "status" }), media: "unopened" },
  paused_missed: { state: after([missed]), media: "unopened" },
  pausing: { state: after([ready], opened("pausing")) },
  status_refused: { state: after([ready], { type: "failed", place: "status", code: "offline" }) },
  media_denied: { state: after([arrived]), media: "denied" },
  media_no_devices: { state: after([arrived]), media: "no_devices" },
  media_no_camera: { state: after([ready]), media: "audio_only" },
  media_no_microphone: { state: after([ready]), media: "picture_only" },
  media_failed: { state: after([ready, ringing]), media: "failed" },
  media_in_use: { state: after([ready]), media: "in_use" },
  media_unsupported: { state: after([arrived]), media: "unsupported" },
  ringing: { state: after([ready, ringing]) },
  ringing_long: { state: after([ready, longRinging]) },
  ringing_no_media: { state: after([ready, ringing]), media: "denied" },
  ringing_lost: { state: after([ready, ringing], observed(ringing, OFFLINE)) },
  ringing_language: { state: after([ready, swedish]) },
  ringing_shared: { state: after([ready, shared]) },
  declining: { state: after([ready, ringing], opened("declining")) },
  declining_unchosen: {
    state: after([ready, ringing], opened("declining")),
    press: ["[data-declining] [type=submit]"],
  },
  declining_conflict: {
    state: after([ready, swedish], opened("declining")),
    press: ["[data-declining] [value=conflict_of_interest]"],
  },
  accept_refused: { state: after([ready, ringing], { type: "failed", place: "offer", code: "offer.expired" }) },
  accept_repeating: { state: repeating(ringing, "offer", observed(ringing)) },
  decline_repeating: { state: repeating(ringing, "offer", opened("declining")) },
  answering: { state: after([ready, ringing, withOffer(ready, "accepted")]) },
} satisfies Record<string, Screen>;

const calls = {
  call_connecting: {
    state: after([{ ...inCall, call: { ...CALL, state: "opening", connected_at: null, started_at: ago(1) } }]),
    peer: "none",
  },
  call: { state: after([ringing, inCall]), peer: "connected" },
  call_three: { state: after([threeInCall]), peer: "connected" },
  call_muted: { state: after([inCall]), peer: "camera_off", media: "muted" },
  call_interrupted: { state: after([inCall]), peer: "interrupted" },
  call_customer_away: { state: after([customerAway]), peer: "connected" },
  call_customer_gone: { state: after([customerAway]), peer: "interrupted" },
  call_pausing: { state: after([inCall], opened("pausing")), peer: "connected" },
  call_paused_after: { state: after([pausedInCall]), peer: "connected" },
  call_offline: { state: after([inCall], observed(inCall, OFFLINE)), peer: "connected" },
  call_ending: { state: after([inCall], opened("ending")), peer: "connected" },
  call_ending_later: { state: repeating(inCall, "call"), peer: "none" },
  call_refused: { state: after([inCall], { type: "failed", place: "call", code: "internal" }), peer: "connected" },
  wrap_up: { state: after([inCall, wrapUp]) },
  wrap_up_nearly: { state: after([inCall, { ...wrapUp, presence: finishing(19, 150, 131) }]) },
  wrap_up_short: { state: after([inCall, { ...wrapUp, presence: finishing(18, 45, 2) }]) },
  wrap_up_most: { state: after([inCall, { ...wrapUp, presence: finishing(80, 130, 50) }]) },
  wrap_up_fresh_page: { state: after([wrapUp]) },
  wrap_up_pausing: { state: after([inCall, wrapUp], opened("pausing")) },
  wrap_up_interrupted: { state: after([inCall, withEnd(wrapUp, "interrupted")]) },
  wrap_up_refused: { state: after([inCall, wrapUp], { type: "failed", place: "status", code: "wrap_up.over" }) },
  wrap_up_offline: { state: after([inCall, wrapUp], observed(wrapUp, OFFLINE)) },
  summary: { state: after([inCall, withEnd(ready, "served")]) },
  summary_paused: { state: after([pausedInCall, withEnd(paused, "served")]), media: "unopened" },
  summary_interrupted: { state: after([inCall, withEnd(ready, "interrupted")]) },
  summary_not_connected: { state: after([inCall, withEnd(ready, "not_connected")]) },
  gone_left: { state: after([ringing, withOffer(ready, "withdrawn", "customer_left")]) },
  gone_terminal: { state: after([ringing, withOffer(ready, "withdrawn", "terminal_away")]) },
  gone_console: { state: after([ringing, withOffer(ready, "withdrawn", "console_lost")]) },
  gone_elsewhere: { state: after([shared, withOffer(ready, "withdrawn", "answered_elsewhere")]) },
  gone_expired: { state: after([ringing, withOffer(ready, "missed")]) },
  gone_unconfirmed: {
    state: [observed(ringing), opened("declining"), observed(withOffer(ready, "missed"))].reduce(reduce, INITIAL_STATE),
  },
  gone_declined: { state: after([ringing, withOffer(ready, "declined", "other")]) },
  gone_conflict: { state: after([ringing, withOffer(ready, "declined", "conflict_of_interest")]) },
  gone_missed: { state: after([ringing, withOffer(missed, "missed")]), media: "unopened" },
} satisfies Record<string, Screen>;

const DETAIL = "[data-toggle=detail]";
const WHY_TOGGLE = "[data-toggle=why]";

const everyone = {
  offline: { state: after([ready], observed(ready, OFFLINE)) },
  help: { state: after([ready], opened("help")) },
  loading: { state: INITIAL_STATE },
  loading_slow: { state: reduce(INITIAL_STATE, observed(null, OFFLINE)) },
  superseded: { state: after([inCall], observed(inCall, { kind: "superseded" })) },
  sign_out_refused: { state: after([ready], { type: "failed", place: "account", code: "offline" }) },
  supervisor: { state: after([SUPERVISOR_SNAPSHOT]) },
  supervisor_queue: { state: after([SUPERVISOR_SNAPSHOT]), press: [DETAIL] },
  supervisor_why: {
    state: after([SUPERVISOR_SNAPSHOT], { type: "offers_read", ring: "kela", read: OFFERS }),
    press: [`[data-ring=kela] ${WHY_TOGGLE}`, "[data-offer=o2] button", "[data-offer=o3] button"],
  },
  supervisor_all: {
    state: after([SUPERVISOR_SNAPSHOT], { type: "offers_read", ring: "kela", read: OFFERS }),
    press: [`[data-ring=dvv] ${DETAIL}`, `[data-ring=kela] ${DETAIL}`, `[data-ring=kela] ${WHY_TOGGLE}`],
  },
  supervisor_why_empty: {
    state: after([SUPERVISOR_SNAPSHOT], { type: "offers_read", ring: "dvv", read: { ...OFFERS, offers: [] } }),
    press: [WHY_TOGGLE],
  },
  supervisor_why_loading: {
    state: after([SUPERVISOR_SNAPSHOT], { type: "offers_asked", ring: "dvv" }),
    press: [WHY_TOGGLE],
  },
  supervisor_why_failed: {
    state: after([SUPERVISOR_SNAPSHOT], { type: "offers_failed", ring: "dvv", code: "offline" }),
    press: [WHY_TOGGLE],
  },
  supervisor_empty: { state: after([{ ...SUPERVISOR_SNAPSHOT, rings: [] }]) },
  supervisor_expert: {
    state: after([
      { ...ready, rings: SUPERVISOR_SNAPSHOT.rings, staff: { ...EXPERT, roles: ["expert", "supervisor"] } },
    ]),
    view: "rings",
  },
  wall: { state: after([SUPERVISOR_SNAPSHOT]), view: "wall" },
  wall_one: { state: after([{ ...SUPERVISOR_SNAPSHOT, rings: [DVV_BUSY] }]), view: "wall" },
  wall_six: {
    state: after([
      {
        ...SUPERVISOR_SNAPSHOT,
        rings: [0, 1].flatMap((round) =>
          [DVV_BUSY, KELA_QUEUE, TAX_QUEUE].map((ring) => ({
            ...ring,
            ring: { ...ring.ring, id: `${ring.ring.id}-${round}` },
          })),
        ),
      },
    ]),
    view: "wall",
  },
  wall_offline: { state: after([SUPERVISOR_SNAPSHOT], observed(SUPERVISOR_SNAPSHOT, OFFLINE)), view: "wall" },
  points: { state: after([HOST_ADMINISTRATOR_SNAPSHOT]), view: "points" },
  points_empty: { state: after([{ ...HOST_ADMINISTRATOR_SNAPSHOT, points: [] }]), view: "points" },
  points_no_terminals: {
    state: after([{ ...HOST_ADMINISTRATOR_SNAPSHOT, points: [{ ...POINT, terminals: [] }] }]),
    view: "points",
  },
  desk_empty: { state: after([{ ...ADVISOR_SNAPSHOT, points: [] }]) },
  desk_no_terminals: { state: after([{ ...ADVISOR_SNAPSHOT, points: [{ ...POINT, terminals: [] }] }]) },
  desk_many: { state: after([ADVISOR_SNAPSHOT]) },
  desk_help: { state: after([ADVISOR_SNAPSHOT], opened("help")) },
  interpreter: { state: after([INTERPRETER_SNAPSHOT]) },
} satisfies Record<string, Screen>;

const nobody = reduce(INITIAL_STATE, observed(null, { kind: "signed_out" }));
const issuers: SignIn = { kind: "known", issuers: [...ISSUERS], demo: null, last: "mikkeli" };
const ended = (snapshot: StaffSnapshot): Screen => ({
  state: after([snapshot], observed(snapshot, { kind: "signed_out" })),
  signIn: { ...issuers, last: "kela" },
});

const signedOut = {
  signed_out: { state: nobody, signIn: issuers },
  signed_out_first: { state: nobody, signIn: { ...issuers, issuers: ISSUERS.slice(0, 3), last: null } },
  signed_out_loading: { state: nobody },
  signed_out_none: { state: nobody, signIn: { ...issuers, issuers: [] } },
  signed_out_unreached: { state: nobody, signIn: { kind: "unreached" } },
  signed_out_refused: { state: nobody, signIn: issuers, refusal: "sign_in.no_role" },
  signed_out_too_many: { state: nobody, signIn: issuers, refusal: "sign_in.too_many" },
  signed_out_demo: { state: nobody, signIn: { ...issuers, issuers: [], demo: DEMO } },
  signed_out_both: { state: nobody, signIn: { ...issuers, demo: DEMO } },
  ended: ended(ready),
  ended_in_call: ended(inCall),
  ended_ringing: ended(ringing),
  ended_wrap_up: ended(wrapUp),
  signing_out: { state: after([ready], opened("signing_out")) },
  signing_out_in_call: { state: after([inCall], opened("signing_out")) },
  signing_out_ringing: { state: after([ringing], opened("signing_out")) },
  signing_out_advisor: { state: after([ADVISOR_SNAPSHOT], opened("signing_out")) },
} satisfies Record<string, Screen>;

const administrator: Record<string, Screen> = {
  administrator: { state: after([ADMINISTRATOR_SNAPSHOT]), terminals: OF_TERMINALS.terminals_none },
  ...Object.fromEntries(
    Object.entries(OF_TERMINALS).map(([name, terminals]) => [
      name,
      { state: after([HOST_ADMINISTRATOR_SNAPSHOT]), view: "terminals", terminals },
    ]),
  ),
};

const desks: Record<string, Screen> = Object.fromEntries(
  Object.entries(DESKS).map(([name, { snapshot, desk }]) => [name, { state: after([snapshot]), desk }]),
);
const deskOffline = DESKS.desk_written;

/** What the advisor tells, on the expert's side; and how the call is concluded. */
const withBrief = (call: CallView): StaffSnapshot => ({ ...inCall, call });
const overWithBrief: StaffSnapshot = {
  ...wrapUp,
  call: { ...endedCall(CALL, "served"), brief: { ...BRIEF, handoff: null } },
};
const briefed = {
  ringing_note: { state: after([ready, { ...ready, offer: BRIEFED_OFFER }]) },
  ringing_by_customer: {
    state: after([
      ready,
      {
        ...ready,
        offer: {
          ...OFFER,
          brief: { ...BRIEF, by_advisor: false, handoff: null, identity: "not_checked", interpreter: null },
        },
      },
    ]),
  },
  call_note: { state: after([withBrief(BRIEFED_CALL)]), peer: "connected" },
  call_advisor_called: { state: after([withBrief(ADVISOR_CALLED)]), peer: "connected" },
  call_advisor_there: {
    state: after([withBrief(ADVISOR_THERE)]),
    peer: "connected",
    press: ["[data-toggle=conclude]"],
  },
  call_moving: { state: after([withBrief(MOVING)]), peer: "none" },
  wrap_up_unchosen: { state: after([inCall, overWithBrief]) },
  wrap_up_chosen: {
    state: after([inCall, overWithBrief], {
      type: "conclusion_chosen",
      concluding: { call: "call-1", resolution: "documents_missing", followUps: ["bring_documents"] },
    }),
  },
  wrap_up_not_saved: {
    state: after(
      [inCall, overWithBrief],
      { type: "conclusion_chosen", concluding: { call: "call-1", resolution: "settled", followUps: [] } },
      { type: "failed", place: "conclusion", code: "offline" },
    ),
  },
  gone_line: { state: after([ringing, withOffer(ready, "withdrawn", "line_failed")]) },
  gone_moved: { state: after([ringing, withOffer(ready, "withdrawn", "moved")]) },
  desk_offline: {
    state: after([deskOffline.snapshot], observed(deskOffline.snapshot, OFFLINE)),
    desk: deskOffline.desk,
  },
} satisfies Record<string, Screen>;

export const SCREENS: Readonly<Record<string, Screen>> = {
  ...expert,
  ...calls,
  ...everyone,
  ...signedOut,
  ...administrator,
  ...desks,
  ...briefed,
};
