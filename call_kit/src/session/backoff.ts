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
