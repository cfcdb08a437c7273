import type { StaffSnapshot } from "@palvelurinki/call_kit";
import { describe, expect, test } from "vitest";
import {
  ago,
  CALL,
  closed,
  ended,
  finishing,
  MATTER,
  NOW,
  OFFER,
  presence,
  SNAPSHOT,
  WHY_ALONE,
} from "../gallery/fixtures";
import { dismiss, EMPTY_MEMORY, type Memory, observe, stageOf } from "./stage";

const ready = SNAPSHOT;
const ringing: StaffSnapshot = { ...ready, offer: OFFER };
const accepted: StaffSnapshot = { ...ready, offer: closed(OFFER, "accepted") };
const inCall: StaffSnapshot = { ...accepted, call: CALL };
const over: StaffSnapshot = { ...accepted, call: ended(CALL, "served") };

function see(...snapshots: readonly StaffSnapshot[]) {
  const memory = snapshots.reduce<Memory>((before, snapshot) => observe(before, snapshot, NOW), EMPTY_MEMORY);
  return { memory, stage: stageOf(memory, snapshots.at(-1) ?? null) };
}

describe("the way of a call", () => {
  test("nothing, until a customer rings", () => {
    expect(stageOf(EMPTY_MEMORY, null)).toEqual({ kind: "nothing" });
    expect(see(ready).stage).toEqual({ kind: "nothing" });
    expect(see(ready, ringing).stage).toEqual({ kind: "ringing", offer: OFFER, matter: MATTER });
  });

  test("ringing → answering → call → summary → nothing", () => {
    expect(see(ringing, accepted).stage).toEqual({ kind: "answering", matter: MATTER });
    expect(see(ringing, accepted, inCall).stage).toEqual({ kind: "call", call: CALL, matter: MATTER });
    const { memory, stage } = see(ringing, accepted, inCall, over);
    expect(stage).toEqual({
      kind: "summary",
      ended: { id: "call-1", outcome: "served", matter: MATTER, seconds: 316 },
    });
    expect(stageOf(dismiss(memory), over)).toEqual({ kind: "nothing" });
  });

  test("the summary names the matter that the server has forgotten, and stays while other things change", () => {
    const later: StaffSnapshot = { ...over, presence: presence("paused", "lounas") };
    expect(see(inCall, over, later).stage).toMatchObject({ kind: "summary", ended: { matter: MATTER } });
  });

  test("a call that never connected lasted no time", () => {
    const failed = { ...accepted, call: ended(CALL, "not_connected") };
    expect(see(inCall, failed).stage).toMatchObject({ ended: { outcome: "not_connected", seconds: 0 } });
  });

  test("a call that ended before this page saw it alive is told of, when its ringing was seen here", () => {
    expect(see(ringing, over).stage).toMatchObject({ kind: "summary", ended: { matter: MATTER } });
  });

  test("the next customer takes the stage from the summary, which does not come back", () => {
    const next = { ...over, offer: { ...OFFER, id: "offer-2", contact: "c2" } };
    expect(see(inCall, over, next).stage).toMatchObject({ kind: "ringing", offer: { id: "offer-2" } });
    const declined = { ...next, offer: closed(next.offer, "declined", "other") };
    expect(see(inCall, over, next, declined).stage).toMatchObject({ kind: "offer_gone", gone: { id: "offer-2" } });
  });
});

describe("a wrap-up", () => {
  const finished: StaffSnapshot = { ...over, presence: finishing(72) };

  test("takes the place of the summary and tells how the call ended", () => {
    expect(see(inCall, over, finished).stage).toMatchObject({
      kind: "wrap_up",
      wrapUp: finished.presence?.wrap_up,
      ended: { outcome: "served", seconds: 316, matter: MATTER },
    });
  });

  test("when it is over the way the call ended has been read", () => {
    expect(see(inCall, finished, over).stage).toEqual({ kind: "nothing" });
    expect(see(inCall, finished, { ...over, presence: presence("paused", "lounas") }).stage).toEqual({
      kind: "nothing",
    });
  });

  test("told of before the call's own end, it waits for that", () => {
    const early: StaffSnapshot = { ...inCall, presence: finishing(120) };
    expect(see(inCall, early).stage).toMatchObject({ kind: "call" });
    expect(see(inCall, early, finished).stage).toMatchObject({ kind: "wrap_up", ended: { matter: MATTER } });
  });

  test("a fresh page goes on with it, and does not know the call", () => {
    expect(see(finished).stage).toMatchObject({ kind: "wrap_up", ended: null });
  });

  test("a call that follows is shown", () => {
    const next: StaffSnapshot = { ...ready, offer: { ...OFFER, id: "offer-2", contact: "c2" }, call: over.call };
    expect(see(inCall, finished, next).stage).toMatchObject({ kind: "ringing", offer: { id: "offer-2" } });
  });
});

describe("an offer that goes", () => {
  test.each(["customer_left", "terminal_away", "console_lost", "line_failed", "moved", "answered_elsewhere"] as const)(
    "withdrawn: %s",
    (reason) => {
      const gone = { ...ready, offer: closed(OFFER, "withdrawn", reason) };
      expect(see(ringing, gone).stage).toEqual({
        kind: "offer_gone",
        gone: { id: "offer-1", why: reason, matter: MATTER, at: NOW, unconfirmed: false },
      });
    },
  );

  test("missed", () => {
    const gone = { ...ready, offer: closed(OFFER, "missed") };
    const { memory, stage } = see(ringing, gone);
    expect(stage).toMatchObject({ kind: "offer_gone", gone: { why: "missed" } });
    expect(stageOf(dismiss(memory), gone)).toEqual({ kind: "nothing" });
  });

  test.each([
    ["not_my_field", "declined"],
    ["other", "declined"],
    ["conflict_of_interest", "conflict_of_interest"],
  ])("declined by me: %s is told as %s, whoever else may take it", (reason, why) => {
    const declined = { ...ready, offer: closed(OFFER, "declined", reason) };
    const alone: StaffSnapshot = { ...ready, offer: { ...OFFER, why: WHY_ALONE } };
    expect(see(ringing, declined).stage).toMatchObject({ kind: "offer_gone", gone: { why, matter: MATTER } });
    expect(see(alone, declined).stage).toEqual(see(ringing, declined).stage);
  });

  test("the end of an offer stays when the next one rings and is declined", () => {
    const gone = { ...ready, offer: closed(OFFER, "missed") };
    const next = { ...ready, offer: { ...OFFER, id: "offer-2" } };
    expect(see(ringing, gone, next).stage).toMatchObject({ kind: "ringing", offer: { id: "offer-2" } });
  });

  test("an offer that vanishes whole leaves nothing", () => {
    expect(see(ringing, ready).stage).toEqual({ kind: "nothing" });
  });

  test("a reason that this page does not know is told as the customer's leaving", () => {
    const gone = { ...ready, offer: closed(OFFER, "withdrawn", "something_new") };
    expect(see(ringing, gone).stage).toMatchObject({ gone: { why: "customer_left" } });
  });
});

describe("a fresh page", () => {
  test("goes on with a call that lives", () => {
    expect(see(inCall).stage).toEqual({ kind: "call", call: CALL, matter: MATTER });
  });

  test("goes on with an offer that rings", () => {
    expect(see(ringing).stage).toMatchObject({ kind: "ringing" });
  });

  test("passes over what had ended before", () => {
    expect(see(over).stage).toEqual({ kind: "nothing" });
    expect(see({ ...ready, offer: closed(OFFER, "missed") }).stage).toEqual({ kind: "nothing" });
    expect(see({ ...ready, offer: closed(OFFER, "withdrawn", "customer_left") }).stage).toEqual({ kind: "nothing" });
    expect(see(accepted).stage).toEqual({ kind: "nothing" });
  });

  test("an old ended call beside a new offer does not disturb the ringing", () => {
    const earlier = { ...ended(CALL, "served"), id: "call-0", contact: "c0", ended_at: ago(600) };
    expect(see({ ...ringing, call: earlier }).stage).toMatchObject({ kind: "ringing" });
    const gone = { ...ready, offer: closed(OFFER, "missed"), call: earlier };
    expect(see({ ...ringing, call: earlier }, gone).stage).toMatchObject({ kind: "offer_gone" });
  });
});
