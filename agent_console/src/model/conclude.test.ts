import { describe, expect, test } from "vitest";
import { BRIEF } from "../gallery/briefs";
import { CALL, ended } from "../gallery/fixtures";
import { concludable, concludingOf, isSaved, toggled } from "./conclude";

const saved = { ...CALL, brief: { ...BRIEF, conclusion: { resolution: "started" as const, follow_ups: [] } } };

describe("concluding a call", () => {
  test("begins with what the server has, and is what is chosen here from then on", () => {
    expect(concludingOf(null, CALL)).toEqual({ call: "call-1", resolution: null, followUps: [] });
    expect(concludingOf(null, saved).resolution).toBe("started");
    const chosen = { call: "call-1", resolution: "settled" as const, followUps: [] };
    expect(concludingOf(chosen, saved)).toBe(chosen);
  });

  test("what was chosen of an earlier call is not this one's", () => {
    expect(concludingOf({ call: "call-0", resolution: "settled", followUps: [] }, CALL).resolution).toBeNull();
  });

  test("is saved when the server has all of it", () => {
    expect(isSaved(concludingOf(null, CALL), CALL)).toBe(true);
    const one = concludingOf(null, saved);
    expect(isSaved(one, saved)).toBe(true);
    expect(isSaved(toggled(one, "book_time"), saved)).toBe(false);
    expect(isSaved({ ...one, resolution: "settled" }, saved)).toBe(false);
  });

  test("what the customer does next stands in one order, however it was chosen", () => {
    const one = toggled(toggled(concludingOf(null, CALL), "use_e_service"), "book_time");
    expect(one.followUps).toEqual(["book_time", "use_e_service"]);
    expect(toggled(one, "book_time").followUps).toEqual(["use_e_service"]);
  });

  test("a call that never came up has no outcome to write down", () => {
    expect(concludable(ended(CALL, "not_connected"))).toBeNull();
    expect(concludable(ended(CALL, "served"))).not.toBeNull();
    expect(concludable(null)).toBeNull();
  });
});
