import type { Timers } from "./types";

/** The browser's own clock and timers. */
export const systemTimers: Timers = {
  now: () => Date.now(),
  after: (ms, done) => {
    const timer = setTimeout(done, ms);
    return () => clearTimeout(timer);
  },
};
