import type { StaffSnapshot } from "@palvelurinki/call_kit";
import { describe, expect, test } from "vitest";
import { ago, CALL, closed, ended, MATTER, NOW, OFFER, presence, SNAPSHOT } from "../gallery/fixtures";
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
    const later: StaffSnapshot = { ...over, presence: presence("paused", "lunch") };
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
    expect(see(inCall, over, next, declined).stage).toEqual({ kind: "nothing" });
  });
});

describe("an offer that goes", () => {
  test.each(["customer_left", "terminal_away", "console_lost"] as const)("withdrawn: %s", (reason) => {
    const gone = { ...ready, offer: closed(OFFER, "withdrawn", reason) };
    expect(see(ringing, gone).stage).toEqual({
      kind: "offer_gone",
      gone: { id: "offer-1", why: reason, matter: MATTER, at: NOW },
    });
  });

  test("expired", () => {
    const gone = { ...ready, offer: closed(OFFER, "expired") };
    const { memory, stage } = see(ringing, gone);
    expect(stage).toMatchObject({ kind: "offer_gone", gone: { why: "expired" } });
    expect(stageOf(dismiss(memory), gone)).toEqual({ kind: "nothing" });
  });

  test("declined by me: nothing to tell", () => {
    expect(see(ringing, { ...ready, offer: closed(OFFER, "declined", "other") }).stage).toEqual({ kind: "nothing" });
  });

  test("the end of an offer stays when the next one rings and is declined", () => {
    const gone = { ...ready, offer: closed(OFFER, "expired") };
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
    expect(see({ ...ready, offer: closed(OFFER, "expired") }).stage).toEqual({ kind: "nothing" });
    expect(see({ ...ready, offer: closed(OFFER, "withdrawn", "customer_left") }).stage).toEqual({ kind: "nothing" });
    expect(see(accepted).stage).toEqual({ kind: "nothing" });
  });

  test("an old ended call beside a new offer does not disturb the ringing", () => {
    const earlier = { ...ended(CALL, "served"), id: "call-0", contact: "c0", ended_at: ago(600) };
    expect(see({ ...ringing, call: earlier }).stage).toMatchObject({ kind: "ringing" });
    const gone = { ...ready, offer: closed(OFFER, "expired"), call: earlier };
    expect(see({ ...ringing, call: earlier }, gone).stage).toMatchObject({ kind: "offer_gone" });
  });
});
