import type { ConnectionState, StaffSnapshot } from "@palvelurinki/call_kit";
import { describe, expect, test } from "vitest";
import { CALL, closed, ended, finishing, NOW, OFFER, presence, SNAPSHOT } from "../gallery/fixtures";
import { announcementOf, titleOf } from "./alerts";
import { stageOf } from "./stage";
import { type ConsoleEvent, type ConsoleState, INITIAL_STATE, reduce } from "./state";
import { statusOf } from "./status";
import { wrapUpOf } from "./wrap_up";

const ringing: StaffSnapshot = { ...SNAPSHOT, offer: OFFER };
const gone: StaffSnapshot = { ...SNAPSHOT, offer: closed(OFFER, "withdrawn", "customer_left") };
const inCall: StaffSnapshot = { ...SNAPSHOT, offer: closed(OFFER, "accepted"), call: CALL };
const wrapUp: StaffSnapshot = { ...inCall, presence: finishing(72), call: ended(CALL, "served") };
const OFFLINE: ConnectionState = { kind: "offline", since: NOW - 5000, retryAt: null };

function observed(snapshot: StaffSnapshot, connection: ConnectionState = { kind: "online" }): ConsoleEvent {
  return { type: "observed", snapshot, connection, clockOffsetMs: 250, repeating: false, at: NOW };
}

function stateAfter(...events: readonly ConsoleEvent[]): ConsoleState {
  return events.reduce(reduce, INITIAL_STATE);
}

function statusAfter(...events: readonly ConsoleEvent[]) {
  const state = stateAfter(...events);
  return statusOf(state, stageOf(state.memory, state.snapshot));
}

describe("what lies open", () => {
  test("the question for a reason closes when the ringing stops", () => {
    const asking = stateAfter(observed(ringing), { type: "opened", what: "declining" });
    expect(asking.open).toBe("declining");
    expect(reduce(asking, observed(gone)).open).toBeNull();
  });

  test("the question whether to end closes when the call is over", () => {
    const asking = stateAfter(observed(inCall), { type: "opened", what: "ending" });
    expect(reduce(asking, observed({ ...inCall, call: ended(CALL, "served") })).open).toBeNull();
  });

  test("the choice of a pause closes when the ringing begins, and when a call or its finishing is over", () => {
    const choosing = { type: "opened", what: "pausing" } as const;
    expect(stateAfter(observed(SNAPSHOT), choosing, observed(ringing)).open).toBeNull();
    expect(stateAfter(observed(inCall), choosing, observed(wrapUp)).open).toBeNull();
    expect(stateAfter(observed(inCall), observed(wrapUp), choosing, observed(SNAPSHOT)).open).toBeNull();
  });

  test("a pause after the call may be chosen while the call is coming up, and the help is never closed", () => {
    const accepted = { ...SNAPSHOT, offer: closed(OFFER, "accepted") };
    const choosing = { type: "opened", what: "pausing" } as const;
    expect(stateAfter(observed(ringing), observed(accepted), choosing, observed(inCall)).open).toBe("pausing");
    expect(stateAfter(observed(SNAPSHOT), { type: "opened", what: "help" }, observed(ringing)).open).toBe("help");
  });

  test("an offer that stops while a reason is chosen is told so, but not what was declined or on its way", () => {
    const missed = observed({ ...SNAPSHOT, offer: closed(OFFER, "missed") });
    const declined = observed({ ...SNAPSHOT, offer: closed(OFFER, "declined", "other") });
    const asking = stateAfter(observed(ringing), { type: "opened", what: "declining" });
    expect(reduce(asking, missed).memory.gone).toMatchObject({ why: "missed", unconfirmed: true });
    expect(reduce(asking, observed(gone)).memory.gone).toMatchObject({ why: "customer_left", unconfirmed: true });
    expect(reduce(asking, declined).memory.gone).toMatchObject({ why: "declined", unconfirmed: false });
    const sent = reduce(asking, { type: "sent", place: "offer" });
    expect(reduce(sent, missed).memory.gone).toMatchObject({ why: "missed", unconfirmed: false });
    expect(stateAfter(observed(ringing), missed).memory.gone).toMatchObject({ unconfirmed: false });
  });

  test("a change elsewhere closes nothing", () => {
    const asking = stateAfter(observed(ringing), { type: "opened", what: "declining" });
    expect(reduce(asking, observed({ ...ringing, rings: [] })).open).toBe("declining");
  });
});

describe("commands", () => {
  test("a refusal stands at its place until it is read or the command is given again", () => {
    const refused = stateAfter(
      observed(ringing),
      { type: "sent", place: "offer" },
      { type: "failed", place: "offer", code: "offer.expired" },
    );
    expect(refused.pending.has("offer")).toBe(false);
    expect(refused.failures.get("offer")).toBe("offer.expired");
    expect(reduce(refused, { type: "failure_read", place: "offer" }).failures.size).toBe(0);
    expect(reduce(refused, { type: "sent", place: "offer" }).failures.size).toBe(0);
    expect(reduce(refused, { type: "failure_read", place: "call" }).failures.get("offer")).toBe("offer.expired");
  });

  test("what was refused on a stage goes with the stage, what was refused elsewhere stays", () => {
    const refused = stateAfter(
      observed(ringing),
      { type: "failed", place: "offer", code: "offer.closed" },
      { type: "failed", place: "status", code: "offline" },
      observed(gone),
    );
    expect([...refused.failures]).toEqual([["status", "offline"]]);
  });
});

describe("what was missed while the page was out of sight", () => {
  test("is counted, and forgotten when the page is seen", () => {
    const second = { ...SNAPSHOT, offer: { ...OFFER, id: "offer-2" } };
    const missed = stateAfter(
      { type: "page_hidden" },
      observed(ringing),
      observed(gone),
      observed(second),
      observed({ ...SNAPSHOT, offer: closed(second.offer, "missed") }),
    );
    expect(missed.unread).toBe(2);
    expect(titleOf(missed, NOW)).toEqual({ kind: "unread", count: 2 });
    expect(reduce(missed, { type: "page_shown" })).toMatchObject({ unread: 0, pageHidden: false });
  });

  test("what a colleague answered was not missed", () => {
    const elsewhere = { ...SNAPSHOT, offer: closed(OFFER, "withdrawn", "answered_elsewhere") };
    expect(stateAfter({ type: "page_hidden" }, observed(ringing), observed(elsewhere)).unread).toBe(0);
  });

  test("is not counted while the page is seen", () => {
    expect(stateAfter(observed(ringing), observed(gone)).unread).toBe(0);
  });
});

describe("the title", () => {
  test("blinks while it rings", () => {
    const state = stateAfter(observed(ringing));
    expect(titleOf(state, 10_000).kind).toBe("ringing");
    expect(titleOf(state, 11_000).kind).toBe("plain");
    expect(titleOf(state, 12_000).kind).toBe("ringing");
  });

  test("says that a call runs", () => {
    expect(titleOf(stateAfter(observed(inCall)), NOW)).toEqual({ kind: "in_call" });
  });
});

describe("what is said at once", () => {
  test("the ringing with its matter, that it stopped, and that the line is lost", () => {
    expect(announcementOf(stateAfter(observed(SNAPSHOT)), NOW)).toBeNull();
    expect(announcementOf(stateAfter(observed(ringing)), NOW)).toMatchObject({ kind: "ringing" });
    expect(announcementOf(stateAfter(observed(ringing), observed(gone)), NOW)).toEqual({
      kind: "gone",
      why: "customer_left",
    });
    expect(announcementOf(stateAfter(observed(inCall, OFFLINE)), NOW)).toEqual({ kind: "line_lost", inCall: true });
  });

  test("that a wrap-up begins, and in good time that it will be over", () => {
    const state = stateAfter(observed(inCall), observed(wrapUp));
    expect(announcementOf(state, NOW)).toEqual({ kind: "wrap_up" });
    expect(announcementOf(state, NOW + 51_000)).toEqual({ kind: "wrap_up" });
    expect(announcementOf(state, NOW + 52_000)).toEqual({ kind: "wrap_up_nearly_over", atMost: false });
  });
});

describe("my status", () => {
  test("is what the server says, since when it says so", () => {
    expect(statusAfter(observed(SNAPSHOT))).toMatchObject({ kind: "ready", since: NOW - 754_000, afterCall: null });
    const paused = { ...SNAPSHOT, presence: presence("paused", "missed") };
    expect(statusAfter(observed(paused))).toMatchObject({ kind: "paused", reason: "missed", canMakeReady: true });
  });

  test("counts from when the last call, or its finishing, was over", () => {
    const later = (snapshot: StaffSnapshot, seconds: number) => ({ ...observed(snapshot), at: NOW + seconds * 1000 });
    const served = { ...inCall, call: ended(CALL, "served") };
    expect(statusAfter(observed(served))).toMatchObject({ kind: "ready", since: NOW });
    const finished = [observed(inCall), observed(wrapUp), later(served, 30)];
    expect(statusAfter(...finished)).toMatchObject({ kind: "ready", since: NOW + 30_000 });
    // It ran out while this page could not see it.
    expect(statusAfter(observed(wrapUp), later(served, 300))).toMatchObject({ since: NOW + 72_000 });
    const rang = { ...served, offer: { ...OFFER, id: "offer-2", contact: "c2" } };
    const declined = { ...served, offer: closed(rang.offer, "declined", "other") };
    expect(statusAfter(...finished, observed(rang), observed(declined))).toMatchObject({ since: NOW + 30_000 });
    const paused = { ...served, presence: presence("paused", "lounas", -90) };
    expect(statusAfter(...finished, later(paused, 95))).toMatchObject({ kind: "paused", since: NOW + 90_000 });
  });

  test("in a call it says what comes after", () => {
    expect(statusAfter(observed(inCall))).toMatchObject({ kind: "in_call", afterCall: "ready" });
    const paused = { ...inCall, presence: presence("paused", "lounas") };
    expect(statusAfter(observed(paused))).toMatchObject({ kind: "in_call", afterCall: "paused", canMakeReady: true });
  });

  test("a pause's reason is the provider's, by its names", () => {
    const paused = { ...SNAPSHOT, presence: presence("paused", "lounas") };
    expect(statusAfter(observed(paused))?.reason).toMatchObject({ names: { fi: "Lounas" } });
    const removed = { ...SNAPSHOT, presence: presence("paused", "poistettu") };
    expect(statusAfter(observed(removed))).toMatchObject({ kind: "paused", reason: null });
  });

  test("in a wrap-up one may become ready, pause, and have more time up to the most", () => {
    expect(statusAfter(observed(inCall), observed(wrapUp))).toMatchObject({
      kind: "wrap_up",
      since: NOW - 48_000,
      afterCall: null,
      canMakeReady: true,
      canPause: true,
      canExtend: true,
    });
    const most = { ...wrapUp, presence: finishing(80, 130, 50) };
    expect(statusAfter(observed(most))).toMatchObject({ kind: "wrap_up", canMakeReady: true, canExtend: false });
    expect(statusAfter(observed(wrapUp, OFFLINE))).toMatchObject({
      kind: "no_line",
      canMakeReady: false,
      canExtend: false,
    });
  });

  test("without a line nothing can be changed, and the clock is that of the loss", () => {
    expect(statusAfter(observed(SNAPSHOT, OFFLINE))).toMatchObject({
      kind: "no_line",
      since: NOW - 5000 + 250,
      canMakeReady: false,
      canPause: false,
    });
  });

  test("those who take no calls have none", () => {
    expect(statusAfter(observed({ ...SNAPSHOT, presence: null }))).toBeNull();
  });
});

describe("the time of a wrap-up", () => {
  const view = finishing(72, 130, 48).wrap_up;
  const at = (seconds: number) => (view === null ? null : wrapUpOf(view, NOW + seconds * 1000));

  test("runs by the server's clock, never below zero", () => {
    expect(at(0)).toMatchObject({ leftMs: 72_000, share: 0.6, nearlyOver: false, atMost: false });
    expect(at(52)).toMatchObject({ leftMs: 20_000, nearlyOver: true });
    expect(at(90)).toMatchObject({ leftMs: 0, share: 0, nearlyOver: true });
    expect(at(-9000)?.share).toBe(1);
  });

  test("of a short one only the last third warns, and it tells how much more it really gets", () => {
    const short = finishing(18, 45, 2).wrap_up;
    const later = (seconds: number) => short && wrapUpOf(short, NOW + seconds * 1000);
    expect(later(0)).toMatchObject({ nearlyOver: false, moreS: 25, atMost: false });
    expect(later(11)).toMatchObject({ nearlyOver: false });
    expect(later(12)).toMatchObject({ nearlyOver: true });
    const long = finishing(72, 600).wrap_up;
    expect(long && wrapUpOf(long, NOW).moreS).toBe(60);
  });

  test("at its most it cannot be lengthened", () => {
    const most = finishing(80, 130, 50).wrap_up;
    expect(most && wrapUpOf(most, NOW).atMost).toBe(true);
  });
});
