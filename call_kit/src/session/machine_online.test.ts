import { beforeEach, describe, expect, it } from "vitest";
import type { TerminalSnapshot } from "../generated/wire";
import { contactView, terminalSnapshot } from "../testing/views";
import { codeOf, makeReady, World } from "../testing/world";
import type { Input } from "./inputs";
import { COMMAND_TIMEOUT_MS } from "./limits";
import { AGAIN, AGAIN_AT_LEAST_MS } from "./pending";

let world: World;

beforeEach(() => {
  world = new World();
});

const refuse = (re: string, code = "server.busy"): void =>
  world.receive({ type: "error", re, code, message: "", details: {} });
const leave: Input = { kind: "command", command: { id: "leave-1", type: "leave_call", call: "call-1" } };

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

  it("bring fresh credentials for TURN, which calls from then on use", () => {
    world.online();
    world.pass(10_000);
    world.receive({
      type: "ack",
      re: String(world.lastHeartbeat()?.["id"]),
      server_time: new Date(world.now).toISOString(),
      ice_servers: [{ urls: ["turn:relay.example"], username: "later", credential: "c" }],
    });
    expect(world.machine.state.iceServers).toEqual([
      { urls: ["turn:relay.example"], username: "later", credential: "c" },
    ]);
    world.pass(10_000);
    world.receive({
      type: "ack",
      re: String(world.lastHeartbeat()?.["id"]),
      server_time: new Date(world.now).toISOString(),
      ice_servers: null,
    });
    expect(world.machine.state.iceServers[0]?.username).toBe("later");
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

describe("commands that could not be done just then", () => {
  it("asks again with the same id, after longer and longer, what the server could not do just then", () => {
    world.online();
    world.input(makeReady("command-1"));
    for (const wait of [250, 500, 1000, 2000, 2000]) {
      refuse("command-1");
      world.sent = [];
      world.pass(AGAIN_AT_LEAST_MS + wait - 1);
      expect(world.lastCommands()).toEqual([]);
      world.pass(1);
      expect(world.lastCommands()).toEqual([{ id: "command-1", type: "make_ready" }]);
      expect(world.machine.state.repeating).toBe(true);
    }
    world.acknowledge("command-1");
    expect(codeOf(world.settled.get("command-1"))).toBe("ack");
    expect(world.machine.state.repeating).toBe(false);
    // What comes next is not punished for it.
    world.input(makeReady("command-2"));
    refuse("command-2");
    world.sent = [];
    world.pass(AGAIN_AT_LEAST_MS + 250);
    expect(world.lastCommands()).toEqual([{ id: "command-2", type: "make_ready" }]);
  });

  it("says what the server said when the time for asking again is over", () => {
    world.online();
    world.input(makeReady("command-1"));
    refuse("command-1");
    world.pass(COMMAND_TIMEOUT_MS - 1);
    expect(world.settled.size).toBe(0);
    world.pass(1);
    expect(codeOf(world.settled.get("command-1"))).toBe("server.busy");
    expect(world.machine.state.repeating).toBe(false);
    world.sent = [];
    world.pass(2 * AGAIN.capMs);
    expect(world.lastCommands()).toEqual([]);
  });

  it("keeps the order of what is asked again, and what is new comes after it at once", () => {
    world.online();
    world.input(leave);
    refuse("leave-1");
    world.sent = [];
    world.input(makeReady("command-2"));
    expect(world.lastCommands()).toMatchObject([{ id: "leave-1" }, { id: "command-2" }]);
    refuse("leave-1");
    refuse("command-2");
    world.sent = [];
    world.pass(AGAIN_AT_LEAST_MS + AGAIN.capMs);
    expect(world.lastCommands()).toMatchObject([{ id: "leave-1" }, { id: "command-2" }]);
  });

  it("asks again on a new socket at once what was refused on the one before, and once", () => {
    world.online();
    world.input(makeReady("command-1"));
    refuse("command-1");
    world.lose();
    world.pass(250);
    world.open();
    world.sent = [];
    world.welcome({ resumed: true, snapshot: null });
    expect(world.lastCommands()).toEqual([{ id: "command-1", type: "make_ready" }]);
    world.pass(AGAIN.capMs);
    expect(world.lastCommands()).toHaveLength(1);
  });
});

describe("leaving", () => {
  it.each(["server.busy", "internal", "conflict", "rate.exceeded"])("leaves until it gets through, over %s", (code) => {
    world.online();
    world.input(leave);
    expect(world.machine.state.left).toBe("call-1");
    refuse("leave-1", code);
    for (let minute = 0; minute < 5; minute += 1) {
      world.lose();
      world.pass(60_000);
      world.input({ kind: "network_online" });
      world.open();
      world.sent = [];
      world.welcome({ resumed: true, snapshot: null });
      expect(world.lastCommands()).toEqual([{ id: "leave-1", type: "leave_call", call: "call-1" }]);
      refuse("leave-1", code);
    }
    world.sent = [];
    world.pass(AGAIN_AT_LEAST_MS + AGAIN.capMs);
    expect(world.lastCommands()).toHaveLength(1);
    world.acknowledge("leave-1");
    expect(codeOf(world.settled.get("leave-1"))).toBe("ack");
    expect(world.machine.state).toMatchObject({ left: "call-1", repeating: false });
  });

  it("has left nothing when another window took over before the server heard of it", () => {
    world.online();
    world.input(leave);
    refuse("leave-1");
    world.receive({ type: "closing", code: "session.superseded", message: "", resumable: false });
    expect(codeOf(world.settled.get("leave-1"))).toBe("offline");
    expect(world.machine.state).toMatchObject({ left: null, repeating: false });
  });

  it("has left nothing when the server says that there is nothing to leave", () => {
    world.online();
    world.input(leave);
    refuse("leave-1", "call.not_in");
    expect(codeOf(world.settled.get("leave-1"))).toBe("call.not_in");
    expect(world.machine.state.left).toBeNull();
  });
});
