/** What light and sound that were measured mean. Pure: numbers in, an answer out. */

/** On the wire alone, where nobody hears it. */
export const TONE_HZ = 1000;
/** From the loudspeaker: a rising fifth, short and soft. */
export const CHIME = { lowHz: 880, highHz: 1318.5, noteMs: 140 } as const;

/** Half of the smallest step of 16 bits: what any microphone that hears at all is above. */
const SILENCE = 1 / 65_536;
/** A cover lets nothing through; a dim room still has its lamps. */
const DARK = { brightest: 32, mean: 12 } as const;
const TONE = { leastDb: -70, aboveDb: 20, fromHz: 300, toHz: 4000 } as const;
const CHIME_RISE_DB = 10;
const CHIME_APART_DB = 6;

export interface Light {
  readonly mean: number;
  readonly brightest: number;
}

/** Of a picture's pixels, as `getImageData` gives them. */
export function lightOf(pixels: ArrayLike<number>): Light {
  let sum = 0;
  let brightest = 0;
  for (let at = 0; at + 3 < pixels.length; at += 4) {
    const light = ((pixels[at] ?? 0) + (pixels[at + 1] ?? 0) + (pixels[at + 2] ?? 0)) / 3;
    sum += light;
    brightest = Math.max(brightest, light);
  }
  return { mean: pixels.length > 0 ? (sum * 4) / pixels.length : 0, brightest };
}

export function isDark({ mean, brightest }: Light): boolean {
  return mean < DARK.mean && brightest < DARK.brightest;
}

/** The loudest of the samples, of full scale. */
export function peakOf(samples: Iterable<number>): number {
  let peak = 0;
  for (const sample of samples) {
    peak = Math.max(peak, Math.abs(sample));
  }
  return peak;
}

/** Whether it is digital silence: a microphone that is turned off somewhere gives zeros, a quiet room does not. */
export function isSilent(peak: number): boolean {
  return peak < SILENCE;
}

/** A spectrum in dB, as an AnalyserNode gives it: bins from 0 Hz to half the rate. */
export interface Spectrum {
  readonly db: ArrayLike<number>;
  readonly rate: number;
}

function binOf({ db, rate }: Spectrum, hz: number): number {
  return Math.round((hz * 2 * db.length) / rate);
}

/** How loud it is at this pitch. */
export function loudnessAt(spectrum: Spectrum, hz: number): number {
  const at = binOf(spectrum, hz);
  return Math.max(...[at - 1, at, at + 1].map((bin) => spectrum.db[bin] ?? Number.NEGATIVE_INFINITY));
}

/** Whether our tone is in it: far above what else is there, and not the whole band made loud by noise. */
export function hasTone(spectrum: Spectrum): boolean {
  const loud = loudnessAt(spectrum, TONE_HZ);
  const [from, to, tone] = [TONE.fromHz, TONE.toHz, TONE_HZ].map((hz) => binOf(spectrum, hz)) as [
    number,
    number,
    number,
  ];
  const others: number[] = [];
  for (let bin = from; bin < to; bin += 1) {
    if (Math.abs(bin - tone) > 4) {
      others.push(spectrum.db[bin] ?? Number.NEGATIVE_INFINITY);
    }
  }
  return loud > TONE.leastDb && loud > median(others) + TONE.aboveDb;
}

/** How loud it was at the chime's two notes, at some moment after the chime began; before it the time is negative. */
export interface ChimeSample {
  readonly ms: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Whether the chime was heard: first its low note stood out, then its high one, each above what was there before and
 * above the other. Whatever else is to be heard in a room seldom does just that.
 */
export function hasChime(samples: readonly ChimeSample[]): boolean {
  const before = samples.filter(({ ms }) => ms < 0);
  const after = samples.filter(({ ms }) => ms >= 0);
  const floor = (of: (sample: ChimeSample) => number): number =>
    Math.max(TONE.leastDb, ...before.map(of)) + CHIME_RISE_DB;
  const [low, high] = [floor((sample) => sample.low), floor((sample) => sample.high)];
  const first = after.findIndex((sample) => sample.low > low && sample.low > sample.high + CHIME_APART_DB);
  return (
    first >= 0 &&
    after.slice(first + 1).some((sample) => sample.high > high && sample.high > sample.low + CHIME_APART_DB)
  );
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
