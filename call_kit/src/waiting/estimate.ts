/**
 * What is left of a wait by now, in the minutes that a person is shown: the server's estimate less what has passed
 * since it was made. Rounded outwards, as in the server's `domain/waiting/estimate.py` (`shown`), so that what is
 * shown promises no more than what was estimated.
 */

import type { EstimateView, Obstacle } from "../generated/wire";

/** Up to this many minutes the range is in whole minutes, beyond in whole fives: more would feign exactness. */
const EXACT_MINUTES = 20;
const COARSE_MINUTES = 5;
const MINUTE_MS = 60_000;

export type EstimateNow =
  /** From `low` to `high` minutes, `1 <= low <= high`. */
  | { readonly kind: "range"; readonly low: number; readonly high: number }
  /** Less than `high` minutes: with even chances it is the customer's turn at any moment. */
  | { readonly kind: "less_than"; readonly high: number }
  /** `low` minutes or more; it may be that the ring closes before. */
  | { readonly kind: "at_least"; readonly low: number }
  /** The wait has outlasted its estimate, and a newer one has not come yet: no number holds any more. */
  | { readonly kind: "overdue" }
  | { readonly kind: "cannot"; readonly reason: Obstacle };

function minutesOf(ms: number, round: (value: number) => number): number {
  const minutes = ms / MINUTE_MS;
  const unit = minutes <= EXACT_MINUTES ? 1 : COARSE_MINUTES;
  return round(minutes / unit) * unit;
}

/** The estimate at `now`, ms since the epoch by the server's clock. A clock that is behind leaves it as it was made. */
export function estimateAt(view: EstimateView, now: number): EstimateNow {
  if (view.cannot !== null || view.p50_s === null) {
    return { kind: "cannot", reason: view.cannot ?? "not_before_closing" };
  }
  const passed = Math.max(0, now - Date.parse(view.at));
  const low = minutesOf(Math.max(0, view.p50_s * 1000 - passed), Math.floor);
  if (view.p80_s === null) {
    return low > 0 ? { kind: "at_least", low } : { kind: "overdue" };
  }
  const left = view.p80_s * 1000 - passed;
  if (left <= 0) {
    return { kind: "overdue" };
  }
  const high = minutesOf(left, Math.ceil);
  return low > 0 ? { kind: "range", low, high } : { kind: "less_than", high };
}
