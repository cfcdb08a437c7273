export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
}

/**
 * How long to wait before the next try: exponential with full jitter, so that many clients that lost the same server
 * do not come back at the same moment. `tries` have failed so far; `random` is in [0, 1).
 */
export function backoffMs(tries: number, random: number, { baseMs, capMs }: Backoff): number {
  return Math.round(random * Math.min(capMs, baseMs * 2 ** tries));
}

/** However long a server asks for: a person waits before the screen, and would rather see it fail and try again. */
const LONGEST_ASKED_MS = 30_000;

/**
 * How long the server asks us to stay away, in ms. What makes no sense (a text, a negative number, none at all) asks
 * for nothing; what is too long is cut. It comes off the wire unchecked, whatever its type says.
 */
export function askedDelayMs(retryAfterS: unknown): number {
  return typeof retryAfterS === "number" && retryAfterS > 0 ? Math.min(retryAfterS * 1000, LONGEST_ASKED_MS) : 0;
}
