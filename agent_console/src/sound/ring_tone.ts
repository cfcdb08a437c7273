/** The ringing: two soft notes, again and again, made by Web Audio so that no file has to be fetched. */

import { type Observable, Value } from "@palvelurinki/call_kit";

const EVERY_MS = 2400;
interface Note {
  /** Hz. */
  readonly frequency: number;
  /** s. */
  readonly at: number;
}

/** A customer rings at an expert's. */
export const RINGING: readonly Note[] = [
  { frequency: 659.25, at: 0 },
  { frequency: 880, at: 0.22 },
];
/** An advisor is called to the counter: told apart from the ringing also by one who is both. */
export const CALLING: readonly Note[] = [
  { frequency: 880, at: 0 },
  { frequency: 698.46, at: 0.2 },
  { frequency: 523.25, at: 0.4 },
];
const NOTE_SECONDS = 0.7;
const LOUDNESS = 0.25;

/** A browser lets nothing sound before the person has touched the page. */
const GESTURES = ["pointerdown", "keydown"] as const;

export class RingTone {
  /** Whether the browser would let it be heard now. */
  readonly allowed: Observable<boolean>;
  readonly #allowed = new Value(false);
  #context: AudioContext | null = null;
  #ringing: ReturnType<typeof setInterval> | null = null;
  readonly #notes: readonly Note[];

  constructor(notes: readonly Note[] = RINGING) {
    this.#notes = notes;
    this.allowed = this.#allowed;
  }

  /** To be called once, when the page is there: the first touch or key allows the sound. */
  prepare(): void {
    const unlock = (): void => {
      this.#wake()
        .resume()
        .then(() => {
          for (const gesture of GESTURES) {
            document.removeEventListener(gesture, unlock);
          }
        })
        .catch(reportError);
    };
    for (const gesture of GESTURES) {
      document.addEventListener(gesture, unlock);
    }
    this.#wake();
  }

  start(): void {
    if (this.#ringing === null) {
      this.once();
      this.#ringing = setInterval(() => this.once(), EVERY_MS);
    }
  }

  stop(): void {
    if (this.#ringing !== null) {
      clearInterval(this.#ringing);
      this.#ringing = null;
    }
  }

  /** The notes, once. */
  once(): void {
    const context = this.#wake();
    for (const { frequency, at } of this.#notes) {
      const begin = context.currentTime + at;
      const note = context.createOscillator();
      const loudness = context.createGain();
      note.type = "sine";
      note.frequency.value = frequency;
      // Swells and fades: a tone that starts at once clicks.
      loudness.gain.setValueAtTime(0.0001, begin);
      loudness.gain.exponentialRampToValueAtTime(LOUDNESS, begin + 0.03);
      loudness.gain.exponentialRampToValueAtTime(0.0001, begin + NOTE_SECONDS);
      note.connect(loudness).connect(context.destination);
      note.start(begin);
      note.stop(begin + NOTE_SECONDS);
    }
  }

  #wake(): AudioContext {
    if (this.#context === null) {
      const context = new AudioContext();
      context.addEventListener("statechange", () => this.#allowed.set(context.state === "running"));
      this.#allowed.set(context.state === "running");
      this.#context = context;
    }
    return this.#context;
  }
}
