import type { ExplanationView } from "@palvelurinki/call_kit";
import { describe, expect, test } from "vitest";
import { ago } from "../gallery/fixtures";
import { candidate, DECLINED, EXPLANATION, LEFT, MISSED, ringing, SHARED } from "../gallery/offers";
import { type About, explain } from "./explain";

function keys(people: readonly About[]): Record<string, string[]> {
  return Object.fromEntries(people.map(({ name, said }) => [name, said.map((each) => each.key.slice(8))]));
}

function chosenOf(change: Partial<ExplanationView>) {
  return explain({ ...EXPLANATION, ...change }).chosen;
}

describe("why this customer", () => {
  test("how long they waited at that moment, and that they stood first", () => {
    expect(explain(EXPLANATION).contact).toEqual([
      { key: "explain.waited", params: { waited: { lasted: 84_000 } } },
      { key: "explain.first", params: {} },
    ]);
  });

  test("the head start, and how many stood before whom nobody free suited", () => {
    expect(explain(SHARED).contact).toEqual([
      { key: "explain.waited", params: { waited: { lasted: 37_000 } } },
      { key: "explain.head_start", params: { head: { lasted: 120_000 } } },
      { key: "explain.ahead", params: { count: 2 } },
    ]);
  });

  test("what was asked of an expert, and why it was eased", () => {
    const asked = (view: ExplanationView) => explain(view).asked.map((each) => each.key.slice(8));
    expect(asked(EXPLANATION)).toEqual(["language_required", "unit_serving", "skill_least"]);
    expect(asked(SHARED)).toEqual(["language_any", "step_early"]);
    expect(asked(DECLINED)).toEqual(["language_any", "level_most", "step_late"]);
    expect(asked({ ...EXPLANATION, unit: null })).toEqual(["language_required", "skill_least"]);
  });
});

describe("why this expert", () => {
  test("the best by the ring's order, with the figure of that moment", () => {
    expect(explain(EXPLANATION).chosen).toEqual([
      {
        staff: "Malli Virkailija",
        name: "Malli Virkailija",
        said: [{ key: "explain.best_longest_idle", params: { idle: { lasted: 360_000 } } }],
      },
    ]);
  });

  test.each([
    ["round_robin", { asked_at: ago(3000) }, "best_round_robin"],
    ["round_robin", { asked_at: null }, "best_never_asked"],
    ["fewest_calls", { calls_today: 3 }, "best_fewest_calls"],
    ["best_skill", { skill: 5 }, "best_best_skill"],
    ["best_skill", { skill: 2 }, "figure_best_skill"],
  ] as const)("%s, %o: %s", (strategy, change, key) => {
    const candidates = [candidate("A", { chosen: true, ...change }), candidate("B")];
    expect(keys(chosenOf({ strategy, candidates }))).toEqual({ A: [key] });
  });

  test("the only one who was free and suitable was not the best of anything", () => {
    const candidates = [candidate("A", { chosen: true }), candidate("B", { lacks: ["busy"], idle_since: ago(9000) })];
    expect(keys(chosenOf({ candidates }))).toEqual({ A: ["only_free"] });
  });

  test("an earlier level and the own ring come before any order", () => {
    const longer = { idle_since: ago(9000) };
    const levels = [candidate("A", { chosen: true }), candidate("B", { level: 2, ...longer })];
    expect(keys(chosenOf({ candidates: levels }))).toEqual({ A: ["figure_longest_idle", "level_first"] });
    const ring = { id: "toinen", names: { fi: "Toinen", sv: "Andra", en: "Other" } };
    const rings = [candidate("A", { chosen: true }), candidate("B", { ring, ...longer })];
    expect(keys(chosenOf({ candidates: rings }))).toEqual({ A: ["figure_longest_idle", "own_ring_first"] });
  });

  test("rung together: the first by the order is the best, the next has its figure", () => {
    expect(keys(explain(SHARED).chosen)).toEqual({
      "Malli Virkailija": ["best_fewest_calls", "level_first"],
      "Esimerkki Osaaja": ["figure_fewest_calls", "level_first"],
    });
  });

  test("an expert of the overflow ring", () => {
    expect(keys(explain(DECLINED).chosen)).toEqual({ "Harjoitus Neuvoja": ["only_free", "overflow"] });
  });
});

describe("why not the others", () => {
  test("each lack in words, with what was asked; who lacked nothing came later in the order", () => {
    const others = explain(EXPLANATION).others;
    expect(keys(others)).toEqual({
      "Esimerkki Osaaja": ["later", "figure_longest_idle"],
      "Testi Asiantuntija": ["lack_busy"],
      "Kokeilu Käsittelijä": ["lack_language", "lack_skill"],
      "Näyte Päättäjä": ["lack_unit", "lack_passed_by"],
      "Harjoitus Neuvoja": ["lack_not_reached"],
    });
    expect(others[2]?.said[1]?.params).toEqual({ skill: 1, needed: 2 });
    expect(others[2]?.said[0]?.params).toEqual({ language: { language: "sv" } });
  });

  test("the remaining lacks", () => {
    const lacks = ["service", "level", "taken", "unit"] as const;
    const candidates = [candidate("A", { chosen: true }), candidate("B", { lacks: [...lacks], unit: null })];
    expect(keys(explain({ ...EXPLANATION, candidates }).others)).toEqual({
      B: ["lack_service", "lack_level", "lack_taken", "lack_no_unit"],
    });
  });
});

describe("what became of it", () => {
  test("at each expert", () => {
    expect(explain(EXPLANATION).became[0]?.said).toEqual([
      { key: "explain.accepted", params: { after: { lasted: 8000 } } },
    ]);
    expect(keys(explain(SHARED).became)).toEqual({
      "Malli Virkailija": ["withdrawn_answered_elsewhere"],
      "Esimerkki Osaaja": ["accepted"],
    });
    expect(keys(explain(DECLINED).became)).toEqual({ "Harjoitus Neuvoja": ["declined_not_my_field"] });
    const ringings = [ringing("A", "ringing", null, null), ringing("B", "withdrawn", "new"), ringing("C", "declined")];
    expect(keys(explain({ ...EXPLANATION, ringings }).became)).toEqual({
      A: ["ringing"],
      B: ["withdrawn"],
      C: ["declined_for_another"],
    });
  });

  test("as a whole, in one line", () => {
    expect([EXPLANATION, SHARED, DECLINED, MISSED, LEFT].map((view) => explain(view).outcome)).toEqual([
      { key: "explain.answered_by", params: { name: "Malli Virkailija" } },
      { key: "explain.answered_by", params: { name: "Esimerkki Osaaja" } },
      { key: "explain.offer_declined", params: {} },
      { key: "explain.offer_expired", params: {} },
      { key: "explain.offer_left", params: {} },
    ]);
  });

  test("says when the stored data give another choice today", () => {
    expect(explain(EXPLANATION).differs).toBe(false);
    expect(explain(DECLINED).differs).toBe(true);
  });
});
