/** The point's terminals as the desk shows them: one card each, and what can be done with what is there. */

import type {
  BoardContactView,
  BoardQueueView,
  BoardTerminalView,
  EstimateView,
  PointBoardView,
} from "@palvelurinki/call_kit";
import { estimateOf } from "../estimate";
import type { Sentence } from "../sentence";

/**
 * `away`: nobody's contact is there, and the terminal does not answer; `held`: somebody's is. `checking`: it has not yet
 * shown that it can call; `trouble`: it has shown that it cannot. `unfinished`: the call is over, and something is left to
 * do at the counter; the terminal itself is free.
 */
export type CardState =
  | "free"
  | "away"
  | "checking"
  | "trouble"
  | "waiting"
  | "held"
  | "offered"
  | "in_call"
  | "unfinished";

export interface Card {
  readonly id: string;
  readonly view: BoardTerminalView;
  readonly state: CardState;
  readonly contact: BoardContactView | null;
  /** Somebody's next contact could begin here now. */
  readonly free: boolean;
}

function stateOf(view: BoardTerminalView): CardState {
  const { contact, connected } = view;
  const state = contact?.state ?? view.contact_state;
  if (contact?.state === "ended") {
    return "unfinished";
  }
  if (state === null || state === "ended") {
    return connected ? "free" : "away";
  }
  if (state === "waiting" && contact?.line.state === "failed") {
    return "trouble";
  }
  return state === "waiting" && contact?.line.state === "unproven" ? "checking" : state;
}

export function cardOf(view: BoardTerminalView): Card {
  const state = stateOf(view);
  const free = view.connected && (state === "free" || state === "unfinished");
  return { id: view.terminal.id, view, state, contact: view.contact, free };
}

export function cardsOf(point: PointBoardView | null): readonly Card[] {
  return (point?.terminals ?? []).map(cardOf);
}

/** Where the customer who stands at the counter is seated: the desk's own terminal, else the first free one. */
export function firstFree(cards: readonly Card[]): Card | null {
  const free = cards.filter((card) => card.free);
  return (
    free.find((card) => card.view.kind === "desk" && card.state === "free") ??
    free.find((card) => card.state === "free") ??
    free[0] ??
    null
  );
}

/** Where a contact could be moved to. The private room comes first: it is what one moves for. */
export function targetsOf(cards: readonly Card[], from: string): readonly Card[] {
  const free = cards.filter((card) => card.free && card.id !== from);
  return free.toSorted((a, b) => Number(b.view.kind === "private_room") - Number(a.view.kind === "private_room"));
}

export function isLive(contact: BoardContactView): boolean {
  return contact.state !== "ended";
}

/** How much longer it waits, or that this is not known. `now`: ms since the epoch by the server's clock. */
export function waitOf({ at, p50_s, p80_s }: BoardQueueView, now: number): Sentence {
  const view: EstimateView | null = at === null ? null : { at, p50_s, p80_s, cannot: null, grew: null };
  return view === null || p50_s === null ? { key: "estimate.unknown", params: {} } : estimateOf(view, now);
}
