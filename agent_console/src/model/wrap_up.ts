/** The time for finishing a call: how much is left of it, and whether more may be had. */

import type { WrapUpView } from "@palvelurinki/call_kit";

/** From here on it is said that the time is running out: as early as WCAG 2.2.1 asks, for whoever needs more. */
export const NEARLY_OVER_MS = 20_000;

export interface WrapUp {
  /** ms, never below zero. */
  readonly leftMs: number;
  /** What is left as a share of the whole, 0 to 1. */
  readonly share: number;
  readonly nearlyOver: boolean;
  /** Its present end and the latest that it can be extended to. */
  readonly until: string;
  readonly most: string;
  /** It has its latest end already. */
  readonly atMost: boolean;
}

/** At `now`, ms since the epoch by the server's clock. */
export function wrapUpOf(view: WrapUpView, now: number): WrapUp {
  const since = Date.parse(view.since);
  const until = Date.parse(view.until);
  const leftMs = Math.max(0, until - now);
  return {
    leftMs,
    share: Math.min(1, leftMs / Math.max(1, until - since)),
    nearlyOver: leftMs <= NEARLY_OVER_MS,
    until: view.until,
    most: view.most,
    atMost: until >= Date.parse(view.most),
  };
}
