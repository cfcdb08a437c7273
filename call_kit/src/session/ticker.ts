/** A worker that does nothing but tell the time: the timers of workers run on when the page is hidden. */
import type { TickerAnswer, TickerRequest } from "./timers";

const running = new Map<number, ReturnType<typeof setTimeout>>();

globalThis.addEventListener("message", ({ data }: MessageEvent<TickerRequest>) => {
  clearTimeout(running.get(data.id));
  running.delete(data.id);
  if (data.ms !== null) {
    running.set(
      data.id,
      setTimeout(() => {
        running.delete(data.id);
        globalThis.postMessage(data.id satisfies TickerAnswer);
      }, data.ms),
    );
  }
});
