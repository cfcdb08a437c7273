import type { BoardContactView, PointBoardView } from "@palvelurinki/call_kit";
import { describe, expect, test } from "vitest";
import { CONTACT, point } from "../../gallery/desk";
import { ago, NOW } from "../../gallery/fixtures";
import { COLLEAGUE_MS, callsOf, EMPTY_DESK_MEMORY, heard, remember } from "./attention";

const ME = "Testi Neuvoja";
const inCall: BoardContactView = { ...CONTACT, state: "in_call", queue: null, connected_at: ago(1) };
const called: BoardContactView = { ...inCall, called: { by: "expert", at: ago(5) } };

function see(...seen: readonly PointBoardView[]) {
  const memory = seen.reduce((before, board) => remember(before, [board], NOW), EMPTY_DESK_MEMORY);
  return { memory, calls: callsOf(memory, seen.slice(-1), ME, NOW) };
}

describe("the advisor is called", () => {
  test("when the expert answers the contact that they have connected", () => {
    const { calls } = see(
      point({ desk: CONTACT }),
      point({ desk: { ...CONTACT, state: "offered" } }),
      point({ desk: inCall }),
    );
    expect(calls).toMatchObject([{ kind: "answered", contact: "c1", terminal: "desk", sounds: true }]);
  });

  test("not for a call that was under way when the page was opened", () => {
    expect(see(point({ desk: inCall })).calls).toEqual([]);
  });

  test("not because a colleague's expert answers, nor a customer's own", () => {
    const colleagues = { asked_by: "somebody" };
    expect(
      see(point({ desk: { ...CONTACT, ...colleagues } }), point({ desk: { ...inCall, ...colleagues } })).calls,
    ).toEqual([]);
    const own = { asked_by: null };
    expect(see(point({ kiosk: { ...CONTACT, ...own } }), point({ kiosk: { ...inCall, ...own } })).calls).toEqual([]);
  });

  test("when the customer or the expert asks, and when the line has failed", () => {
    expect(see(point({ room: called })).calls).toMatchObject([{ kind: "expert", terminal: "room" }]);
    const customer = { ...CONTACT, called: { by: "customer" as const, at: ago(2) } };
    expect(see(point({ kiosk: customer })).calls).toMatchObject([{ kind: "customer" }]);
    const failed = { ...CONTACT, line: { state: "failed" as const, faults: [] } };
    expect(see(point({ kiosk: failed })).calls).toMatchObject([{ kind: "line" }]);
  });

  test("no longer, once somebody is beside the customer or it is over", () => {
    expect(see(point({ room: { ...called, attending: "x" } })).calls).toEqual([]);
    expect(see(point({ room: { ...called, state: "ended" } })).calls).toEqual([]);
  });

  test("at a customer's own contact whoever is there", () => {
    expect(see(point({ kiosk: { ...called, asked_by: null } })).calls).toMatchObject([{ sounds: true }]);
  });

  test("for a colleague it sounds only when they have let it wait", () => {
    const at = (seconds: number) =>
      point({ room: { ...called, asked_by: "x", called: { by: "expert", at: ago(seconds) } } });
    expect(see(at(COLLEAGUE_MS / 1000 - 1)).calls).toMatchObject([{ sounds: false }]);
    expect(see(at(COLLEAGUE_MS / 1000)).calls).toMatchObject([{ sounds: true }]);
  });

  test("what was heard is not heard again; the next call is", () => {
    const board = point({ room: called });
    const { memory, calls } = see(board);
    const after = heard(memory, calls[0]?.key ?? "");
    expect(callsOf(after, [board], ME, NOW)).toEqual([]);
    const again = point({ room: { ...called, called: { by: "expert", at: ago(0) } } });
    expect(callsOf(remember(after, [again], NOW), [again], ME, NOW)).toHaveLength(1);
  });

  test("what was heard is forgotten with its contact", () => {
    const { memory, calls } = see(point({ room: called }));
    const after = remember(heard(memory, calls[0]?.key ?? ""), [point({})], NOW);
    expect(after.heard.size).toBe(0);
  });
});
