import { describe, expect, it } from "vitest";
import {
  CHIME,
  type ChimeSample,
  hasChime,
  hasTone,
  isDark,
  isSilent,
  lightOf,
  loudnessAt,
  median,
  peakOf,
  type Spectrum,
  TONE_HZ,
} from "./measures";

const RATE = 48_000;
const BINS = 1024;

/** So loud everywhere, and at these pitches as loud as said. */
function spectrum(floorDb: number, peaks: Readonly<Record<number, number>> = {}): Spectrum {
  const db = new Float32Array(BINS).fill(floorDb);
  for (const [hz, loud] of Object.entries(peaks)) {
    db[Math.round((Number(hz) * 2 * BINS) / RATE)] = loud;
  }
  return { db, rate: RATE };
}

describe("light", () => {
  const picture = (light: number, spot = light): number[] =>
    Array.from({ length: 16 }, (_, at) => (at === 7 ? spot : light)).flatMap((each) => [each, each, each, 255]);

  it.each([
    ["a cover", picture(0), true],
    ["a cover, seen by a noisy camera", picture(8, 20), true],
    ["a dim room with a lamp", picture(8, 120), false],
    ["a room", picture(90), false],
    ["nothing at all", [], true],
  ] as const)("%s", (_what, pixels, dark) => {
    expect(isDark(lightOf(pixels))).toBe(dark);
  });
});

describe("silence", () => {
  it.each([
    ["zeros", [0, 0, 0], true],
    ["less than half a step of 16 bits", [0, 1e-6, -1e-6], true],
    ["the noise of a quiet room", [0, 2e-4, -1e-4], false],
    ["one step of 16 bits", [0, 0, -1 / 32_768], false],
  ] as const)("%s", (_what, samples, silent) => {
    expect(isSilent(peakOf(samples))).toBe(silent);
  });
});

describe("the tone on the wire", () => {
  it.each([
    ["the tone alone", spectrum(-120, { [TONE_HZ]: -20 }), true],
    ["the tone a bin beside, and coded", spectrum(-75, { 1020: -30 }), true],
    ["nothing", spectrum(Number.NEGATIVE_INFINITY), false],
    ["noise", spectrum(-30), false],
    ["noise as loud as the tone", spectrum(-30, { [TONE_HZ]: -25 }), false],
    ["another tone", spectrum(-120, { 1300: -20 }), false],
    ["too weak a tone", spectrum(-140, { [TONE_HZ]: -90 }), false],
  ] as const)("%s", (_what, heard, expected) => {
    expect(hasTone(heard)).toBe(expected);
  });

  it("is looked for where it is, whatever the rate", () => {
    expect(loudnessAt({ db: spectrum(-120, { 500: -10 }).db, rate: RATE * 2 }, 1000)).toBe(-10);
  });
});

describe("the chime", () => {
  const quiet = { low: -90, high: -92 };
  const before: ChimeSample[] = [-80, -40].map((ms) => ({ ms, ...quiet }));
  const at = (ms: number, low: number, high: number): ChimeSample => ({ ms, low, high });

  it.each([
    ["one note after the other", [...before, at(40, -50, -80), at(200, -78, -48)], true],
    ["the same, late", [...before, at(40, -90, -90), at(350, -50, -80), at(500, -78, -48)], true],
    ["nothing", [...before, at(40, -90, -91), at(200, -89, -92)], false],
    ["a bang, which is all pitches at once", [...before, at(40, -40, -41), at(200, -42, -40)], false],
    ["the notes the other way round", [...before, at(40, -80, -50), at(200, -48, -78)], false],
    ["the low note alone", [...before, at(40, -50, -80), at(200, -50, -80)], false],
    ["music that was there before", [at(-40, -45, -46), at(40, -45, -60), at(200, -60, -45)], false],
    ["too soft", [...before, at(40, -75, -92), at(200, -92, -75)], false],
    ["nothing yet", [], false],
  ] as const)("%s", (_what, samples, expected) => {
    expect(hasChime(samples)).toBe(expected);
  });

  it("has notes that a spectrum tells apart", () => {
    const heard = spectrum(-120, { [CHIME.lowHz]: -20 });
    expect(loudnessAt(heard, CHIME.lowHz) - loudnessAt(heard, CHIME.highHz)).toBe(100);
  });
});

it("the median is the middle one", () => {
  expect(median([5, 1, 9])).toBe(5);
  expect(median([])).toBeNaN();
});
