import type { LocalMediaState, NamesView, RemotePeer, SeatState } from "@palvelurinki/call_kit";
import { catalogue, NOW } from "@palvelurinki/call_kit/testing/catalogue";
import { describe, expect, it } from "vitest";
import { call } from "../fixtures/contact";
import { callScene } from "./call";
import {
  availabilityOf,
  availabilityRefused,
  CHOICES_A_SCREEN,
  exampleServices,
  openingOf,
  pageOf,
  providersWithServices,
  serviceOf,
  servicesOf,
} from "./catalogue";
import { canConnect, devicesOf } from "./devices";
import { localMoment } from "./language";
import { secondsLeft } from "./state";

const names = (things: { names: NamesView }[]): string[] => things.map((thing) => thing.names.fi);

describe("the catalogue", () => {
  it("lists providers that offer something, and their services, by name", () => {
    expect(names(providersWithServices(catalogue, "fi"))[0]).toBe("Digi- ja väestötietovirasto");
    expect(names(providersWithServices({ ...catalogue, services: [] }, "fi"))).toEqual([]);
    expect(names(servicesOf(catalogue, "verohallinto", "fi"))).toEqual(["Perintövero", "Verokortti"]);
  });

  it("orders by the language of the screen", () => {
    expect(servicesOf(catalogue, "verohallinto", "en").map((each) => each.names.en)).toEqual([
      "Inheritance tax",
      "Tax card",
    ]);
  });

  it("says whether a service can be had now", () => {
    const of = (id: string) => {
      const service = serviceOf(catalogue, id);
      return service && availabilityOf(catalogue, service);
    };
    expect(of("kela-asumistuki")).toEqual({ kind: "open", closesAt: new Date("2026-11-25T14:15:00Z") });
    expect(of("ulosotto-velat")).toEqual({ kind: "closed", opensAt: new Date("2026-11-26T07:00:00Z") });
    expect(of("oikeusapu-neuvonta")).toEqual({
      kind: "closing",
      closesAt: new Date("2026-11-25T07:40:00Z"),
      opensAt: new Date("2026-11-26T07:00:00Z"),
    });
    expect(of("poliisi-passi")).toEqual({ kind: "not_remote" });
    expect(of("nothing")).toBeNull();
  });

  it("never offers a ring that it does not know", () => {
    const [service] = catalogue.services;
    expect(service && availabilityOf({ ...catalogue, rings: [] }, service)).toEqual({ kind: "closed", opensAt: null });
  });

  it("believes a refusal, and takes from the hours only when the ring closes", () => {
    const housing = serviceOf(catalogue, "kela-asumistuki");
    if (housing === null) {
      throw new Error("the service is not in the catalogue");
    }
    const opensAt = "2026-11-30T07:00:00Z";
    expect(availabilityRefused(catalogue, housing, { opensAt, closing: false })).toEqual({
      kind: "closed",
      opensAt: new Date(opensAt),
    });
    expect(availabilityRefused(catalogue, housing, { opensAt: null, closing: true })).toEqual({
      kind: "closing",
      closesAt: new Date("2026-11-25T14:15:00Z"),
      opensAt: null,
    });
    expect(availabilityRefused(null, housing, { opensAt, closing: true })).toMatchObject({ closesAt: null });
  });

  it("knows when a service's ring opens next", () => {
    expect(openingOf(catalogue, "ulosotto-velat")).toEqual(new Date("2026-11-26T07:00:00Z"));
    expect(openingOf(catalogue, "poliisi-passi")).toBeNull();
    expect(openingOf(catalogue, null)).toBeNull();
    expect(openingOf(null, "ulosotto-velat")).toBeNull();
  });

  it("gives one example of each provider before a second one of any", () => {
    const examples = exampleServices(catalogue, "fi");
    expect(examples).toHaveLength(CHOICES_A_SCREEN);
    expect(new Set(examples.map((each) => each.provider)).size).toBe(CHOICES_A_SCREEN);
    expect(exampleServices({ ...catalogue, services: [] }, "fi")).toEqual([]);
  });

  it("divides choices into pages of six", () => {
    const seven = [1, 2, 3, 4, 5, 6, 7];
    expect(pageOf(seven, 0)).toEqual({ items: [1, 2, 3, 4, 5, 6], number: 0, count: 2 });
    expect(pageOf(seven, 9)).toEqual({ items: [7], number: 1, count: 2 });
    expect(pageOf([], 0)).toEqual({ items: [], number: 0, count: 1 });
    expect(pageOf(seven.slice(1), -1)).toEqual({ items: [2, 3, 4, 5, 6, 7], number: 0, count: 1 });
  });
});

describe("times", () => {
  const now = new Date(NOW);

  it.each([
    ["fi", { day: "tomorrow", weekday: "torstaina", date: "26.11.", time: "9.00" }],
    ["sv", { day: "tomorrow", weekday: "torsdag", date: "26 november", time: "9.00" }],
    ["en", { day: "tomorrow", weekday: "Thursday", date: "26 November", time: "9:00" }],
  ] as const)("are Finland's and in words of %s", (language, expected) => {
    expect(localMoment(language, new Date("2026-11-26T07:00:00Z"), now)).toEqual(expected);
  });

  it("know today from tomorrow by Finland's midnight", () => {
    const lateEvening = new Date("2026-11-25T21:59:00Z");
    expect(localMoment("fi", new Date("2026-11-25T21:59:30Z"), lateEvening).day).toBe("today");
    expect(localMoment("fi", new Date("2026-11-25T22:00:00Z"), lateEvening).day).toBe("tomorrow");
    expect(localMoment("fi", new Date("2026-11-27T22:00:00Z"), lateEvening).day).toBe("later");
  });

  it("count days over a change of the clocks", () => {
    expect(localMoment("fi", new Date("2026-03-29T06:00:00Z"), new Date("2026-03-28T21:00:00Z"))).toMatchObject({
      day: "tomorrow",
      time: "9.00",
    });
  });

  it("count down to one, and never from more than the whole", () => {
    expect(secondsLeft(NOW + 15_400, NOW, 15_000)).toBe(15);
    expect(secondsLeft(NOW + 15_000, NOW, 15_000)).toBe(15);
    expect(secondsLeft(NOW + 14_500, NOW, 15_000)).toBe(15);
    expect(secondsLeft(NOW + 300, NOW, 15_000)).toBe(1);
    expect(secondsLeft(NOW, NOW, 15_000)).toBe(1);
  });
});

function localMedia(
  tracks: { audio: number; video: number } | null,
  failure: LocalMediaState["failure"],
): LocalMediaState {
  const stream = tracks && {
    getAudioTracks: () => Array.from({ length: tracks.audio }),
    getVideoTracks: () => Array.from({ length: tracks.video }),
  };
  return { stream: stream as MediaStream | null, failure, audioOn: true, videoOn: true };
}

describe("camera and microphone", () => {
  it.each([
    [null, null, { kind: "opening" }, false],
    [{ audio: 1, video: 1 }, null, { kind: "ready" }, true],
    [{ audio: 1, video: 0 }, "in_use", { kind: "sound_only", cause: "in_use" }, true],
    [{ audio: 1, video: 0 }, null, { kind: "sound_only", cause: "no_camera" }, true],
    [{ audio: 0, video: 1 }, null, { kind: "picture_only", cause: "no_microphone" }, true],
    [null, "denied", { kind: "none", cause: "denied" }, false],
    [{ audio: 0, video: 0 }, "failed", { kind: "none", cause: "failed" }, false],
  ] as const)("%j with failure %s", (tracks, failure, expected, connects) => {
    const devices = devicesOf(localMedia(tracks, failure));
    expect(devices).toEqual(expected);
    expect(canConnect(devices)).toBe(connects);
  });
});

describe("the call screen", () => {
  const peer = (change: Partial<RemotePeer> = {}): RemotePeer => ({
    seat: "seat-expert",
    kind: "expert",
    stream: {} as MediaStream,
    connection: "connected",
    audioOn: true,
    videoOn: true,
    audioPackets: 100,
    framesDecoded: 50,
    fingerprintCode: null,
    ...change,
  });
  const scene = (peers: RemotePeer[], online = true, state: SeatState = "joined") => {
    const view = call();
    const seats = view.seats.map((seat) => (seat.kind === "expert" ? { ...seat, state } : seat));
    return callScene({ ...view, seats }, { call: view.id, peers, fingerprintCode: null }, online);
  };

  it("shows the expert large and says nothing when all is well", () => {
    expect(scene([peer()])).toMatchObject({
      main: { seat: "seat-expert", label: { fi: "Kela" }, picture: true },
      others: [],
      notice: null,
    });
  });

  it.each([
    ["connecting", peer({ audioPackets: 0, framesDecoded: 0 })],
    ["picture_coming", peer({ framesDecoded: 0 })],
    ["interrupted", peer({ connection: "interrupted" })],
    ["rebuilding", peer({ connection: "failed" })],
    ["expert_muted", peer({ audioOn: false })],
    ["expert_hidden", peer({ videoOn: false })],
  ])("says %s", (notice, state) => {
    expect(scene([state]).notice).toBe(notice);
  });

  it("shows no frozen picture of an expert who has turned the camera off", () => {
    expect(scene([peer({ videoOn: false })]).main?.picture).toBe(false);
  });

  it("says when the expert's console or this device has lost the server", () => {
    expect(scene([peer()], true, "away").notice).toBe("expert_away");
    expect(scene([peer()], false).notice).toBe("server_away");
    expect(scene([peer({ connection: "interrupted" })], false).notice).toBe("interrupted");
  });

  it("waits for the expert before any media, and before the call is known", () => {
    expect(scene([]).notice).toBe("connecting");
    expect(callScene(null, { call: null, peers: [], fingerprintCode: null }, true)).toEqual({
      main: null,
      others: [],
      notice: "connecting",
    });
  });

  it("puts others beside, and forgets those who left", () => {
    const view = call();
    const label = { fi: "Tulkki", sv: "Tolk", en: "Interpreter" };
    const interpreter = {
      id: "seat-interpreter",
      kind: "interpreter",
      state: "joined",
      epoch: 1,
      away_until: null,
      label,
    } as const;
    const media = { call: view.id, peers: [peer()], fingerprintCode: null };
    const seats = [interpreter, ...view.seats];
    const three = callScene({ ...view, seats }, media, true);
    expect(three.main?.kind).toBe("expert");
    expect(three.others.map((tile) => tile.kind)).toEqual(["interpreter"]);
    const left = seats.map((seat) => (seat === interpreter ? { ...seat, state: "left" as const } : seat));
    expect(callScene({ ...view, seats: left }, media, true).others).toEqual([]);
  });

  it("takes no picture of another call", () => {
    const view = call();
    expect(callScene(view, { call: "earlier", peers: [peer()], fingerprintCode: null }, true).main?.stream).toBeNull();
  });
});
