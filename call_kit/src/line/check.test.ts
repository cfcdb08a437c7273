import { beforeEach, describe, expect, it } from "vitest";
import type { LocalMediaState } from "../media/types";
import { FakeTrack, fakeStream } from "../testing/fake_media";
import { settled, VirtualTimers } from "../testing/virtual_timers";
import { checkLine, type LineCheckOptions } from "./check";
import type { LineProbes } from "./probes";
import type { CameraFinding, LineProgress, PathFinding, SoundFinding } from "./types";

const TURN: RTCIceServer[] = [{ urls: ["turns:relay.example:443"], username: "u", credential: "c" }];
const PROVEN: PathFinding = { kind: "proven", roundTripMs: 10 };
const BROKEN: PathFinding = { kind: "broken", connected: true };
const broken = (): Promise<PathFinding> => Promise.resolve(BROKEN);
const HEARD: SoundFinding = { microphone: "heard", loudspeaker: "heard", level: 0.5 };

/** Finds what the test says: of a way, one finding after the other. */
class FakeProbes implements LineProbes {
  readonly asked: string[] = [];
  seen: () => Promise<CameraFinding> = async () => "seen";
  heard: () => Promise<SoundFinding> = async () => HEARD;
  echoes: (() => Promise<PathFinding>)[] = [async (): Promise<PathFinding> => PROVEN];
  relays: (() => Promise<PathFinding>)[] = [async (): Promise<PathFinding> => PROVEN];
  closed = 0;

  camera = (): Promise<CameraFinding> => this.#ask("camera", this.seen);
  sound = (): Promise<SoundFinding> => this.#ask("sound", this.heard);
  echo = (): Promise<PathFinding> => this.#ask("echo", this.echoes.shift());
  relay = (): Promise<PathFinding> => this.#ask("relay", this.relays.shift());
  close = (): void => {
    this.closed += 1;
  };

  #ask<F>(what: string, answer: (() => Promise<F>) | undefined): Promise<F> {
    this.asked.push(what);
    return answer ? answer() : Promise.reject(new Error(`${what} was asked too often`));
  }
}

function local(kinds: readonly string[], change: Partial<LocalMediaState> = {}): LocalMediaState {
  const stream = kinds.length > 0 ? fakeStream(kinds.map((kind) => new FakeTrack(kind))) : null;
  return { stream, failure: null, audioOn: kinds.includes("audio"), videoOn: kinds.includes("video"), ...change };
}

let probes: FakeProbes;
let timers: VirtualTimers;
let shown: LineProgress[];
let troubles: string[];

function check(change: Partial<LineCheckOptions> = {}): ReturnType<typeof checkLine> {
  return checkLine({
    media: local(["audio", "video"]),
    iceServers: TURN,
    exchange: () => Promise.reject(new Error("the probes carry nothing")),
    progress: (progress) => shown.push(progress),
    probes,
    trouble: (what) => troubles.push(what),
    ...change,
  });
}

beforeEach(() => {
  probes = new FakeProbes();
  timers = new VirtualTimers();
  shown = [];
  troubles = [];
});

it("a good line passes, and each step is seen to", async () => {
  expect(await check()).toEqual({ passed: true, faults: [], warnings: [], roundTripMs: 10, level: 0.5 });
  expect(shown.at(0)).toMatchObject({ camera: "running", network: "pending" });
  expect(shown.at(-1)).toEqual({
    camera: "passed",
    microphone: "passed",
    loudspeaker: "passed",
    network: "passed",
    relay: "passed",
  });
  expect(probes.closed).toBe(1);
});

it("everything runs side by side", async () => {
  const never = <F>(): Promise<F> => new Promise(() => undefined);
  probes.seen = never;
  probes.heard = never;
  probes.echoes = [never];
  probes.relays = [never];
  check().catch(() => undefined);
  await settled();
  expect(new Set(probes.asked)).toEqual(new Set(["camera", "echo", "relay", "sound"]));
});

it("without TURN servers there is no relay to prove, and no step for it", async () => {
  expect(await check({ iceServers: [{ urls: "stun:stun.example" }] })).toMatchObject({ passed: true });
  expect(probes.asked).not.toContain("relay");
  expect(shown.at(-1)).not.toHaveProperty("relay");
});

describe("devices that are not there", () => {
  it.each([
    [local(["audio"], { failure: "no_camera" }), ["camera_missing"]],
    [local(["video"], { failure: "no_microphone" }), ["microphone_missing"]],
    [local(["audio"], { failure: "in_use" }), ["camera_missing"]],
    [local([], { failure: "no_devices" }), ["camera_missing", "microphone_missing"]],
    [local([], { failure: "denied" }), ["camera_denied", "microphone_denied"]],
    [local(["audio"], { failure: "denied" }), ["camera_denied"]],
  ])("case %#", async (media, faults) => {
    expect((await check({ media })).faults).toEqual(faults);
    expect(probes.asked).toContain("echo");
  });

  it("are opened first when it is said how", async () => {
    expect(await check({ media: () => Promise.resolve(local(["audio"], { failure: "no_camera" })) })).toMatchObject({
      faults: ["camera_missing"],
    });
  });

  it("are not looked into when the person has turned them off", async () => {
    const media = local(["audio", "video"], { audioOn: false, videoOn: false });
    expect(await check({ media })).toMatchObject({ passed: true, level: 0 });
    expect(new Set(probes.asked)).toEqual(new Set(["echo", "relay"]));
    expect(shown.at(-1)).toMatchObject({ camera: "unsure", microphone: "unsure", loudspeaker: "unsure" });
  });
});

describe("what is broken", () => {
  it("is tried once more, and no more of it is told when it works then", async () => {
    probes.echoes = [async (): Promise<PathFinding> => BROKEN, async (): Promise<PathFinding> => PROVEN];
    expect(await check()).toMatchObject({ passed: true, warnings: [] });
  });

  it("is broken when it is so twice", async () => {
    probes.echoes = [broken, broken, broken];
    probes.relays = [broken, broken, broken];
    expect((await check()).faults).toEqual(["network", "relay"]);
    expect(probes.asked.filter((each) => each === "echo")).toHaveLength(2);
  });

  it("is told when the echo went away in between: what the rest has shown counts", async () => {
    probes.echoes = [async (): Promise<PathFinding> => BROKEN, async (): Promise<PathFinding> => ({ kind: "refused" })];
    expect(await check()).toMatchObject({ passed: true, warnings: ["echo_unavailable"] });
  });

  it("may be the browser itself", async () => {
    probes.seen = (): Promise<CameraFinding> => Promise.reject(new Error("no canvas"));
    probes.heard = (): Promise<SoundFinding> => Promise.reject(new Error("no context"));
    probes.echoes = [];
    expect(await check()).toMatchObject({
      faults: ["camera_dark", "microphone_silent"],
      warnings: ["loudspeaker_silent", "echo_unavailable"],
    });
    expect(troubles.sort()).toEqual(["camera", "echo", "echo", "sound"]);
  });
});

describe("ending it", () => {
  it("rejects, lets go of everything, and shows nothing more", async () => {
    const aborting = new AbortController();
    probes.seen = (): Promise<CameraFinding> => new Promise((resolve) => timers.after(1000, () => resolve("seen")));
    const done = check({ signal: aborting.signal });
    await settled();
    const before = shown.length;
    aborting.abort();
    await timers.pass(1000);
    await expect(done).rejects.toThrow("abort");
    expect(shown).toHaveLength(before);
    expect(probes.closed).toBe(1);
  });

  it("does not begin at all when it has been ended before", async () => {
    await expect(check({ signal: AbortSignal.abort() })).rejects.toThrow("abort");
    expect(probes.asked).toEqual([]);
  });

  it("does not wait for devices that are being opened", async () => {
    const aborting = new AbortController();
    const done = check({ signal: aborting.signal, media: () => new Promise(() => undefined) });
    aborting.abort();
    await expect(done).rejects.toThrow("abort");
  });
});
