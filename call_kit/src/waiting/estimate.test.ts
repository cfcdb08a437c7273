import { describe, expect, it } from "vitest";
import type { EstimateView } from "../generated/wire";
import { estimateAt } from "./estimate";

const AT = "2026-11-23T08:42:10Z";
const NOW = Date.parse(AT);

function estimate(p50_s: number | null, p80_s: number | null, cannot: EstimateView["cannot"] = null): EstimateView {
  return { at: AT, p50_s, p80_s, cannot, grew: null };
}

describe("what is left of a wait", () => {
  it.each([
    [245, 536, { kind: "range", low: 4, high: 9 }],
    [240, 240, { kind: "range", low: 4, high: 4 }],
    [59, 61, { kind: "less_than", high: 2 }],
    [5, 20, { kind: "less_than", high: 1 }],
    [0, 60, { kind: "less_than", high: 1 }],
    [19 * 60 + 59, 20 * 60, { kind: "range", low: 19, high: 20 }],
    [21 * 60, 21 * 60, { kind: "range", low: 20, high: 25 }],
    [34 * 60, 41 * 60, { kind: "range", low: 30, high: 45 }],
  ])("of %d to %d seconds is rounded outwards, in fives beyond twenty minutes", (low, high, shown) => {
    expect(estimateAt(estimate(low, high), NOW)).toEqual(shown);
  });

  it("shrinks with time and never below zero", () => {
    const view = estimate(130, 300);
    const left = (seconds: number) => estimateAt(view, NOW + seconds * 1000);
    expect(left(0)).toEqual({ kind: "range", low: 2, high: 5 });
    expect(left(60)).toEqual({ kind: "range", low: 1, high: 4 });
    expect(left(120)).toEqual({ kind: "less_than", high: 3 });
    expect(left(299)).toEqual({ kind: "less_than", high: 1 });
    expect(left(300)).toEqual({ kind: "overdue" });
    expect(left(9000)).toEqual({ kind: "overdue" });
  });

  it("is not longer than estimated when this clock is behind", () => {
    expect(estimateAt(estimate(130, 300), NOW - 600_000)).toEqual({ kind: "range", low: 2, high: 5 });
  });

  it("has no upper end when the ring may close before", () => {
    expect(estimateAt(estimate(700, null), NOW)).toEqual({ kind: "at_least", low: 11 });
    expect(estimateAt(estimate(30, null), NOW)).toEqual({ kind: "overdue" });
  });

  it.each(["nobody_on_duty", "nobody_can_take", "not_before_closing"] as const)("cannot be said: %s", (reason) => {
    expect(estimateAt(estimate(null, null, reason), NOW + 90_000)).toEqual({ kind: "cannot", reason });
  });
});
