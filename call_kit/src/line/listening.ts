/**
 * When enough has been heard of the microphone. Without a clock: whoever listens says what was heard when, and plays the
 * chime when it is due.
 */
import { CHIME, type ChimeSample, hasChime, isSilent } from "./measures";
import type { SoundFinding } from "./types";

/** What the room sounds like, before the chime. */
const BEFORE_MS = 160;
/** Loudspeakers and microphones by radio take a third of a second. Who waits for an expert waits for this too. */
const AFTER_MS = 2 * CHIME.noteMs + 350;
/** A microphone that has just been opened may begin with zeros. */
const SILENCE_MS = 2000;

export class Listening {
  readonly #begun: number;
  readonly #heard: ChimeSample[] = [];
  #chimed: number | null = null;
  #level = 0;

  constructor(now: number) {
    this.#begun = now;
  }

  /** Whether the chime is to be played now; true once. */
  isChimeDue(now: number): boolean {
    if (this.#chimed !== null || now - this.#begun < BEFORE_MS) {
      return false;
    }
    this.#chimed = now;
    return true;
  }

  /** What this makes of all that was heard; null: not enough yet. */
  hear(now: number, { peak, low, high }: { readonly peak: number } & Omit<ChimeSample, "ms">): SoundFinding | null {
    this.#level = Math.max(this.#level, peak);
    this.#heard.push({ ms: this.#chimed === null ? -1 : now - this.#chimed, low, high });
    const chime = hasChime(this.#heard);
    const silent = isSilent(this.#level);
    const enough = chime || (this.#chimed !== null && now - this.#chimed > AFTER_MS);
    if (silent ? now - this.#begun <= SILENCE_MS : !enough) {
      return null;
    }
    return { microphone: silent ? "silent" : "heard", loudspeaker: chime ? "heard" : "unheard", level: this.#level };
  }
}
