import { Listening } from "./listening";
import { CHIME, hasTone, loudnessAt, peakOf, TONE_HZ } from "./measures";
import type { SoundFinding } from "./types";
import { pause } from "./waiting";

/** Where nobody has pressed anything yet, a browser lets no sound begin: it is not waited for. */
const START_WITHIN_MS = 400;
const LOOK_MS = 20;
const VOLUME = { chime: 0.15, tone: 0.3 } as const;
const BINS = 2048;
/** What makes speech clear would take the chime, and a quiet room, for nothing. */
const PLAIN: MediaTrackConstraints = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

/** The sounds of one line check: a tone for the wire, a chime for the loudspeaker, and what is heard of both. */
export class Sounds {
  readonly #context = new AudioContext();
  #tone: MediaStreamTrack | null = null;
  #running: Promise<boolean> | null = null;

  close(): void {
    this.#tone?.stop();
    this.#context.close().catch(() => undefined);
  }

  /** A track with the tone; null when the browser lets no sound begin. */
  async tone(): Promise<MediaStreamTrack | null> {
    if (!(await this.#runs())) {
      return null;
    }
    if (!this.#tone) {
      const destination = this.#context.createMediaStreamDestination();
      this.#play(TONE_HZ, VOLUME.tone, destination);
      this.#tone = destination.stream.getAudioTracks()[0] ?? null;
    }
    return this.#tone;
  }

  /** Tells of a stream, whenever asked, whether the tone is in it. */
  ear(stream: MediaStream): () => boolean {
    const analyser = this.#analyse(stream);
    const db = new Float32Array(analyser.frequencyBinCount);
    return () => {
      analyser.getFloatFrequencyData(db);
      return hasTone({ db, rate: this.#context.sampleRate });
    };
  }

  /** Listens to the microphone, and plays the chime to hear whether the loudspeaker does. */
  async listen(track: MediaStreamTrack, signal: AbortSignal): Promise<SoundFinding> {
    if (!(await this.#runs())) {
      // The track itself knows as much: whether anything comes from the device.
      return { microphone: track.muted ? "silent" : "heard", loudspeaker: "untried", level: 0 };
    }
    const plain = await plainly(track);
    try {
      return await this.#hear(new MediaStream([plain ?? track]), signal);
    } finally {
      plain?.stop();
    }
  }

  async #hear(stream: MediaStream, signal: AbortSignal): Promise<SoundFinding> {
    const look = this.#looks(stream);
    const listening = new Listening(performance.now());
    for (;;) {
      await pause(LOOK_MS, signal);
      const now = performance.now();
      if (listening.isChimeDue(now)) {
        this.#chime();
      }
      const found = listening.hear(now, look());
      if (found) {
        return found;
      }
    }
  }

  /** Tells, whenever asked, how loud the stream is now: as a whole, and at the chime's notes. */
  #looks(stream: MediaStream): () => { peak: number; low: number; high: number } {
    const analyser = this.#analyse(stream);
    const samples = new Float32Array(analyser.fftSize);
    const db = new Float32Array(analyser.frequencyBinCount);
    const spectrum = { db, rate: this.#context.sampleRate };
    return () => {
      analyser.getFloatTimeDomainData(samples);
      analyser.getFloatFrequencyData(db);
      return {
        peak: peakOf(samples),
        low: loudnessAt(spectrum, CHIME.lowHz),
        high: loudnessAt(spectrum, CHIME.highHz),
      };
    };
  }

  #chime(): void {
    const { currentTime } = this.#context;
    const seconds = CHIME.noteMs / 1000;
    this.#play(CHIME.lowHz, VOLUME.chime, this.#context.destination, [currentTime, currentTime + seconds]);
    const second = currentTime + seconds;
    this.#play(CHIME.highHz, VOLUME.chime, this.#context.destination, [second, second + seconds * 1.5]);
  }

  /** A sine, from and to these seconds of the context's clock, without clicks; without them from now on. */
  #play(hz: number, volume: number, to: AudioNode, [from, until]: readonly number[] = []): void {
    const oscillator = this.#context.createOscillator();
    const gain = this.#context.createGain();
    oscillator.frequency.value = hz;
    oscillator.connect(gain).connect(to);
    if (from === undefined || until === undefined) {
      gain.gain.value = volume;
      oscillator.start();
      return;
    }
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(volume, from + 0.015);
    gain.gain.setValueAtTime(volume, until - 0.05);
    gain.gain.linearRampToValueAtTime(0, until);
    oscillator.start(from);
    oscillator.stop(until);
  }

  #analyse(stream: MediaStream): AnalyserNode {
    const analyser = this.#context.createAnalyser();
    analyser.fftSize = BINS;
    analyser.smoothingTimeConstant = 0;
    this.#context.createMediaStreamSource(stream).connect(analyser);
    return analyser;
  }

  #runs(): Promise<boolean> {
    this.#running ??= Promise.race([
      this.#context.resume().then(() => this.#context.state === "running"),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(this.#context.state === "running"), START_WITHIN_MS)),
    ]);
    return this.#running;
  }
}

/** The same microphone as it is, beside what the call gets of it; null when the device is not given twice. */
async function plainly(track: MediaStreamTrack): Promise<MediaStreamTrack | null> {
  const { deviceId } = track.getSettings();
  try {
    const audio = deviceId ? { ...PLAIN, deviceId: { exact: deviceId } } : PLAIN;
    return (await navigator.mediaDevices.getUserMedia({ audio })).getAudioTracks()[0] ?? null;
  } catch {
    return null;
  }
}
