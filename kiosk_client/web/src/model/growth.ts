/** Why a wait is longer than was told: an estimate never grows in silence. */

import type { EstimateView, Growth } from "@palvelurinki/call_kit";

/** How long the reason stays on the screen: long enough for who looks up now and then. */
export const GROWTH_SHOWN = 90_000;

/** The server's own bounds (`domain/waiting/estimate.py`): a smaller rise is no news. */
const RISE_S = 60;
const RISE_SHARE = 0.1;

/** `cause` is null when none is known. `at`: when it was told, local ms. */
export interface Grown {
  cause: Growth | null;
  count: number;
  at: number;
}

/**
 * What there is to tell once `after` has come. The server names a cause when it knows one; a rise without a cause is
 * seen here. What was told stays while nothing new comes, and goes when the wait has become shorter again.
 */
export function grownBy(
  told: Grown | null,
  estimates: { before: EstimateView | null; after: EstimateView | null },
  requestedAt: string | null,
  now: number,
): Grown | null {
  const { before, after } = estimates;
  if (after === null || after.at === before?.at) {
    return told;
  }
  if (after.grew !== null) {
    return { ...after.grew, at: now };
  }
  const was = totalOf(before, requestedAt);
  const is = totalOf(after, requestedAt);
  if (was === null || is === null) {
    return told;
  }
  if (is - was > Math.max(RISE_S, was * RISE_SHARE)) {
    return { cause: null, count: 0, at: now };
  }
  return was - is > RISE_S ? null : told;
}

/** Seconds of the whole wait, from the request, that the estimate foresees with even chances. */
function totalOf(estimate: EstimateView | null, requestedAt: string | null): number | null {
  if (estimate === null || estimate.p50_s === null || requestedAt === null) {
    return null;
  }
  return (Date.parse(estimate.at) - Date.parse(requestedAt)) / 1000 + estimate.p50_s;
}
