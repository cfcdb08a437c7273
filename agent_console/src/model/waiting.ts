/** Queues as their experts and supervisors read them. */

import type { RingView, WaitingView } from "@palvelurinki/call_kit";

/** How the longest wait of a ring is to be taken; always told by colour, symbol and word together. */
export type WaitLevel = "none" | "good" | "notice" | "act";

/** Up to a minute all is well, up to five (Kela's longest for a shared point) it is worth a look, then someone acts. */
export const NOTICE_AFTER_MS = 60_000;
export const ACT_AFTER_MS = 5 * 60_000;

export interface RingModel {
  readonly view: RingView;
  /** Who waits, the longest wait first. */
  readonly waiting: readonly WaitingView[];
  /** How long the first of them has waited, ms; null when nobody waits. */
  readonly longestMs: number | null;
  readonly level: WaitLevel;
  /** How many wait, and what the members do. Whoever is being rung is ready: that is the status they chose. */
  readonly counts: {
    readonly waiting: number;
    readonly in_call: number;
    readonly ready: number;
    readonly paused: number;
  };
}

export function levelOf(waitedMs: number | null): WaitLevel {
  if (waitedMs === null) {
    return "none";
  }
  if (waitedMs <= NOTICE_AFTER_MS) {
    return "good";
  }
  return waitedMs <= ACT_AFTER_MS ? "notice" : "act";
}

/** One ring at `now` (ms, the server's clock). */
export function ringOf(view: RingView, now: number): RingModel {
  const waiting = [...view.waiting].sort((a, b) => Date.parse(a.requested_at) - Date.parse(b.requested_at));
  const first = waiting[0];
  const longestMs = first === undefined ? null : Math.max(0, now - Date.parse(first.requested_at));
  const counts = {
    waiting: waiting.length,
    in_call: view.in_call,
    ready: view.ready + view.offered,
    paused: view.paused,
  };
  return { view, waiting, longestMs, level: levelOf(longestMs), counts };
}
