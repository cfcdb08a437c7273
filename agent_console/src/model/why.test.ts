import type { ChoiceView } from "@palvelurinki/call_kit";
import { describe, expect, test } from "vitest";
import { ago, KELA_QUEUE, MATTER, NOW, OFFER, WHY, WHY_ALONE } from "../gallery/fixtures";
import { estimateOf } from "./estimate";
import { whyMe } from "./why";

const swedish = { ...MATTER, language: "sv" };

function keysOf(why: ChoiceView | null, others = 0): string[] {
  return whyMe({ ...OFFER, why, others }, swedish).map((each) => each.key);
}

describe("why me", () => {
  test("how many there were, and the ring's order with my figure at the moment of the choice", () => {
    expect(whyMe(OFFER, MATTER)).toEqual([
      { key: "why.among", params: { free: 2 } },
      { key: "why.longest_idle", params: { idle: { lasted: 372_000 } } },
    ]);
    expect(keysOf({ ...WHY, strategy: "round_robin" })).toEqual(["why.among", "why.round_robin"]);
    expect(keysOf({ ...WHY, strategy: "fewest_calls" })).toEqual(["why.among", "why.fewest_calls"]);
    expect(whyMe({ ...OFFER, why: { ...WHY, strategy: "best_skill", skill: 4 } }, MATTER)[1]).toEqual({
      key: "why.best_skill",
      params: { skill: 4 },
    });
  });

  test("where there was nobody to choose between, no order is spoken of", () => {
    expect(keysOf({ ...WHY, suitable: 1, free: 1 })).toEqual(["why.alone"]);
    expect(keysOf({ ...WHY, suitable: 5, free: 1 })).toEqual(["why.only_free"]);
  });

  test("that requirements were eased, at once or by waiting, names the language when it is the language", () => {
    const waited = { ...WHY_ALONE, early: false };
    expect(whyMe({ ...OFFER, why: WHY_ALONE }, swedish)).toEqual([
      { key: "why.early_language", params: { speaker: { speaker: "sv" } } },
    ]);
    expect(whyMe({ ...OFFER, why: waited }, swedish)).toEqual([
      { key: "why.late_language", params: { speaker: { speaker: "sv" }, after: { lasted: 60_000 } } },
    ]);
    const unit = { ...WHY.step, after_s: 120 };
    expect(keysOf({ ...WHY, free: 1, step: unit, early: true })).toEqual(["why.eased_early"]);
    expect(keysOf({ ...WHY, free: 1, step: unit })).toEqual(["why.eased_late"]);
  });

  test("a ring that never asks for the language has eased nothing", () => {
    const step = { ...WHY.step, language: "any" as const };
    expect(keysOf({ ...WHY, step })).toEqual(["why.among", "why.longest_idle"]);
    // What was eased early is then something else.
    expect(keysOf({ ...WHY, free: 1, step, early: true })).toEqual(["why.eased_early"]);
  });

  test("overflow, and how many it rings besides, in place of an order that then decides nothing", () => {
    const why = { ...WHY, overflow: true, free: 3 };
    expect(whyMe({ ...OFFER, why, others: 2 }, MATTER)).toEqual([
      { key: "why.overflow", params: { ring: KELA_QUEUE.ring } },
      { key: "why.others", params: { count: 2 } },
    ]);
  });

  test("nothing is said that the server does not tell", () => {
    expect(keysOf(null, 2)).toEqual([]);
  });
});

describe("the estimate in a sentence", () => {
  const view = { at: ago(60), p50_s: 300, p80_s: 600, cannot: null, grew: null };

  test.each([
    [null, "estimate.pending", {}],
    [view, "estimate.range", { low: 4, high: 9 }],
    [{ ...view, p80_s: 300 }, "estimate.about", { minutes: 4 }],
    [{ ...view, p50_s: 70 }, "estimate.less_than", { minutes: 9 }],
    [{ ...view, p80_s: null }, "estimate.at_least", { minutes: 4 }],
    [{ ...view, p50_s: 5, p80_s: 60 }, "estimate.overdue", {}],
    [{ ...view, p50_s: null, p80_s: null, cannot: "nobody_on_duty" as const }, "estimate.nobody_on_duty", {}],
  ])("%o", (estimate, key, params) => {
    expect(estimateOf(estimate, NOW)).toEqual({ key, params });
  });
});
