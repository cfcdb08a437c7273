/** All that the desk's views show. */

import type { PointBoardView, PointCatalogue, StaffSnapshot } from "@palvelurinki/call_kit";
import { type AdvisorCall, callsOf } from "./attention";
import { type Card, cardsOf } from "./cards";
import type { DeskState } from "./desk";
import { terminalOf } from "./draft";

export interface DeskModel {
  readonly state: DeskState;
  readonly points: readonly PointBoardView[];
  readonly point: PointBoardView | null;
  readonly cards: readonly Card[];
  readonly catalogue: PointCatalogue | null;
  /** The code of why the catalogue could not be read. */
  readonly unread: string | null;
  /** Those who call the advisor and have not been heard yet. */
  readonly calls: readonly AdvisorCall[];
  /** The card of the contact that is looked at, wherever it has moved; null when it is no longer on the board. */
  readonly looked: Card | null;
  /** Where the customer of the draft would be seated, once their matter is chosen. */
  readonly seat: Card | null;
  readonly now: number;
  readonly me: string;
}

/** `now`: ms since the epoch by the server's clock. */
export function deskOf(state: DeskState, snapshot: StaffSnapshot | null, now: number): DeskModel {
  const points = snapshot?.points ?? [];
  const point = points.find((each) => each.point.id === state.point) ?? points[0] ?? null;
  const read = point === null ? undefined : state.reads.get(point.point.id);
  const cards = cardsOf(point);
  const me = snapshot?.staff.id ?? "";
  const { shown } = state;
  const looked = shown.kind === "contact" ? (cards.find((card) => card.contact?.id === shown.contact) ?? null) : null;
  return {
    state,
    points,
    point,
    cards,
    catalogue: read?.catalogue ?? null,
    unread: read?.failure ?? null,
    calls: callsOf(state.memory, points, me, now),
    looked,
    seat: state.draft.service === null && state.draft.terminal === null ? null : terminalOf(state.draft, cards),
    now,
    me,
  };
}
