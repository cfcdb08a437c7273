import { describe, expect, test } from "vitest";
import { FOUND, TERMINALS } from "../gallery/access";
import {
  alarmsOf,
  byPoint,
  canRevoke,
  codeOf,
  NO_TERMINALS,
  reduceTerminals,
  type TerminalsEvent,
  type TerminalsState,
  terminalOf,
} from "./terminals";

const played = (...events: readonly TerminalsEvent[]): TerminalsState => events.reduce(reduceTerminals, NO_TERMINALS);
const read: TerminalsEvent = { type: "read", read: TERMINALS };
const begun: TerminalsEvent = { type: "begun", act: "code", terminal: "t3" };
const sent: TerminalsEvent = { type: "sent" };
const found: TerminalsEvent = { type: "found", terminal: "t3", code: "7KQM-W3XD", found: FOUND };
const [first] = TERMINALS.terminals;
if (first === undefined) {
  throw new Error("the gallery has terminals");
}
const enrolled = { ...first, terminal: { ...first.terminal, id: "t3" } };

describe("a code as people type it", () => {
  test.each([
    ["7KQM-W3XD", "7KQM-W3XD"],
    [" 7kqm w3xd ", "7KQM-W3XD"],
    ["7kqmw3xd", "7KQM-W3XD"],
    ["7K QM–W3.XD", "7KQM-W3XD"],
    ["oil0-1234", "0110-1234"],
  ])("%s is %s", (text, code) => {
    expect(codeOf(text)).toEqual({ code });
  });

  test.each([
    ["", "empty"],
    [" - ", "empty"],
    ["7KQM-W3X", "length"],
    ["7KQM-W3XDA", "length"],
    ["7KQM-W3XÄ", "letters"],
    ["7KQM-W3XU", "letters"],
  ])("%s is wrong: %s", (text, problem) => {
    expect(codeOf(text)).toEqual({ problem });
  });
});

describe("enrolling", () => {
  test("goes from the code to the fingerprint to the key", () => {
    const comparing = played(read, begun, sent, found);
    expect(comparing).toMatchObject({ act: { kind: "compare", code: "7KQM-W3XD", found: FOUND }, sending: false });
    const done = [sent, { type: "done", terminal: enrolled, what: "approved" } as const].reduce(
      reduceTerminals,
      comparing,
    );
    expect(done).toMatchObject({ act: null, done: { terminal: "t3", what: "approved" } });
    expect(terminalOf(done, "t3")).toEqual(enrolled);
    expect(done.read?.terminals).toHaveLength(TERMINALS.terminals.length);
  });

  test("ends without a key when the fingerprints differ, and may begin anew", () => {
    const differs = played(read, begun, sent, found, { type: "differed" });
    expect(differs).toMatchObject({ act: { kind: "differs", terminal: "t3" }, done: null });
    expect(reduceTerminals(differs, begun).act).toEqual({ kind: "code", terminal: "t3", text: "", problem: null });
  });

  test("tells a refusal until something is typed", () => {
    const refused = played(read, begun, sent, { type: "refused", terminal: "t3", code: "enrolment.unknown" });
    expect(refused).toMatchObject({ act: { kind: "code" }, sending: false, refusal: "enrolment.unknown" });
    expect(reduceTerminals(refused, { type: "code_written", text: "7" }).refusal).toBeNull();
  });

  test("that was closed is not opened by an answer that comes late", () => {
    const closed = played(read, begun, sent, { type: "closed" });
    expect(reduceTerminals(closed, found)).toEqual(closed);
    const late = reduceTerminals(closed, { type: "done", terminal: enrolled, what: "approved" });
    expect(late).toMatchObject({ act: null, done: null });
    expect(terminalOf(late, "t3")?.state).toBe("enrolled");
  });

  test("of another terminal is not taken for it", () => {
    const other = played(read, begun, sent, { type: "closed" }, { type: "begun", act: "code", terminal: "t5" }, sent);
    expect(reduceTerminals(other, found)).toEqual(other);
  });
});

describe("the list", () => {
  test("stands by point, in the server's order", () => {
    expect(byPoint(TERMINALS.terminals).map(({ terminals }) => terminals.map(({ terminal }) => terminal.id))).toEqual([
      ["t1", "t2", "t3"],
      ["t4", "t5"],
    ]);
  });

  test("has its alarms, and keys that can be taken away", () => {
    expect(alarmsOf(TERMINALS.terminals).map(({ terminal }) => terminal.id)).toEqual(["t4"]);
    expect(TERMINALS.terminals.filter(canRevoke).map(({ terminal }) => terminal.id)).toEqual(["t1", "t2"]);
  });

  test("stays in sight when it cannot be read again", () => {
    const stale = played(read, { type: "not_read", code: "offline" });
    expect(stale).toMatchObject({ read: TERMINALS, failure: "offline" });
    expect(reduceTerminals(stale, read).failure).toBeNull();
  });
});
