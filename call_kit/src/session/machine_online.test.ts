import { beforeEach, describe, expect, it } from "vitest";
import type { TerminalSnapshot } from "../generated/wire";
import { contactView, terminalSnapshot } from "../testing/views";
import { codeOf, makeReady, World } from "../testing/world";
import { COMMAND_TIMEOUT_MS } from "./machine";

let world: World;

beforeEach(() => {
  world = new World();
});

describe("events", () => {
  it("ignores an event that was seen", () => {
    world.online();
    world.receive({ type: "contact", seq: 1, contact: contactView("contact-1", "offered") });
    world.receive({ type: "contact", seq: 1, contact: contactView("contact-1", "waiting") });
    expect(world.machine.state.snapshot).toMatchObject({ contact: { state: "offered" } });
  });

  it("resumes when one is missing, and takes what comes after it only then", () => {
    world.online();
    world.receive({ type: "contact", seq: 2, contact: contactView("contact-1") });
    expect(world.connection).toBe("offline");
    expect((world.machine.state.snapshot as TerminalSnapshot).contact).toBeNull();
    world.pass(250);
    world.open();
    expect(world.sent.at(-1)).toMatchObject({ resume: { last_seq: 0 } });
  });

  it("takes a snapshot that leaps over what is no longer kept", () => {
    world.online();
    world.receive({ type: "snapshot", seq: 40, snapshot: terminalSnapshot({ contact: contactView("contact-2") }) });
    world.receive({ type: "contact", seq: 41, contact: contactView("contact-2", "offered") });
    expect(world.machine.state.snapshot).toMatchObject({ contact: { id: "contact-2", state: "offered" } });
  });

  it("counts an event of a kind that it does not know", () => {
    world.online();
    world.receive({ type: "weather", seq: 1, sunny: true });
    world.receive({ type: "contact", seq: 2, contact: contactView("contact-1") });
    expect(world.connection).toBe("online");
    expect(world.machine.state.snapshot).toMatchObject({ contact: { id: "contact-1" } });
  });

  it("hands signals on once, and keeps them out of the state", () => {
    world.online();
    const before = world.machine.state;
    const signal = { type: "signal", seq: 1, id: "signal-1", call: "call-1", sender: "seat-2", generation: 2 };
    world.receive(signal);
    world.receive(signal);
    expect(world.signals).toHaveLength(1);
    // After a resume it may come once more, under another number.
    world.receive({ ...signal, seq: 2 });
    expect(world.signals).toHaveLength(1);
    world.receive({ ...signal, seq: 3, id: "signal-2" });
    expect(world.signals).toHaveLength(2);
    expect(world.machine.state).toBe(before);
  });
});

describe("heartbeats", () => {
  it("acknowledges the events", () => {
    world.online();
    world.receive({ type: "contact", seq: 1, contact: null });
    world.pass(10_000);
    expect(world.lastHeartbeat()).toMatchObject({ seq: 1 });
  });

  it("counts the socket as lost when one is not answered", () => {
    world.online();
    world.pass(10_000);
    const { id } = world.lastHeartbeat();
    world.acknowledge(id);
    world.pass(10_000);
    world.pass(14_999);
    expect(world.connection).toBe("online");
    world.pass(1);
    expect(world.connection).toBe("offline");
    expect(world.closed).toBe(1);
  });

  it("asks at once whether the socket lives when the network changed", () => {
    world.online();
    world.pass(1000);
    world.input({ kind: "network_online" });
    expect(world.lastHeartbeat().seq).toBe(0);
  });
});

describe("commands", () => {
  it("settles each by its own answer", () => {
    world.online();
    world.input(makeReady("command-1"));
    world.input(makeReady("command-2"));
    world.receive({ type: "error", re: "command-1", code: "staff.busy", message: "busy", details: { held: "call" } });
    world.acknowledge("command-2");
    expect(world.settled.get("command-1")).toMatchObject({ error: { code: "staff.busy", details: { held: "call" } } });
    expect(codeOf(world.settled.get("command-2"))).toBe("ack");
  });

  it("sends them again with the same id and in order until answered", () => {
    world.online();
    world.input(makeReady("command-1"));
    world.input(makeReady("command-2"));
    world.acknowledge("command-1");
    world.lose();
    world.input(makeReady("command-3"));
    world.pass(250);
    world.open();
    world.sent = [];
    world.welcome({ resumed: true, snapshot: null });
    expect(world.sent).toEqual([
      { id: "command-2", type: "make_ready" },
      { id: "command-3", type: "make_ready" },
    ]);
    world.acknowledge("command-2");
    world.acknowledge("command-2");
    expect(world.settled.size).toBe(2);
  });

  it("gives one up that is not answered in time", () => {
    world.input({ kind: "start" });
    world.input(makeReady("command-1"));
    world.pass(COMMAND_TIMEOUT_MS - 1);
    expect(world.settled.size).toBe(0);
    world.pass(1);
    expect(codeOf(world.settled.get("command-1"))).toBe("offline");
    expect(world.lastCommands()).toEqual([]);
  });

  it("refuses them when stopped", () => {
    world.online();
    world.input({ kind: "stop" });
    world.input(makeReady("command-1"));
    expect(codeOf(world.settled.get("command-1"))).toBe("offline");
  });
});
