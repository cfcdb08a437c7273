import { describe, expect, it } from "vitest";
import type { Signalled } from "../generated/wire";
import type { LocalMediaState } from "../media/types";
import { FakeTrack, fakeStream } from "../testing/fake_media";
import { callView, staffSnapshot } from "../testing/views";
import { readSending, sendingOf } from "./control";
import { fingerprintCode, fingerprintOf } from "./fingerprint";
import { flows } from "./flow";
import { hears, planOf } from "./plan";
import { SignalBox } from "./signal_box";

const CODE = /^\d{4} \d{4}$/;

function signal(generation: number, mark = ""): Signalled {
  return {
    type: "signal",
    seq: 1,
    id: `signal-${generation}-${mark}`,
    call: "call-1",
    sender: "seat-2",
    generation,
    candidate: { candidate: mark },
  };
}

describe("sorting signals", () => {
  it("hands on those of the present generation and drops older ones", () => {
    const box = new SignalBox();
    expect(box.sort(signal(3), 3)).toBe(true);
    expect(box.sort(signal(2), 3)).toBe(false);
    expect(box.take("seat-2", 2)).toEqual([]);
  });

  it("keeps newer ones, in order, until their connection is made", () => {
    const box = new SignalBox();
    expect(box.sort(signal(4, "one"), 3)).toBe(false);
    expect(box.sort(signal(4, "two"), 3)).toBe(false);
    expect(box.take("seat-2", 3)).toEqual([]);
    expect(box.take("seat-2", 4).map((each) => each.candidate?.candidate)).toEqual(["one", "two"]);
    expect(box.take("seat-2", 4)).toEqual([]);
  });

  it("keeps only the newest generation, and no more than a bound", () => {
    const box = new SignalBox();
    box.sort(signal(4), undefined);
    box.sort(signal(5, "kept"), undefined);
    box.sort(signal(4), undefined);
    for (let count = 0; count < 1000; count++) {
      box.sort(signal(5), undefined);
    }
    expect(box.take("seat-2", 4)).toEqual([]);
    expect(box.take("seat-2", 5)).toHaveLength(256);
  });
});

describe("the fingerprint code", () => {
  const sdp = (fingerprint: string): { sdp: string } => ({
    sdp: `v=0\r\na=group:BUNDLE 0\r\na=fingerprint:sha-256 ${fingerprint}\r\na=setup:actpass\r\n`,
  });

  it("is the same at both ends and another for another pair", async () => {
    const mine = fingerprintOf(sdp("AB:CD")) ?? "";
    const theirs = fingerprintOf(sdp("12:34")) ?? "";
    const code = await fingerprintCode(mine, theirs);
    expect(code).toMatch(CODE);
    expect(await fingerprintCode(theirs, mine)).toBe(code);
    expect(await fingerprintCode(mine, "SHA-256 12:35")).not.toBe(code);
  });

  it("reads a fingerprint whatever its case, and none where there is none", () => {
    expect(fingerprintOf(sdp("ab:cd"))).toBe(fingerprintOf(sdp("AB:CD")));
    expect(fingerprintOf({ sdp: "v=0\r\n" })).toBeNull();
    expect(fingerprintOf(null)).toBeNull();
  });
});

describe("the flow of media", () => {
  const from = { audioPackets: 10, framesDecoded: 10 };
  const sends = (audio: "on" | "off" | "none", video: "on" | "off" | "none") =>
    ({ type: "sending", audio, video }) as const;

  it("expects both kinds until the peer has said otherwise", () => {
    expect(flows(from, { audioPackets: 11, framesDecoded: 11 }, null)).toBe(true);
    expect(flows(from, { audioPackets: 11, framesDecoded: 10 }, null)).toBe(false);
    expect(flows(from, { audioPackets: 10, framesDecoded: 11 }, null)).toBe(false);
  });

  it("expects no kind that the peer does not have; one that is turned off still comes, black and silent", () => {
    expect(flows(from, { audioPackets: 11, framesDecoded: 10 }, sends("on", "none"))).toBe(true);
    expect(flows(from, { audioPackets: 10, framesDecoded: 11 }, sends("none", "on"))).toBe(true);
    expect(flows(from, { audioPackets: 11, framesDecoded: 10 }, sends("on", "off"))).toBe(false);
  });
});

describe("what the ends tell each other", () => {
  const state: LocalMediaState = { stream: null, failure: null, audioOn: false, videoOn: false };
  const both = fakeStream([new FakeTrack("audio"), new FakeTrack("video")]);

  it.each([
    ["the devices are being opened", state, "pending", "pending"],
    ["both are on", { ...state, stream: both, audioOn: true, videoOn: true }, "on", "on"],
    ["the camera is turned off", { ...state, stream: both, audioOn: true }, "on", "off"],
    ["everything failed", { ...state, failure: "denied" as const }, "none", "none"],
    [
      "there is no camera",
      { ...state, stream: fakeStream([new FakeTrack("audio")]), failure: "no_camera" as const, audioOn: true },
      "on",
      "none",
    ],
  ])("when %s", (_case, local, audio, video) => {
    const sending = sendingOf(local);
    expect(sending).toEqual({ type: "sending", audio, video });
    expect(readSending(JSON.stringify(sending))).toEqual(sending);
  });

  it.each(["", "{", "null", '"on"', '{"type":"text"}', '{"type":"sending","audio":"loud","video":"on"}'])(
    "makes nothing of %j",
    (text) => {
      expect(readSending(text)).toBeNull();
    },
  );
});

describe("what the session's state asks for", () => {
  const peer = { seat: "seat-1", generation: 2, polite: false, offers_first: true };
  const state = (call: ReturnType<typeof callView> | null, kind: "online" | "superseded" = "online") => ({
    connection: { kind },
    snapshot: staffSnapshot({ call }),
    iceServers: [],
    clockOffsetMs: 0,
    repeating: false,
    left: null,
  });

  it("asks to join a call that this page has no media in, whoever joined its seat before", () => {
    expect(planOf(state(callView("seat-2", 1, [peer])), null)).toMatchObject({
      kind: "join",
      membership: { call: "call-1", epochBefore: 1 },
    });
  });

  it("follows once the epoch has grown", () => {
    const membership = { call: "call-1", epochBefore: 1 };
    expect(planOf(state(callView("seat-2", 1, [peer])), membership).kind).toBe("join");
    expect(planOf(state(callView("seat-2", 2, [peer])), membership)).toMatchObject({
      kind: "follow",
      epoch: 2,
      membership,
    });
  });

  it("leaves when there is no call, when it ended, and when another window has it", () => {
    const membership = { call: "call-1", epochBefore: 0 };
    expect(planOf(state(null), membership).kind).toBe("leave");
    expect(planOf(state(callView("seat-2", 1, [], { state: "ended" })), membership).kind).toBe("leave");
    expect(planOf(state(callView("seat-2", 1, [peer]), "superseded"), membership).kind).toBe("leave");
  });

  it("knows that a seat that is away hears nothing", () => {
    const call = callView("seat-2", 1, [peer]);
    expect(hears(call, "seat-1")).toBe(true);
    const away = { ...call, seats: call.seats.map((seat) => ({ ...seat, state: "away" as const })) };
    expect(hears(away, "seat-1")).toBe(false);
  });
});
