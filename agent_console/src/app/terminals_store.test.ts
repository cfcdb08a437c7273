import { CommandError, systemTimers } from "@palvelurinki/call_kit";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FOUND, TERMINALS } from "../gallery/access";
import { terminalOf } from "../model/terminals";
import { READ_EVERY_MS, type TerminalsServer, TerminalsStore } from "./terminals_store";

const [known] = TERMINALS.terminals;
if (known === undefined) {
  throw new Error("the gallery has terminals");
}
const enrolled = { ...known, terminal: { ...known.terminal, id: "t3" } };

let asked: string[];
let refusal: Error | null;
let server: TerminalsServer;
let store: TerminalsStore;
let faults: unknown[];

function answer<T>(what: string, value: T): Promise<T> {
  asked.push(what);
  return refusal === null ? Promise.resolve(value) : Promise.reject(refusal);
}

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  refusal = null;
  faults = [];
  server = {
    read: () => answer("read", TERMINALS),
    lookUp: (code) => answer(`look up ${code}`, FOUND),
    approve: (terminal, code, fingerprint) =>
      answer(`approve ${terminal} ${code} ${fingerprint}`, { ...enrolled, replaced: true }),
    revoke: (terminal) => answer(`revoke ${terminal}`, { ...enrolled, state: "revoked" }),
  };
  store = new TerminalsStore({ server, timers: systemTimers, report: (error) => faults.push(error) });
});

afterEach(() => {
  vi.useRealTimers();
});

async function comparing(): Promise<void> {
  await store.read();
  store.dispatch({ type: "begun", act: "code", terminal: "t3" });
  store.dispatch({ type: "code_written", text: "7kqm w3xd" });
  await store.lookUp();
  asked = [];
}

describe("the list", () => {
  test("is read while it is looked at, and no longer", async () => {
    const stop = store.watch();
    await vi.advanceTimersByTimeAsync(2 * READ_EVERY_MS);
    expect(asked).toEqual(["read", "read", "read"]);
    expect(store.get().read).toBe(TERMINALS);
    stop();
    await vi.advanceTimersByTimeAsync(5 * READ_EVERY_MS);
    expect(asked).toHaveLength(3);
  });

  test("goes on being read after a failure, which is told meanwhile", async () => {
    refusal = new CommandError("offline", "away");
    const stop = store.watch();
    await vi.advanceTimersByTimeAsync(0);
    expect(store.get().failure).toBe("offline");
    refusal = null;
    await vi.advanceTimersByTimeAsync(READ_EVERY_MS);
    expect(store.get()).toMatchObject({ failure: null, read: TERMINALS });
    stop();
  });

  test("that was asked for before an act does not undo it on the screen", async () => {
    await comparing();
    let deliver = (): void => undefined;
    server.read = () =>
      new Promise((resolve) => {
        deliver = () => resolve(TERMINALS);
      });
    const old = store.read();
    await store.approve();
    deliver();
    await old;
    expect(terminalOf(store.get(), "t3")?.state).toBe("enrolled");
  });
});

describe("enrolling", () => {
  test("asks nobody about a code that is none", async () => {
    await store.read();
    store.dispatch({ type: "begun", act: "code", terminal: "t3" });
    store.dispatch({ type: "code_written", text: "7kqm" });
    asked = [];
    await store.lookUp();
    expect(asked).toEqual([]);
    expect(store.get().act).toMatchObject({ kind: "code", problem: "length" });
  });

  test("approves the fingerprint that was shown, for the terminal that was chosen", async () => {
    await comparing();
    expect(store.get().act).toMatchObject({ kind: "compare", found: FOUND });
    await Promise.all([store.approve(), store.approve()]);
    expect(asked).toEqual([`approve t3 7KQM-W3XD ${FOUND.fingerprint}`]);
    expect(store.get()).toMatchObject({ act: null, done: { terminal: "t3", what: "replaced" } });
    expect(terminalOf(store.get(), "t3")).toEqual(enrolled);
  });

  test("approves nothing that differs", async () => {
    await comparing();
    store.dispatch({ type: "differed" });
    await store.approve();
    expect(asked).toEqual([]);
  });

  test("tells why it was refused, where it was asked", async () => {
    await comparing();
    refusal = new CommandError("enrolment.unknown", "expired");
    await store.approve();
    expect(store.get()).toMatchObject({ act: { kind: "compare" }, refusal: "enrolment.unknown", sending: false });
    expect(faults).toEqual([]);
  });

  test("reports a fault of its own", async () => {
    await comparing();
    refusal = new TypeError("x is undefined");
    await store.approve();
    expect(store.get().refusal).toBe("internal");
    expect(faults).toEqual([refusal]);
  });
});

test("revokes once", async () => {
  await store.read();
  store.dispatch({ type: "begun", act: "revoke", terminal: "t3" });
  asked = [];
  await Promise.all([store.revoke(), store.revoke()]);
  expect(asked).toEqual(["revoke t3"]);
  expect(store.get()).toMatchObject({ act: null, done: { terminal: "t3", what: "revoked" } });
  expect(terminalOf(store.get(), "t3")?.state).toBe("revoked");
});
