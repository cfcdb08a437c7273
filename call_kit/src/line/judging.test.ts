import { beforeEach, describe, expect, it } from "vitest";
import { Listening } from "./listening";
import { OPEN_WITHIN_MS, PathJudge, PROVE_WITHIN_MS, SILENT_MS } from "./path_judge";

describe("a way through the network", () => {
  let judge: PathJudge;
  beforeEach(() => {
    judge = new PathJudge({ tone: true, frames: true }, 0);
  });
  const answer = (from: number, times = 3): void => {
    judge.opened(from);
    for (let time = 0; time < times; time += 1) {
      judge.roundTrip(10 + time, from + time);
    }
  };

  it("is proven by three round trips, the tone and frames", () => {
    answer(100);
    judge.frames(3);
    expect(judge.at(200)).toBeNull();
    judge.tone();
    expect(judge.at(210)).toEqual({ kind: "proven", roundTripMs: 11 });
  });

  it.each([
    { roundTrips: 2, tone: true, frames: 3 },
    { roundTrips: 3, tone: false, frames: 3 },
    { roundTrips: 3, tone: true, frames: 2 },
  ])("is not proven by less: %j", ({ roundTrips, tone, frames }) => {
    answer(100, roundTrips);
    judge.frames(frames);
    if (tone) {
      judge.tone();
    }
    expect(judge.at(200)).toBeNull();
    expect(judge.at(PROVE_WITHIN_MS + 101)).toEqual({ kind: "broken", connected: true });
  });

  it("is not called slow by a moment's trouble", () => {
    judge.frames(3);
    judge.tone();
    judge.opened(0);
    for (const [at, ms] of [900, 1000, 1100].entries()) {
      judge.roundTrip(ms, 1000 + at);
    }
    expect(judge.at(1100)).toBeNull();
    for (let at = 0; at < 4; at += 1) {
      judge.roundTrip(30, 1200 + at);
    }
    expect(judge.at(1300)).toEqual({ kind: "proven", roundTripMs: 30 });
  });

  it("is slow when it stays so", () => {
    judge.frames(3);
    judge.tone();
    answer(0, 0);
    for (let at = 0; at < 12; at += 1) {
      judge.roundTrip(900, at);
    }
    expect(judge.at(20)).toEqual({ kind: "proven", roundTripMs: 900 });
  });

  it("asks for nothing that was not sent", () => {
    judge = new PathJudge({ tone: false, frames: false }, 0);
    answer(100);
    expect(judge.at(110)?.kind).toBe("proven");
  });

  it("is broken when it does not open", () => {
    expect(judge.at(OPEN_WITHIN_MS)).toBeNull();
    expect(judge.at(OPEN_WITHIN_MS + 1)).toEqual({ kind: "broken", connected: false });
  });

  it("is broken when it has opened and falls silent", () => {
    answer(100, 1);
    expect(judge.at(100 + SILENT_MS)).toBeNull();
    expect(judge.at(101 + SILENT_MS)).toEqual({ kind: "broken", connected: true });
  });

  it("is broken when media do not come though it answers", () => {
    judge.opened(0);
    for (let now = 0; now <= PROVE_WITHIN_MS + 100; now += 100) {
      judge.roundTrip(10, now);
    }
    expect(judge.at(PROVE_WITHIN_MS + 100)).toEqual({ kind: "broken", connected: true });
  });

  it("is broken at once when the connection says so", () => {
    judge.failed();
    expect(judge.at(1)).toEqual({ kind: "broken", connected: false });
  });
});

describe("listening to the microphone", () => {
  const room = { peak: 2e-4, low: -90, high: -90 };
  const zeros = { peak: 0, low: Number.NEGATIVE_INFINITY, high: Number.NEGATIVE_INFINITY };

  /** Listens every 20 ms until there is a finding; `heard` tells what of the chime there is so long after it began. */
  function listen(heard: (afterChimeMs: number) => typeof room): { found: unknown; ms: number; chimes: number } {
    const listening = new Listening(0);
    let [chimes, chimed] = [0, Number.POSITIVE_INFINITY];
    for (let now = 20; now < 10_000; now += 20) {
      if (listening.isChimeDue(now)) {
        chimes += 1;
        chimed = now;
      }
      const found = listening.hear(now, heard(now - chimed));
      if (found) {
        return { found, ms: now, chimes };
      }
    }
    throw new Error("no end");
  }

  it("ends as soon as the chime was heard", () => {
    const { found, ms, chimes } = listen((after) => {
      if (after > 20 && after < 140) {
        return { ...room, low: -40 };
      }
      return after > 160 && after < 300 ? { peak: 0.2, low: -80, high: -40 } : room;
    });
    expect(found).toEqual({ microphone: "heard", loudspeaker: "heard", level: 0.2 });
    expect(ms).toBeLessThan(500);
    expect(chimes).toBe(1);
  });

  it("does not wait for ever for a chime that nobody hears", () => {
    const { found, ms } = listen(() => room);
    expect(found).toEqual({ microphone: "heard", loudspeaker: "unheard", level: 2e-4 });
    expect(ms).toBeLessThan(1500);
  });

  it("takes zeros for a while, and then for silence", () => {
    expect(listen(() => zeros).found).toEqual({ microphone: "silent", loudspeaker: "unheard", level: 0 });
    expect(listen((after) => (after > 1200 ? room : zeros)).found).toMatchObject({ microphone: "heard" });
  });
});
