/** The time for finishing a call: how much is left of it, and whether more may be had. */

import type { WrapUpView } from "@palvelurinki/call_kit";

/**
 * From here on it is said that the time is running out: as early as WCAG 2.2.1 asks, for whoever needs more. Of a short
 * time it is only the last third: what warns from the first second is soon not seen.
 */
const NEARLY_OVER_MS = 20_000;
const NEARLY_OVER_SHARE = 1 / 3;

/** How much the server adds at a time, up to the most (WRAP_UP_EXTENSION in domain/presence.py). */
const EXTENSION_MS = 60_000;

export interface WrapUp {
  /** ms, never below zero. */
  readonly leftMs: number;
  /** What is left as a share of the whole, 0 to 1. */
  readonly share: number;
  readonly nearlyOver: boolean;
  /** Its present end and the latest that it can be extended to. */
  readonly until: string;
  readonly most: string;
  /** How much longer it gets when it is extended now, whole seconds. */
  readonly moreS: number;
  /** It has its latest end already. */
  readonly atMost: boolean;
}

/** At `now`, ms since the epoch by the server's clock. */
export function wrapUpOf(view: WrapUpView, now: number): WrapUp {
  const since = Date.parse(view.since);
  const until = Date.parse(view.until);
  const most = Date.parse(view.most);
  const whole = Math.max(1, until - since);
  const leftMs = Math.max(0, until - now);
  return {
    leftMs,
    share: Math.min(1, leftMs / whole),
    nearlyOver: leftMs <= Math.min(NEARLY_OVER_MS, whole * NEARLY_OVER_SHARE),
    until: view.until,
    most: view.most,
    moreS: Math.round(Math.min(EXTENSION_MS, Math.max(0, most - until)) / 1000),
    atMost: until >= most,
  };
}
