import type { Timers } from "../session/types";

/** Time that passes only when told to. */
export class VirtualTimers implements Timers {
  #now = 0;
  readonly #waiting = new Set<{ at: number; done: () => void }>();

  now = (): number => this.#now;

  after = (ms: number, done: () => void): (() => void) => {
    const entry = { at: this.#now + ms, done };
    this.#waiting.add(entry);
    return () => {
      this.#waiting.delete(entry);
    };
  };

  /** Lets `ms` pass; what falls due happens in order, and each time what was promised is settled. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settled();
      const [next] = [...this.#waiting].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
      if (!next) {
        break;
      }
      this.#waiting.delete(next);
      this.#now = next.at;
      next.done();
    }
    this.#now = end;
  }
}

/** Waits until everything that was promised and needs no time has happened. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) {
    await Promise.resolve();
  }
}
