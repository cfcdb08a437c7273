/**
 * The advisor's desk: what is being prepared, which contact is looked at, what was asked of the server and refused.
 * A plain reducer. The boards are the server's and are not kept here; nothing typed is lost by what they tell, nor by a
 * refusal: the draft is emptied only when it has been sent.
 */

import type { BoardContactView, PointBoardView, PointCatalogue } from "@palvelurinki/call_kit";
import { type DeskMemory, EMPTY_DESK_MEMORY, heard, remember } from "./attention";
import { type Draft, EMPTY_DRAFT, FURTHER_MOST, type FurtherDraft, type Problem } from "./draft";
import type { Note, NotePart } from "./note";

/** The point's catalogue as it was last read. */
export interface Read {
  readonly catalogue: PointCatalogue | null;
  /** The code of why it could not be read (again). */
  readonly failure: string | null;
}

/** What fills the desk beside the cards. */
export type Shown =
  | { readonly kind: "connect" }
  /**
   * `terminal`: where it was when it was chosen; it may move. `visit`, once the board has told it: when the contact has
   * ended, the customer's next one is looked at.
   */
  | { readonly kind: "contact"; readonly contact: string; readonly terminal: string; readonly visit: string | null };

/** The note of a contact under way, being amended. `from`: what stood there when it was begun. */
export interface Amending {
  readonly contact: string;
  readonly from: Note;
  readonly note: Note;
}

/** Where a refusal is told: at the connecting, or at a contact by its id. */
export type DeskPlace = string;
export const CONNECTING: DeskPlace = "connecting";

/** What lies open at a contact. */
export interface OpenedAt {
  readonly contact: string;
  readonly what: "closing" | "adding";
}

export interface DeskState {
  readonly point: string | null;
  readonly reads: ReadonlyMap<string, Read>;
  readonly draft: Draft;
  /** What kept the draft from being sent when it was tried last. */
  readonly problem: Problem | null;
  readonly shown: Shown;
  readonly amending: Amending | null;
  readonly opened: OpenedAt | null;
  readonly pending: ReadonlySet<DeskPlace>;
  /** The code of the refusal that is told at a place. */
  readonly failures: ReadonlyMap<DeskPlace, string>;
  /** Finishing tasks that were ticked: contact → tasks. */
  readonly ticked: ReadonlyMap<string, ReadonlySet<string>>;
  readonly memory: DeskMemory;
}

export const EMPTY_DESK: DeskState = {
  point: null,
  reads: new Map(),
  draft: EMPTY_DRAFT,
  problem: null,
  shown: { kind: "connect" },
  amending: null,
  opened: null,
  pending: new Set(),
  failures: new Map(),
  ticked: new Map(),
  memory: EMPTY_DESK_MEMORY,
};

/** What of the draft can be changed as it is. */
export type Details = Partial<Pick<Draft, "identity" | "language" | "interpreter" | "terminal">>;

export type DeskEvent =
  /** The boards as the server tells them now. `at`: ms since the epoch, the server's clock. */
  | { readonly type: "boards"; readonly points: readonly PointBoardView[]; readonly at: number }
  | { readonly type: "point_chosen"; readonly point: string }
  | { readonly type: "catalogue_read"; readonly point: string; readonly catalogue: PointCatalogue }
  | { readonly type: "catalogue_failed"; readonly point: string; readonly code: string }
  | { readonly type: "need_written"; readonly query: string; readonly at: number }
  | { readonly type: "matter_chosen"; readonly service: string }
  | { readonly type: "matter_left" }
  | { readonly type: "note_written"; readonly part: NotePart; readonly text: string }
  | { readonly type: "detailed"; readonly details: Details }
  | { readonly type: "further_added"; readonly service: string }
  | { readonly type: "further_written"; readonly service: string; readonly what: string }
  | { readonly type: "further_dropped"; readonly service: string }
  | { readonly type: "kept"; readonly problem: Problem }
  | { readonly type: "connected"; readonly contact: string; readonly terminal: string }
  | { readonly type: "draft_emptied" }
  | { readonly type: "card_chosen"; readonly terminal: string; readonly contact: string | null }
  /** What was looked at is done: the next customer may come. */
  | { readonly type: "looked_away" }
  | { readonly type: "same_customer"; readonly draft: Partial<Draft> }
  | { readonly type: "amend_begun"; readonly contact: string; readonly note: Note }
  | { readonly type: "amend_written"; readonly part: NotePart; readonly text: string }
  | { readonly type: "amend_closed" }
  | { readonly type: "opened_at"; readonly opened: OpenedAt }
  | { readonly type: "opened_closed" }
  | { readonly type: "ticked"; readonly contact: string; readonly task: string; readonly done: boolean }
  | { readonly type: "heard"; readonly key: string }
  | { readonly type: "sent"; readonly place: DeskPlace }
  | { readonly type: "done"; readonly place: DeskPlace }
  | { readonly type: "failed"; readonly place: DeskPlace; readonly code: string }
  | { readonly type: "failure_read"; readonly place: DeskPlace };

function without<T>(set: ReadonlySet<T>, gone: T): ReadonlySet<T> {
  return new Set([...set].filter((each) => each !== gone));
}

function withoutKey<V>(map: ReadonlyMap<string, V>, gone: string): ReadonlyMap<string, V> {
  return new Map([...map].filter(([key]) => key !== gone));
}

function drafted(state: DeskState, change: Partial<Draft>): DeskState {
  return { ...state, draft: { ...state.draft, ...change }, problem: null };
}

function withFurther(state: DeskState, change: (further: readonly FurtherDraft[]) => readonly FurtherDraft[]) {
  return drafted(state, { further: change(state.draft.further) });
}

/** What is looked at, followed from contact to contact of one visit. */
function follow(shown: Shown, contacts: readonly BoardContactView[]): Shown {
  if (shown.kind === "connect") {
    return shown;
  }
  const same = contacts.find(({ id }) => id === shown.contact);
  if (same !== undefined) {
    return shown.visit === same.visit ? shown : { ...shown, visit: same.visit };
  }
  const next = contacts.find(({ visit }) => visit === shown.visit);
  return next === undefined ? shown : { ...shown, contact: next.id };
}

function boards(state: DeskState, points: readonly PointBoardView[], at: number): DeskState {
  const known = points.some(({ point }) => point.id === state.point);
  const contacts = points.flatMap(({ terminals }) => terminals.flatMap(({ contact }) => contact ?? []));
  const live = new Set(contacts.map(({ id }) => id));
  return {
    ...state,
    point: known ? state.point : (points[0]?.point.id ?? null),
    shown: follow(state.shown, contacts),
    memory: remember(state.memory, points, at),
    ticked: new Map([...state.ticked].filter(([contact]) => live.has(contact))),
  };
}

function tick(state: DeskState, contact: string, task: string, done: boolean): DeskState {
  const before = state.ticked.get(contact) ?? new Set<string>();
  const after = done ? new Set([...before, task]) : without(before, task);
  return { ...state, ticked: new Map([...state.ticked, [contact, after]]) };
}

/** What the advisor prepares: the draft and its refusals. Null: the event is about something else. */
function preparing(state: DeskState, event: DeskEvent): DeskState | null {
  switch (event.type) {
    case "need_written":
      return drafted(state, {
        query: event.query,
        since: event.query === "" ? state.draft.since : (state.draft.since ?? event.at),
      });
    case "matter_chosen":
      return {
        ...drafted(state, {
          service: event.service,
          further: state.draft.further.filter(({ service }) => service !== event.service),
        }),
        failures: withoutKey(state.failures, CONNECTING),
      };
    case "matter_left":
      return drafted(state, { service: null });
    case "note_written":
      return drafted(state, { note: { ...state.draft.note, [event.part]: event.text } });
    case "detailed":
      return drafted(state, event.details);
    case "further_added":
      return withFurther(state, (further) =>
        further.length >= FURTHER_MOST ||
        event.service === state.draft.service ||
        further.some(({ service }) => service === event.service)
          ? further
          : [...further, { service: event.service, what: "" }],
      );
    case "further_written":
      return withFurther(state, (further) =>
        further.map((each) => (each.service === event.service ? { ...each, what: event.what } : each)),
      );
    case "further_dropped":
      return withFurther(state, (further) => further.filter(({ service }) => service !== event.service));
    case "kept":
      return { ...state, problem: event.problem };
    case "connected":
      return {
        ...state,
        draft: EMPTY_DRAFT,
        problem: null,
        shown: { kind: "contact", contact: event.contact, terminal: event.terminal, visit: null },
      };
    case "draft_emptied":
      return { ...state, draft: EMPTY_DRAFT, problem: null, failures: withoutKey(state.failures, CONNECTING) };
    case "same_customer":
      return { ...state, draft: { ...EMPTY_DRAFT, ...event.draft }, problem: null, shown: { kind: "connect" } };
    default:
      return null;
  }
}

/** A contact under way, and what was asked of the server. */
function following(state: DeskState, event: DeskEvent): DeskState {
  switch (event.type) {
    case "card_chosen":
      return event.contact === null
        ? { ...drafted(state, { terminal: event.terminal }), shown: { kind: "connect" }, opened: null }
        : {
            ...state,
            shown: { kind: "contact", contact: event.contact, terminal: event.terminal, visit: null },
            opened: state.opened?.contact === event.contact ? state.opened : null,
          };
    case "looked_away":
      return { ...state, shown: { kind: "connect" }, opened: null };
    case "amend_begun":
      return { ...state, amending: { contact: event.contact, from: event.note, note: event.note } };
    case "amend_written":
      return state.amending === null
        ? state
        : { ...state, amending: { ...state.amending, note: { ...state.amending.note, [event.part]: event.text } } };
    case "amend_closed":
      return { ...state, amending: null };
    case "opened_at":
      return { ...state, opened: event.opened };
    case "opened_closed":
      return { ...state, opened: null };
    case "ticked":
      return tick(state, event.contact, event.task, event.done);
    case "heard":
      return { ...state, memory: heard(state.memory, event.key) };
    case "sent":
      return {
        ...state,
        pending: new Set([...state.pending, event.place]),
        failures: withoutKey(state.failures, event.place),
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
      return { ...state, failures: withoutKey(state.failures, event.place) };
    default:
      return state;
  }
}

/** The state after `event`. */
export function reduceDesk(state: DeskState, event: DeskEvent): DeskState {
  switch (event.type) {
    case "boards":
      return boards(state, event.points, event.at);
    case "point_chosen":
      return { ...state, point: event.point, shown: { kind: "connect" } };
    case "catalogue_read":
      return {
        ...state,
        reads: new Map([...state.reads, [event.point, { catalogue: event.catalogue, failure: null }]]),
      };
    case "catalogue_failed": {
      const before = state.reads.get(event.point)?.catalogue ?? null;
      return {
        ...state,
        reads: new Map([...state.reads, [event.point, { catalogue: before, failure: event.code }]]),
      };
    }
    default:
      return preparing(state, event) ?? following(state, event);
  }
}
