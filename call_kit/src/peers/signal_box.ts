import type { Signalled } from "../generated/wire";

/** More than any connection needs before its call view comes; beyond it somebody is misbehaving. */
const LIMIT = 256;

/**
 * Sorts signals by generation. One for an older connection is dropped; one for a connection that we do not know of
 * yet is kept, because signals and call views travel on ways of their own and may overtake each other.
 */
export class SignalBox {
  readonly #kept = new Map<string, Signalled[]>();

  /** Whether to hand the signal to the connection of generation `present` with its sender, if there is one. */
  sort(signal: Signalled, present: number | undefined): boolean {
    if (present !== undefined && signal.generation <= present) {
      return signal.generation === present;
    }
    const kept = this.#kept.get(signal.sender) ?? [];
    const newest = kept[0]?.generation ?? signal.generation;
    if (signal.generation > newest) {
      this.#kept.set(signal.sender, [signal]);
    } else if (signal.generation === newest && kept.length < LIMIT) {
      this.#kept.set(signal.sender, [...kept, signal]);
    }
    return false;
  }

  /** What was kept for the connection that is being made now, in order. Older ones are forgotten. */
  take(sender: string, generation: number): Signalled[] {
    const kept = this.#kept.get(sender) ?? [];
    const later = kept.filter((signal) => signal.generation > generation);
    if (later.length > 0) {
      this.#kept.set(sender, later);
    } else {
      this.#kept.delete(sender);
    }
    return kept.filter((signal) => signal.generation === generation);
  }

  clear(): void {
    this.#kept.clear();
  }
}
