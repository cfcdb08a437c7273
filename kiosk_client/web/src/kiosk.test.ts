import { CommandError } from "@palvelurinki/call_kit";
import { catalogue, NOW } from "@palvelurinki/call_kit/testing/catalogue";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { call, contact, endedContact, snapshot } from "./fixtures/contact";
import { FakeWorld } from "./fixtures/world";
import { Kiosk } from "./kiosk";
import { LINE_AGAIN } from "./model/line";
import { CATALOGUE_LIFE, CATALOGUE_RETRY, IDLE_AFTER, IDLE_COUNTDOWN, screenOf } from "./model/state";

/** Answers that are on their way arrive. */
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

let world: FakeWorld;
let kiosk: Kiosk;
let stop: () => void;

const screen = (): string => screenOf(kiosk.get(), Date.now());

async function goToDevices(): Promise<void> {
  kiosk.send({ type: "start", language: "fi" });
  await settle();
  kiosk.send({ type: "open_service", service: "kela-asumistuki" });
  kiosk.send({ type: "continue_to_devices" });
  await settle();
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  world = new FakeWorld();
  kiosk = new Kiosk(world);
  stop = kiosk.start();
});

afterEach(() => {
  stop();
  vi.useRealTimers();
});

describe("camera and microphone", () => {
  it("opens camera and microphone for the mirror, and lets them go when the customer does", async () => {
    await goToDevices();
    expect(world.log.filter((each) => each.endsWith("media"))).toEqual(["open media"]);
    expect(kiosk.get().devices).toEqual({ kind: "ready" });
    kiosk.send({ type: "start_over" });
    expect(world.log.at(-1)).toBe("close media");
    expect(kiosk.get().devices).toEqual({ kind: "opening" });
  });

  it("opens them anew when asked", async () => {
    await goToDevices();
    kiosk.send({ type: "retry_media" });
    await settle();
    expect(world.log.slice(-2)).toEqual(["close media", "open media"]);
    expect(kiosk.get().devices).toEqual({ kind: "ready" });
  });

  it("keeps them open from the mirror through waiting to the end of the call", async () => {
    await goToDevices();
    kiosk.send({ type: "connect" });
    world.show(snapshot(contact("waiting")));
    world.show(snapshot(contact("in_call"), call()));
    expect(world.log.filter((each) => each.endsWith("media"))).toEqual(["open media"]);
    expect(world.log).toContain("chime");
    world.show(snapshot());
    expect(world.log.at(-1)).toBe("close media");
  });

  it("opens them after a reload in the middle of a call", async () => {
    world.show(snapshot(contact("in_call"), call()));
    await settle();
    expect(world.log).toContain("open media");
    expect(world.log).not.toContain("chime");
  });
});

describe("what one customer leaves to the next", () => {
  it("opens again what was shut, once the customer has gone", () => {
    world.show(snapshot(contact("waiting")));
    kiosk.send({ type: "set_picture", on: false });
    kiosk.send({ type: "set_sound", on: false });
    world.show(snapshot(contact("in_call"), call()));
    expect(world.log.filter((each) => each.startsWith("video"))).toEqual(["video false"]);
    world.show(snapshot());
    expect(world.log.filter((each) => each.startsWith("video") || each.startsWith("audio"))).toEqual([
      "video false",
      "audio false",
      "video true",
      "audio true",
    ]);
  });
});

describe("the line check", () => {
  const unproven: Parameters<typeof contact>[1] = { situation: { line: { state: "unproven", faults: [] } } };

  it("is made once camera and microphone are open, and reported", async () => {
    world.lineAnswer = (progress) => {
      progress({ camera: "passed" });
      return Promise.resolve({ faults: ["microphone_silent"] });
    };
    world.show(snapshot(contact("waiting", unproven)));
    await settle();
    expect(world.log).toContain("check line");
    expect(world.commands).toEqual([["report_line", { contact: "contact-1", faults: ["microphone_silent"] }]]);
    expect(kiosk.get().line).toMatchObject({ phase: "done", steps: { camera: "passed" } });
  });

  it("is ended with its contact, and says nothing more", async () => {
    let done: (value: { faults: [] }) => void = () => undefined;
    world.lineAnswer = () =>
      new Promise((resolve) => {
        done = resolve;
      });
    world.show(snapshot(contact("waiting", unproven)));
    await settle();
    world.show(snapshot());
    expect(world.log).toContain("end check");
    done({ faults: [] });
    await settle();
    expect(world.commands).toEqual([]);
  });

  it("is tried again when it broke off by itself", async () => {
    world.lineAnswer = () => Promise.reject(new Error("no browser"));
    world.show(snapshot(contact("waiting", unproven)));
    await settle();
    expect(kiosk.get().line).toMatchObject({ phase: "waiting" });
    await vi.advanceTimersByTimeAsync(LINE_AGAIN + 500);
    expect(world.log.filter((each) => each === "check line")).toHaveLength(2);
  });

  it("carries what the customer asks for and says to the server", () => {
    world.show(snapshot(contact("waiting")));
    kiosk.send({ type: "ask_help" });
    world.show(snapshot(endedContact("served")));
    kiosk.send({ type: "rate", satisfaction: 5 });
    expect(world.commands).toEqual([
      ["call_advisor", { contact: "contact-1", wanted: true }],
      ["rate_contact", { contact: "contact-1", satisfaction: 5 }],
    ]);
  });
});

describe("the server and the clock", () => {
  it("loads the services as soon as it is on line", async () => {
    expect(world.log).toEqual(["load catalogue"]);
    await settle();
    expect(kiosk.get().catalogue).toBe(catalogue);
  });

  it("tries to load the services again when that failed", async () => {
    world.catalogueAnswer = () => Promise.reject(new Error("away"));
    await vi.advanceTimersByTimeAsync(CATALOGUE_LIFE + 2 * CATALOGUE_RETRY + 1000);
    expect(world.log.filter((each) => each === "load catalogue").length).toBe(4);
  });

  it("sends the commands with their fields", async () => {
    await goToDevices();
    kiosk.send({ type: "connect" });
    expect(world.log.at(-1)).toBe("ready chime");
    world.show(snapshot(contact("waiting")));
    kiosk.send({ type: "change_language", language: "sv" });
    kiosk.send({ type: "leave" });
    kiosk.send({ type: "confirm" });
    world.show(snapshot(contact("in_call", { id: "contact-1" }), call()));
    expect(world.commands).toEqual([
      ["request_contact", { service: "kela-asumistuki", language: "fi", proven: false }],
      ["set_language", { contact: "contact-1", language: "sv" }],
      ["leave_contact", { contact: "contact-1" }],
    ]);
  });

  it("hangs up the call, and turns sound and picture off and on", () => {
    world.show(snapshot(contact("in_call"), call()));
    kiosk.send({ type: "set_sound", on: false });
    kiosk.send({ type: "set_picture", on: false });
    expect(world.log.slice(-2)).toEqual(["audio false", "video false"]);
    kiosk.send({ type: "set_sound", on: true });
    expect(world.log.at(-1)).toBe("audio true");
    kiosk.send({ type: "hang_up" });
    kiosk.send({ type: "confirm" });
    expect(world.commands).toEqual([["leave_call", { call: "call-1" }]]);
  });

  it("brings a refusal back to the screen, with the opening that the server told", async () => {
    world.refusal = new CommandError("ring.closed", "closed", {
      opens_at: "2026-11-26T07:00:00Z",
      closing: true,
    });
    await goToDevices();
    kiosk.send({ type: "connect" });
    await settle();
    expect(screen()).toBe("matter");
    expect(kiosk.get().visit.problem).toEqual({ code: "ring.closed", opensAt: "2026-11-26T07:00:00Z", closing: true });
  });

  it("takes over and starts anew when asked", () => {
    kiosk.send({ type: "take_over" });
    kiosk.send({ type: "restart" });
    expect(world.log.slice(-2)).toEqual(["take over", "restart"]);
  });

  it("lets time pass by itself, and none after it is stopped", async () => {
    await goToDevices();
    await vi.advanceTimersByTimeAsync(IDLE_AFTER + IDLE_COUNTDOWN + 1000);
    expect(screen()).toBe("language");
    expect(world.log.at(-1)).not.toBe("open media");
    stop();
    const log = [...world.log];
    await vi.advanceTimersByTimeAsync(300_000);
    expect(world.log).toEqual(log);
  });
});
