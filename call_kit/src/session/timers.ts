import type { Timers } from "./types";

/** To the worker: wake `id` after `ms`, or no longer (null). */
export interface TickerRequest {
  readonly id: number;
  readonly ms: number | null;
}
/** From the worker: the id that fell due. */
export type TickerAnswer = number;

export interface Ticker {
  readonly postMessage: (request: TickerRequest) => void;
  readonly addEventListener: (
    type: "message" | "error",
    listener: (event: { readonly data?: TickerAnswer }) => void,
  ) => void;
}

/** The browser's own clock and timers. A hidden page gets them late: by a second, after some minutes by up to one. */
export const systemTimers: Timers = {
  now: () => Date.now(),
  after: (ms, done) => {
    const timer = setTimeout(done, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Timers that a worker keeps, on time when the page is hidden too: a console stands behind other windows most of the
 * day, and must reconnect there as fast as in front. Should the worker not start, `fallback` takes over what it kept.
 */
export function steadyTimers(ticker: Ticker, fallback: Timers = systemTimers): Timers {
  const waiting = new Map<number, { readonly due: number; readonly done: () => void }>();
  let failed = false;
  let ids = 0;
  const wake = (id: number): void => {
    const entry = waiting.get(id);
    waiting.delete(id);
    entry?.done();
  };
  ticker.addEventListener("message", ({ data }) => {
    if (data !== undefined) {
      wake(data);
    }
  });
  ticker.addEventListener("error", () => {
    failed = true;
    for (const [id, { due }] of waiting) {
      fallback.after(Math.max(0, due - fallback.now()), () => wake(id));
    }
  });
  return {
    now: fallback.now,
    after: (ms, done) => {
      if (failed) {
        return fallback.after(ms, done);
      }
      ids += 1;
      const id = ids;
      waiting.set(id, { due: fallback.now() + ms, done });
      ticker.postMessage({ id, ms });
      return () => {
        if (waiting.delete(id) && !failed) {
          ticker.postMessage({ id, ms: null });
        }
      };
    },
  };
}

let ofThisPage: Timers | null = null;

/** The timers of a session, one worker for the page; where there are no workers, the browser's own. */
export function sessionTimers(): Timers {
  ofThisPage ??= globalThis.Worker
    ? steadyTimers(new Worker(new URL("./ticker.ts", import.meta.url), { type: "module" }))
    : systemTimers;
  return ofThisPage;
}
