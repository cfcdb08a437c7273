/** The signal that an expert has answered: three rising tones, made here so that nothing has to be loaded. */

const NOTES_HZ = [523.25, 659.25, 783.99];
const NOTE_S = 0.28;
const REPEATS = 2;
const LOUDNESS = 0.35;

export class Chime {
  #context: AudioContext | null = null;

  /** Call it in answer to a touch: browsers let a page sound only then. */
  ready(): void {
    this.#context ??= new AudioContext();
    this.#resume();
  }

  play(): void {
    const context = this.#context;
    if (context === null) {
      return;
    }
    this.#resume();
    const round = NOTES_HZ.length * NOTE_S + 0.35;
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      for (const [place, hertz] of NOTES_HZ.entries()) {
        sound(context, hertz, context.currentTime + repeat * round + place * NOTE_S);
      }
    }
  }

  #resume(): void {
    // Refused before any touch: then the screen is the signal, as it always also is.
    this.#context?.resume().catch(() => undefined);
  }
}

function sound(context: AudioContext, hertz: number, at: number): void {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.type = "sine";
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, at + NOTE_S * 1.6);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + NOTE_S * 1.6);
}
