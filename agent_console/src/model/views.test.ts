import { describe, expect, test } from "vitest";
import { MOVING } from "../gallery/briefs";
import {
  ago,
  CALL,
  DVV_BUSY,
  EXPERT,
  KELA_CALM,
  KELA_QUEUE,
  MEMBERS,
  NOW,
  presence,
  SNAPSHOT,
} from "../gallery/fixtures";
import {
  ADMINISTRATOR_SNAPSHOT,
  ADVISOR_SNAPSHOT,
  INTERPRETER_SNAPSHOT,
  POINT,
  SUPERVISOR_SNAPSHOT,
} from "../gallery/roles";
import { customersSeat, lineOf, peopleOf, placeKeptFor } from "./call";
import { devicesOf, devicesWanted } from "./media";
import { terminalStateOf } from "./points";
import { sectionOf, sectionsOf } from "./sections";
import { levelOf, ringOf } from "./waiting";

describe("queues", () => {
  test("keep the order in which they are served, which a head start may change", () => {
    const ring = ringOf(KELA_QUEUE, NOW);
    expect(ring.waiting.map((wait) => [wait.place, wait.view.contact])).toEqual([
      [1, "c1"],
      [2, "c2"],
      [3, "c3"],
    ]);
  });

  test("the longest wait is the oldest, wherever it stands", () => {
    const reversed = { ...KELA_QUEUE, waiting: [...KELA_QUEUE.waiting].reverse() };
    expect(ringOf(reversed, NOW)).toMatchObject({ longestMs: 84_000, level: "notice" });
  });

  test("who is being rung counts as ringing and not as ready", () => {
    expect(ringOf(KELA_QUEUE, NOW).counts).toEqual({
      waiting: 3,
      in_call: 4,
      ready: 2,
      ringing: 1,
      wrap_up: 1,
      paused: 3,
    });
  });

  test("members stand by what they do, then by name; an expert does not see them", () => {
    const ring = ringOf({ ...KELA_QUEUE, members: [...MEMBERS] }, NOW);
    expect(ring.members?.map((member) => member.activity)).toEqual([
      "ringing",
      "in_call",
      "in_call",
      "wrap_up",
      "ready",
      "paused",
      "offline",
    ]);
    expect(ring.members?.[1]?.name).toBe("Näyte Päättäjä");
    expect(ringOf(KELA_QUEUE, NOW).members).toBeNull();
  });

  test("nobody waits", () => {
    expect(ringOf(KELA_CALM, NOW)).toMatchObject({ longestMs: null, level: "none" });
  });

  test("the rule: up to a minute good, up to five notice, beyond act", () => {
    expect([null, 0, 60_000, 60_001, 300_000, 300_001].map(levelOf)).toEqual([
      "none",
      "good",
      "good",
      "notice",
      "notice",
      "act",
    ]);
    expect(ringOf(DVV_BUSY, NOW).level).toBe("act");
  });

  test("a clock that is behind the server's gives no negative wait", () => {
    expect(ringOf(KELA_QUEUE, Date.parse(ago(120))).longestMs).toBe(0);
  });
});

describe("sections", () => {
  test("follow the roles", () => {
    expect(sectionsOf(SNAPSHOT)).toEqual(["work"]);
    expect(sectionsOf(SUPERVISOR_SNAPSHOT)).toEqual(["rings"]);
    expect(sectionsOf(ADVISOR_SNAPSHOT)).toEqual(["desk"]);
    expect(sectionsOf(INTERPRETER_SNAPSHOT)).toEqual(["interpreting"]);
    expect(sectionsOf(ADMINISTRATOR_SNAPSHOT)).toEqual(["terminals"]);
    expect(sectionsOf({ ...SNAPSHOT, staff: { ...EXPERT, roles: ["supervisor", "expert"] } })).toEqual([
      "work",
      "rings",
    ]);
    const administrator = { ...ADVISOR_SNAPSHOT.staff, roles: ["administrator" as const] };
    expect(sectionsOf({ ...ADVISOR_SNAPSHOT, staff: administrator })).toEqual(["points", "terminals"]);
  });

  test("the chosen one is shown, if the person has it; but whoever rings comes first", () => {
    expect(sectionOf(["work", "rings"], "rings", "nothing")).toBe("rings");
    expect(sectionOf(["work", "rings"], "points", "nothing")).toBe("work");
    expect(sectionOf(["work", "rings"], "rings", "ringing")).toBe("work");
    expect(sectionOf(["work", "rings"], "rings", "call")).toBe("work");
    expect(sectionOf(["rings"], "work", "ringing")).toBe("rings");
  });
});

describe("terminals of a point", () => {
  test("free, away, and what their contact does", () => {
    expect(POINT.terminals.map(terminalStateOf)).toEqual(["waiting", "free", "offered", "in_call", "away", "held"]);
  });

  test("a contact that has ended leaves the terminal free", () => {
    const [first] = POINT.terminals;
    expect(first && terminalStateOf({ ...first, contact_state: "ended" })).toBe("free");
  });
});

describe("the line to the customer", () => {
  const peer = {
    seat: "seat-1",
    kind: "terminal" as const,
    stream: {} as MediaStream,
    connection: "connected" as const,
    audioOn: true,
    videoOn: true,
    audioPackets: 1,
    framesDecoded: 1,
    fingerprintCode: null,
  };
  const away = { ...CALL, seats: CALL.seats.map((seat) => ({ ...seat, state: "away" as const })) };

  test("is what the media say; of a device that is away, whether they go on", () => {
    expect(lineOf(CALL, undefined)).toBe("connecting");
    expect(lineOf(CALL, peer)).toBe("connected");
    expect(lineOf(away, peer)).toBe("away");
    expect(lineOf(away, { ...peer, connection: "interrupted" })).toBe("gone");
    expect(lineOf(away, undefined)).toBe("gone");
  });

  test("says how much longer the customer may come back", () => {
    const until = new Date(NOW + 42_000).toISOString();
    const kept = { ...away, seats: away.seats.map((seat) => ({ ...seat, away_until: until })) };
    expect(placeKeptFor(kept, NOW)).toBe(42_000);
    expect(placeKeptFor(kept, NOW + 60_000)).toBe(0);
    expect(placeKeptFor(away, NOW)).toBeNull();
    expect(placeKeptFor(CALL, NOW)).toBeNull();
  });
});

describe("a customer who moves", () => {
  test("is on the way until the other terminal has joined", () => {
    expect(lineOf(MOVING, undefined)).toBe("moving");
    const seats = MOVING.seats.map((seat) => (seat.state === "joining" ? { ...seat, state: "joined" as const } : seat));
    expect(lineOf({ ...MOVING, seats }, undefined)).toBe("connecting");
    expect(customersSeat(MOVING)?.id).toBe("seat-3");
  });

  test("is one person, also with two seats", () => {
    expect(peopleOf(MOVING).map(({ id }) => id)).toEqual(["seat-2", "seat-3"]);
    expect(peopleOf(CALL)).toHaveLength(2);
  });
});

describe("camera and microphone", () => {
  const stream = {} as MediaStream;

  test("one of the two is enough to answer, none is not", () => {
    const off = { audioOn: false, videoOn: false };
    expect(devicesOf({ stream: null, failure: null, ...off })).toMatchObject({ state: "unopened", canAnswer: true });
    expect(devicesOf({ stream: null, failure: "denied", ...off })).toMatchObject({ state: "failed", canAnswer: false });
    expect(devicesOf({ stream, failure: "no_camera", ...off })).toMatchObject({ state: "partial", canAnswer: true });
    expect(devicesOf({ stream, failure: null, ...off })).toMatchObject({ state: "working", canAnswer: true });
  });

  test("are wanted while calls may come, ring or go on", () => {
    const paused = { ...SNAPSHOT, presence: presence("paused", "lounas") };
    expect(devicesWanted(null, "nothing")).toBe(false);
    expect(devicesWanted(SNAPSHOT, "nothing")).toBe(true);
    expect(devicesWanted(paused, "nothing")).toBe(false);
    expect(devicesWanted(paused, "summary")).toBe(false);
    expect(devicesWanted(paused, "call")).toBe(true);
    expect(devicesWanted(paused, "ringing")).toBe(true);
  });
});
