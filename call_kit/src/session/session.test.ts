import { beforeEach, describe, expect, it, vi } from "vitest";
import type { TerminalSnapshot } from "../generated/wire";
import { contactView, NOW, terminalSnapshot } from "../testing/views";
import { Session, type SessionOptions } from "./session";
import type { CommandError, Timers } from "./types";

class FakeSocket extends EventTarget {
  static readonly all: FakeSocket[] = [];
  readonly sent: Record<string, unknown>[] = [];
  readonly url: string;
  closed = false;

  constructor(url: URL) {
    super();
    this.url = String(url);
    FakeSocket.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.closed = true;
  }

  receive(message: object): void {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(message) }));
  }
}

const welcome = {
  type: "welcome",
  resume_token: "resume-token",
  resumed: false,
  seq: 0,
  snapshot: terminalSnapshot(),
  heartbeat_s: 10,
  ice_servers: [],
  server_time: NOW,
};

/** Timers that never go off: the machine's own tests have those that do. */
const stillness: Timers = { now: () => Date.parse(NOW), after: () => () => undefined };

let requested: string[];
let session: Session<TerminalSnapshot>;

/** Each ticket that is asked for is answered with the next status, the last one for good. */
function connect(
  statuses: readonly number[] = [201],
  options: Partial<SessionOptions> = {},
): Session<TerminalSnapshot> {
  let ids = 0;
  return new Session<TerminalSnapshot>({
    ...options,
    audience: "terminal",
    baseUrl: "https://ring.example",
    timers: stillness,
    random: () => 0,
    newId: () => `operation-${++ids}`,
    WebSocket: FakeSocket as unknown as typeof WebSocket,
    network: new EventTarget(),
    fetch: (url, init) => {
      requested.push(`${init?.method} ${String(url)}`);
      const status = statuses[Math.min(requested.length, statuses.length) - 1] ?? 201;
      return Promise.resolve(Response.json({ ticket: "one-time-ticket", expires_in_s: 30 }, { status }));
    },
  });
}

async function online(): Promise<FakeSocket> {
  session.start();
  const socket = await vi.waitUntil(() => FakeSocket.all.at(0));
  socket.dispatchEvent(new Event("open"));
  socket.receive(welcome);
  return socket;
}

beforeEach(() => {
  FakeSocket.all.length = 0;
  requested = [];
  session = connect();
});

describe("a session with a socket", () => {
  it("fetches a ticket, opens the socket beside it and greets", async () => {
    const socket = await online();
    expect(requested).toEqual(["POST https://ring.example/api/v1/terminal/ticket"]);
    expect(socket.url).toBe("wss://ring.example/ws/v1");
    expect(socket.sent).toEqual([{ type: "hello", version: 1, ticket: "one-time-ticket" }]);
    expect(session.get().connection).toEqual({ kind: "online" });
  });

  it("resolves a command with its acknowledgement and rejects it with the server's code", async () => {
    const socket = await online();
    const asked = session.command("request_contact", { service: "kela-asumistuki", language: "fi" });
    const left = session.command("leave_contact", { contact: "contact-1" });
    expect(socket.sent.slice(1)).toEqual([
      { id: "operation-1", type: "request_contact", service: "kela-asumistuki", language: "fi" },
      { id: "operation-2", type: "leave_contact", contact: "contact-1" },
    ]);
    socket.receive({ type: "ack", re: "operation-1", contact: "contact-1", server_time: NOW });
    socket.receive({ type: "error", re: "operation-2", code: "thing.unknown", message: "no such contact" });
    await expect(asked).resolves.toMatchObject({ contact: "contact-1" });
    await expect(left).rejects.toMatchObject({ code: "thing.unknown" });
  });

  it("has the new state before a listener hears of it, and lets the listener give commands", async () => {
    const socket = await online();
    const seen: (string | undefined)[] = [];
    session.subscribe(() => {
      seen.push(session.get().snapshot?.contact?.id);
      if (seen.length === 1) {
        session.command("continue_contact", { contact: "contact-1" }).catch(() => undefined);
      }
    });
    socket.receive({ type: "contact", seq: 1, contact: contactView("contact-1") });
    socket.receive({ type: "signal", seq: 2, id: "signal-2", call: "call-1", sender: "seat-2", generation: 2 });
    expect(seen).toEqual(["contact-1"]);
    expect(socket.sent.at(-1)).toMatchObject({ type: "continue_contact", contact: "contact-1" });
  });

  it("says at once what was left, before the server does", async () => {
    const socket = await online();
    const asked = session.command("leave_call", { call: "call-1" });
    expect(session.get().left).toBe("call-1");
    socket.receive({ type: "error", re: "operation-1", code: "server.busy", message: "later" });
    expect(session.get()).toMatchObject({ left: "call-1", repeating: true });
    socket.receive({ type: "ack", re: "operation-1", server_time: NOW });
    await expect(asked).resolves.toMatchObject({ re: "operation-1" });
    expect(session.get()).toMatchObject({ left: "call-1", repeating: false });
  });

  it("gives signals to those who listen, until they stop", async () => {
    const socket = await online();
    const heard: number[] = [];
    const end = session.onSignal((signal) => heard.push(signal.generation));
    socket.receive({ type: "signal", seq: 1, id: "signal-1", call: "call-1", sender: "seat-2", generation: 2 });
    end();
    socket.receive({ type: "signal", seq: 2, id: "signal-2", call: "call-1", sender: "seat-2", generation: 3 });
    expect(heard).toEqual([2]);
  });

  it("closes the socket and rejects what waits when it is stopped", async () => {
    const socket = await online();
    const waiting = session.command("leave_contact", { contact: "contact-1" });
    session.stop();
    await expect(waiting).rejects.toMatchObject({ code: "offline" } satisfies Partial<CommandError>);
    expect(socket.closed).toBe(true);
  });
});

describe("a session that cannot begin", () => {
  it("is signed out without a cookie", async () => {
    session = connect([401]);
    session.start();
    await expect.poll(() => session.get().connection.kind).toBe("signed_out");
    expect(FakeSocket.all).toEqual([]);
  });

  it("is offline while the server is ill", async () => {
    session = connect([503]);
    session.start();
    await expect.poll(() => session.get().connection.kind).toBe("offline");
  });
});

describe("a session that can sign in by itself", () => {
  it("does so when the sign-in has ended, and goes on with a ticket", async () => {
    const signIn = vi.fn(() => Promise.resolve("done" as const));
    session = connect([401, 201], { signIn });
    await online();
    expect(signIn).toHaveBeenCalledOnce();
    expect(requested).toHaveLength(2);
    expect(session.get().connection.kind).toBe("online");
  });

  it("does not while the sign-in is good, nor because the server is ill", async () => {
    const signIn = vi.fn(() => Promise.resolve("done" as const));
    session = connect([503], { signIn });
    session.start();
    await expect.poll(() => session.get().connection.kind).toBe("offline");
    expect(signIn).not.toHaveBeenCalled();
  });

  it.each([
    ["refused", "signed_out"],
    ["failed", "offline"],
  ] as const)("that is %s is %s", async (result, kind) => {
    session = connect([401], { signIn: () => Promise.resolve(result) });
    session.start();
    await expect.poll(() => session.get().connection.kind).toBe(kind);
    expect(requested).toHaveLength(1);
  });

  it("asks once and no more when signing in was of no use", async () => {
    session = connect([401], { signIn: () => Promise.resolve("done") });
    session.start();
    await expect.poll(() => session.get().connection.kind).toBe("signed_out");
    expect(requested).toHaveLength(2);
  });
});
