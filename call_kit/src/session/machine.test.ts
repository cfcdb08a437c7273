import { beforeEach, describe, expect, it } from "vitest";
import { contactView, terminalSnapshot } from "../testing/views";
import { codeOf, makeReady, World } from "../testing/world";
import { CONNECT_TIMEOUT_MS, OPEN_TIMEOUT_MS } from "./limits";

let world: World;

beforeEach(() => {
  world = new World();
});

describe("connecting", () => {
  it("says hello with a fresh ticket and shows the snapshot", () => {
    world.input({ kind: "start" });
    expect(world.connection).toBe("connecting");
    expect(world.opened).toEqual([]);
    world.ticket();
    world.open();
    expect(world.sent).toEqual([{ type: "hello", version: 1, ticket: "ticket-1" }]);
    world.welcome({
      server_time: new Date(world.now + 60_000).toISOString(),
      ice_servers: [{ urls: ["turn:relay.example"], username: "u", credential: null }],
    });
    expect(world.machine.state).toMatchObject({
      connection: { kind: "online" },
      snapshot: { role: "terminal" },
      clockOffsetMs: 60_000,
      iceServers: [{ urls: ["turn:relay.example"], username: "u" }],
    });
    expect(world.machine.state.iceServers[0]).not.toHaveProperty("credential");
  });

  it("is signed out when the server knows no cookie, and starts again when told to", () => {
    world.input({ kind: "start" });
    world.input({ kind: "ticket", attempt: 1, result: { refused: "signed_out" } });
    expect(world.connection).toBe("signed_out");
    world.pass(600_000);
    expect(world.tickets).toHaveLength(1);
    world.input({ kind: "start" });
    expect(world.tickets).toHaveLength(2);
  });

  it.each([
    ["a ticket", CONNECT_TIMEOUT_MS, 0],
    ["a socket", OPEN_TIMEOUT_MS, 1],
    ["a welcome", CONNECT_TIMEOUT_MS, 2],
  ] as const)("gives up an attempt that gets no %s, each in its own time", (_, within, came) => {
    world.input({ kind: "start" });
    const coming = [(): void => world.ticket(), (): void => world.open()];
    for (const come of coming.slice(0, came)) {
      world.pass(OPEN_TIMEOUT_MS - 1);
      come();
    }
    world.pass(within - 1);
    expect(world.connection).toBe("connecting");
    world.pass(1);
    expect(world.connection).toBe("offline");
    expect(world.closed).toBe(1);
  });

  it("soon leaves a node that takes the connection and stands still, also to resume", () => {
    world.online();
    world.lose();
    world.pass(250);
    world.pass(OPEN_TIMEOUT_MS - 1);
    expect(world.machine.state.connection).toMatchObject({ kind: "offline", retryAt: null });
    world.pass(1);
    expect(world.machine.state.connection).toMatchObject({ kind: "offline", retryAt: world.now + 500 });
  });

  it("ignores what an older attempt still brings", () => {
    world.online();
    world.input({ kind: "closed", attempt: world.attempt - 1 });
    world.input({ kind: "message", attempt: world.attempt - 1, text: "garbage" });
    expect(world.connection).toBe("online");
  });
});

describe("reconnecting", () => {
  it("resumes with the last event that was handled", () => {
    world.online();
    world.receive({ type: "contact", seq: 1, contact: contactView("contact-1") });
    world.lose();
    expect(world.machine.state.connection).toEqual({ kind: "offline", since: world.now, retryAt: world.now + 250 });
    expect(world.machine.state.snapshot).toMatchObject({ contact: { id: "contact-1" } });
    world.pass(250);
    expect(world.machine.state.connection).toMatchObject({ retryAt: null });
    world.open();
    expect(world.sent.at(-1)).toEqual({
      type: "hello",
      version: 1,
      resume: { token: "resume-token-1", last_seq: 1 },
    });
    world.welcome({ resumed: true, seq: 3, snapshot: null, resume_token: "resume-token-2" });
    world.receive({ type: "contact", seq: 2, contact: contactView("contact-1", "offered") });
    expect(world.machine.state.snapshot).toMatchObject({ contact: { state: "offered" } });
    world.lose();
    world.pass(1000);
    world.open();
    expect(world.sent.at(-1)).toMatchObject({ resume: { token: "resume-token-2", last_seq: 2 } });
  });

  it("takes a ticket at once when the session is gone", () => {
    world.online();
    world.lose();
    world.pass(250);
    world.open();
    world.receive({ type: "closing", code: "session.unknown", message: "", resumable: false });
    expect(world.tickets).toHaveLength(2);
    world.ticket();
    world.open();
    expect(world.sent.at(-1)).toMatchObject({ type: "hello", ticket: expect.any(String) });
    world.welcome({ seq: 7, snapshot: terminalSnapshot({ contact: contactView("contact-9") }) });
    world.receive({ type: "contact", seq: 8, contact: contactView("contact-9", "offered") });
    expect(world.machine.state.snapshot).toMatchObject({ contact: { state: "offered" } });
  });

  it("backs off with full jitter, to a bound, and forgets it once a heartbeat is answered", () => {
    world.online();
    world.random = 0.999;
    const waits: number[] = [];
    for (let round = 0; round < 8; round++) {
      world.lose();
      const { connection } = world.machine.state;
      const wait = connection.kind === "offline" && connection.retryAt ? connection.retryAt - world.now : 0;
      waits.push(wait);
      world.pass(wait);
    }
    expect(waits).toEqual([500, 999, 1998, 3996, 4995, 4995, 4995, 4995]);
    world.open();
    world.welcome();
    world.pass(10_000);
    world.acknowledge(world.lastHeartbeat().id);
    world.random = 0;
    world.lose();
    expect(world.machine.state.connection).toMatchObject({ retryAt: world.now });
  });
});

describe("reconnecting when told", () => {
  it("waits as long as a server asks that is stopping", () => {
    world.online();
    world.random = 0;
    world.receive({ type: "closing", code: "server.stopping", message: "", resumable: true, retry_after_s: 3 });
    world.pass(2999);
    expect(world.opened).toHaveLength(1);
    world.pass(1);
    expect(world.opened).toHaveLength(2);
  });

  it.each([
    ["a text", "3", 0],
    ["a negative number", -3, 0],
    ["nothing", null, 0],
    ["an hour", 3600, 30_000],
  ])("takes %s for what it is worth when told how long to stay away", (_kind, asked, waited) => {
    world.online();
    world.random = 0;
    world.receive({ type: "closing", code: "server.stopping", message: "", resumable: true, retry_after_s: asked });
    expect(world.machine.state.connection).toMatchObject({ kind: "offline", retryAt: world.now + waited });
  });

  it.each(["session.silent", "session.flooding", "session.slow"])("resumes its session after %s", (code) => {
    world.online();
    world.random = 0;
    world.receive({ type: "closing", code, message: "", resumable: true, retry_after_s: 5 });
    world.pass(5000);
    expect(world.tickets).toHaveLength(1);
    world.open();
    expect(world.sent.at(-1)).toMatchObject({ type: "hello", resume: { token: "resume-token-1" } });
  });

  it("tries at once when the network is back", () => {
    world.online();
    world.random = 0.999;
    world.lose();
    world.input({ kind: "network_online" });
    expect(world.opened).toHaveLength(2);
    world.pass(OPEN_TIMEOUT_MS - 1);
    expect(world.opened).toHaveLength(2);
  });

  it("keeps since when over failed tries", () => {
    world.online();
    world.lose();
    const since = world.now;
    world.pass(5000);
    world.lose();
    expect(world.machine.state.connection).toMatchObject({ kind: "offline", since });
  });

  it("stops when another window took over, until asked", () => {
    world.online();
    world.input(makeReady("command-1"));
    world.receive({ type: "closing", code: "session.superseded", message: "", resumable: false });
    expect(world.connection).toBe("superseded");
    expect(codeOf(world.settled.get("command-1"))).toBe("offline");
    world.lose();
    world.input({ kind: "network_online" });
    world.pass(600_000);
    expect(world.opened).toHaveLength(1);
    world.input({ kind: "take_over" });
    expect(world.connection).toBe("connecting");
    expect(world.tickets).toHaveLength(2);
  });

  it("stops when it was signed out elsewhere, and keeps what was on the screen", () => {
    world.online();
    world.receive({ type: "closing", code: "session.signed_out", message: "", resumable: false });
    world.lose();
    world.pass(600_000);
    expect(world.connection).toBe("signed_out");
    expect(world.machine.state.snapshot).not.toBeNull();
    expect(world.tickets).toHaveLength(1);
    world.input({ kind: "take_over" });
    expect(world.tickets).toHaveLength(2);
  });
});
