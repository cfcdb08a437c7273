/**
 * When a way through the network is proven, and when it is given up. Without a clock: whoever watches the connection
 * says what it saw and when, and asks what to make of it.
 *
 *     opening ── opened ──→ open ── three round trips, the tone, frames ──→ proven
 *        │                   ├── no answer for a while, failed ──→ broken
 *        └── too long, failed ──→ broken                  └── too long ──→ broken
 */
import { median } from "./measures";
import type { PathFinding } from "./types";
import { SLOW_MS } from "./verdict";

/** A line of 800 ms needs six round trips to open. */
export const OPEN_WITHIN_MS = 5000;
export const PROVE_WITHIN_MS = 4000;
/** The far end is gone: the data channel repeats by itself what was lost. */
export const SILENT_MS = 1600;
const ROUND_TRIPS = 3;
const ROUND_TRIPS_TO_BE_SLOW = 12;
const FRAMES = 3;

/** What is to come through: where there is no camera there are no frames, and where no tone can be made no tone. */
export interface PathWants {
  readonly tone: boolean;
  readonly frames: boolean;
}

export class PathJudge {
  readonly #wants: PathWants;
  readonly #begun: number;
  readonly #roundTrips: number[] = [];
  #opened: number | null = null;
  #heard = 0;
  #tone = false;
  #frames = 0;
  #failed = false;

  constructor(wants: PathWants, now: number) {
    this.#wants = wants;
    this.#begun = now;
  }

  opened(now: number): void {
    this.#opened ??= now;
    this.#heard = now;
  }

  roundTrip(ms: number, now: number): void {
    this.#roundTrips.push(ms);
    this.#heard = now;
  }

  tone(): void {
    this.#tone = true;
  }

  /** How many frames have been decoded so far. */
  frames(number: number): void {
    this.#frames = number;
  }

  failed(): void {
    this.#failed = true;
  }

  /** Null: it is still open what it will be. */
  at(now: number): PathFinding | null {
    const roundTripMs = median(this.#roundTrips);
    const late = this.#isLate(now);
    // Three that were slow may be a moment's: more of them tell.
    if (this.#isProven() && (roundTripMs <= SLOW_MS || late || this.#roundTrips.length >= ROUND_TRIPS_TO_BE_SLOW)) {
      return { kind: "proven", roundTripMs: Math.round(roundTripMs) };
    }
    return this.#failed || late ? { kind: "broken", connected: this.#opened !== null } : null;
  }

  #isProven(): boolean {
    return (
      this.#roundTrips.length >= ROUND_TRIPS &&
      (this.#tone || !this.#wants.tone) &&
      (this.#frames >= FRAMES || !this.#wants.frames)
    );
  }

  #isLate(now: number): boolean {
    return this.#opened === null
      ? now - this.#begun > OPEN_WITHIN_MS
      : now - this.#opened > PROVE_WITHIN_MS || now - this.#heard > SILENT_MS;
  }
}
