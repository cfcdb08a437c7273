/** Queues as their experts and supervisors read them. */

import type { MemberActivity, MemberView, RingView, WaitingView } from "@palvelurinki/call_kit";
import { estimateOf } from "./estimate";
import type { Sentence } from "./sentence";

/** How the longest wait of a ring is to be taken; always told by colour, symbol and word together. */
export type WaitLevel = "none" | "good" | "notice" | "act";

/**
 * The rule of the words and colours: up to a minute all is well, up to five (Kela's longest for a shared point) it is
 * worth a look, beyond that someone acts.
 */
export const NOTICE_AFTER_MS = 60_000;
export const ACT_AFTER_MS = 5 * 60_000;

/** How many wait, then what the members do. Who is being rung is not ready: they count as ringing. */
export const COUNTS = ["waiting", "in_call", "ready", "ringing", "wrap_up", "paused"] as const;
export type Count = (typeof COUNTS)[number];

/** A customer in the queue, as the ring is to serve them. */
export interface Wait {
  readonly view: WaitingView;
  /** 1 is the next. */
  readonly place: number;
  readonly estimate: Sentence;
}

export interface RingModel {
  readonly view: RingView;
  /** In the order in which they are served, which is not always that of their coming. */
  readonly waiting: readonly Wait[];
  /** How long the one who has waited longest has done so, ms; null when nobody waits. */
  readonly longestMs: number | null;
  readonly level: WaitLevel;
  readonly counts: Readonly<Record<Count, number>>;
  /** Who is busiest first; null for those who do not supervise the ring. */
  readonly members: readonly MemberView[] | null;
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

const ACTIVITIES: readonly MemberActivity[] = ["ringing", "in_call", "wrap_up", "ready", "paused", "offline"];

function membersOf(members: readonly MemberView[]): readonly MemberView[] {
  // A stable order, so that nobody moves but those whose activity changes.
  return [...members].sort(
    (a, b) => ACTIVITIES.indexOf(a.activity) - ACTIVITIES.indexOf(b.activity) || a.name.localeCompare(b.name, "fi"),
  );
}

/** One ring at `now` (ms, the server's clock). */
export function ringOf(view: RingView, now: number): RingModel {
  const came = view.waiting.map((wait) => Date.parse(wait.requested_at));
  const longestMs = came.length === 0 ? null : Math.max(0, now - Math.min(...came));
  return {
    view,
    waiting: view.waiting.map((wait, index) => ({
      view: wait,
      place: index + 1,
      estimate: estimateOf(wait.estimate, now),
    })),
    longestMs,
    level: levelOf(longestMs),
    counts: {
      waiting: view.waiting.length,
      in_call: view.in_call,
      ready: view.ready,
      ringing: view.offered,
      wrap_up: view.wrap_up,
      paused: view.paused,
    },
    members: view.members === null ? null : membersOf(view.members),
  };
}
