import type { EstimateView, QueueView } from "@palvelurinki/call_kit";
import { describe, expect, it } from "vitest";
import { closing, contact, endedContact, estimate, noEstimate, snapshot } from "../fixtures/contact";
import { Run } from "../fixtures/run";
import { GROWTH_SHOWN } from "./growth";
import { endingOf, GOODBYE_FAILED } from "./state";
import { CLOSING_SOON, PASSED_ON_SHOWN, type Waiting, waitingOf } from "./waiting";

const AT = Date.parse(estimate().at);
const MINUTE = 60_000;

function told(run: Run): Waiting {
  const { stage } = run.state.visit;
  if (stage.kind !== "live") {
    throw new Error("not waiting");
  }
  return waitingOf(run.state, stage, run.now);
}

const waiting = (queue: Partial<QueueView> = {}): Run => Run.ready().session(snapshot(contact("waiting", { queue })));
const isoAfter = (ms: number): string => new Date(AT + ms).toISOString();

/** A newer estimate of the same wait, made `ms` after the first. */
function renewed(run: Run, ms: number, change: Partial<EstimateView>): Run {
  const next = estimate({ at: isoAfter(ms), ...change });
  return run.wait(AT + ms - run.now).session(snapshot(contact("waiting", { queue: { estimate: next } })));
}

describe("the place", () => {
  it("is the server's, with who is on duty", () => {
    expect(told(waiting())).toMatchObject({
      headline: "queueing",
      place: 2,
      onDuty: 3,
      askedBefore: false,
      line: "fine",
    });
  });

  it("is not invented when the queue is not known", () => {
    const run = Run.ready().session(snapshot({ ...contact("waiting"), queue: null }));
    expect(told(run)).toEqual({
      headline: "unknown",
      place: null,
      onDuty: null,
      askedBefore: false,
      estimate: { kind: "pending" },
      closing: null,
      line: "fine",
    });
  });

  it("is kept while the line is lost, and taken back when it returns", () => {
    const run = waiting().session(snapshot(contact("waiting")), "offline");
    expect(told(run)).toMatchObject({ line: "lost", place: 2 });
    expect(told(run.session(snapshot(contact("held")))).line).toBe("held");
  });

  it("is honest when nobody is on duty", () => {
    expect(told(waiting({ on_duty: 0, estimate: null }))).toMatchObject({
      headline: "nobody",
      estimate: { kind: "cannot", reason: "nobody_on_duty" },
    });
    expect(told(waiting({ on_duty: 0, estimate: noEstimate("nobody_on_duty") })).headline).toBe("nobody");
    // Another ring helps out: then there is an estimate.
    expect(told(waiting({ on_duty: 0 })).headline).toBe("queueing");
  });
});

describe("the estimate", () => {
  it("is on its way at first", () => {
    expect(told(waiting({ estimate: null })).estimate).toEqual({ kind: "pending" });
  });

  it("is a range of minutes, less what has passed", () => {
    const run = waiting();
    const minutes = (low: number, high: number) => ({ kind: "minutes", minutes: { kind: "range", low, high } });
    expect(told(run).estimate).toMatchObject(minutes(4, 9));
    expect(told(run.wait(2 * MINUTE)).estimate).toMatchObject(minutes(2, 7));
  });

  it("counts by the server's clock", () => {
    const run = waiting().do({
      type: "session_changed",
      connection: "online",
      snapshot: snapshot(contact("waiting")),
      clockOffsetMs: 2 * MINUTE,
      repeating: false,
      left: null,
    });
    expect(told(run).estimate).toMatchObject({ minutes: { low: 2, high: 7 } });
  });

  it("never says any moment now for ever", () => {
    expect(told(waiting().wait(536_000)).estimate).toEqual({ kind: "overdue" });
    const open = estimate({ p50_s: 40, p80_s: null });
    expect(told(waiting({ estimate: open })).estimate).toEqual({ kind: "uncertain" });
    expect(told(waiting({ estimate: open }).wait(10 * MINUTE)).estimate).toEqual({ kind: "uncertain" });
  });

  it("has no upper end when the ring may close before", () => {
    const open = waiting({ estimate: estimate({ p50_s: 1500, p80_s: null }) });
    expect(told(open).estimate).toMatchObject({ minutes: { kind: "at_least", low: 25 } });
  });

  it("says why there is none", () => {
    expect(told(waiting({ estimate: noEstimate("nobody_can_take") })).estimate).toEqual({
      kind: "cannot",
      reason: "nobody_can_take",
    });
    // Somebody came on duty after it was made.
    expect(told(waiting({ on_duty: 1, estimate: noEstimate("nobody_on_duty") })).estimate).toEqual({ kind: "pending" });
  });

  it("blames the closing only where it ends the wait", () => {
    const reason = (queue: Partial<QueueView>) =>
      told(waiting({ estimate: noEstimate("not_before_closing"), ...queue })).estimate;
    expect(reason({ closing: closing({ served: false }) })).toEqual({ kind: "cannot", reason: "not_before_closing" });
    expect(reason({ closing: closing({ served: true }) })).toEqual({ kind: "cannot", reason: "long" });
    expect(reason({ closing: null })).toEqual({ kind: "cannot", reason: "long" });
  });
});

describe("an estimate that grew", () => {
  const grown = (run: Run) => {
    const { estimate: shown } = told(run);
    return shown?.kind === "minutes" ? shown.grown : null;
  };

  it("says the cause that the server names, for a while", () => {
    const cause = { cause: "fewer_experts", count: 2 } as const;
    const run = renewed(waiting(), 30_000, { p50_s: 600, p80_s: 900, grew: cause });
    expect(grown(run)).toMatchObject(cause);
    // The next estimate has nothing to add.
    expect(grown(renewed(run, 60_000, { p50_s: 570, p80_s: 870 }))).toMatchObject(cause);
    expect(grown(run.wait(GROWTH_SHOWN))).toBeNull();
  });

  it("says so without a cause when there is none, and not for a small rise", () => {
    expect(grown(renewed(waiting(), 30_000, { p50_s: 275 }))).toBeNull();
    expect(grown(renewed(waiting(), 30_000, { p50_s: 245 - 30 + 61 }))).toMatchObject({ cause: null });
  });

  it("asks for more than a tenth of a long wait", () => {
    const long = () => waiting({ estimate: estimate({ p50_s: 1740, p80_s: 2400 }) });
    expect(grown(renewed(long(), 30_000, { p50_s: 1740 - 30 + 179, p80_s: 2700 }))).toBeNull();
    expect(grown(renewed(long(), 30_000, { p50_s: 1740 - 30 + 181, p80_s: 2700 }))).toMatchObject({ cause: null });
  });

  it("takes it back when the wait becomes shorter again", () => {
    const run = renewed(waiting(), 30_000, { p50_s: 600, grew: { cause: "long_calls", count: 1 } });
    expect(grown(renewed(run, 45_000, { p50_s: 200 }))).toBeNull();
  });

  it("is not told twice by the same estimate", () => {
    const run = renewed(waiting(), 30_000, { p50_s: 600, grew: { cause: "overtaken", count: 1 } });
    const first = grown(run);
    const same = { estimate: estimate({ at: isoAfter(30_000), p50_s: 600, grew: { cause: "overtaken", count: 1 } }) };
    expect(grown(run.wait(10_000).session(snapshot(contact("waiting", { queue: { place: 1, ...same } }))))).toEqual(
      first,
    );
  });
});

describe("the closing", () => {
  it("is told when it is within the hour", () => {
    expect(told(waiting()).closing).toBeNull();
    const at = isoAfter(CLOSING_SOON + MINUTE);
    const run = waiting({ closing: closing({ at }) });
    expect(told(run).closing).toBeNull();
    expect(told(run.wait(MINUTE)).closing).toEqual({ at: new Date(at), prospect: "served" });
    expect(told(run.wait(CLOSING_SOON)).closing).toBeNull();
  });

  it.each([
    [null, "ended"],
    [0.8, "ended"],
    [0.79, "doubtful"],
    [0.5, "doubtful"],
    [0.49, "unlikely"],
  ] as const)("with a chance of %s of being served before is told as %s", (chance, prospect) => {
    expect(told(waiting({ closing: closing({ served: false, chance }) })).closing?.prospect).toBe(prospect);
  });

  it.each(["nobody_on_duty", "nobody_can_take"] as const)("promises nothing where %s", (cannot) => {
    const queue = { on_duty: cannot === "nobody_on_duty" ? 0 : 2, estimate: noEstimate(cannot) };
    expect(told(waiting(queue)).closing).toBeNull();
    expect(told(waiting({ ...queue, closing: closing({ served: true }) })).closing?.prospect).toBe("unlikely");
  });

  it("is told earlier on the day when it stands in the way, and never by a bare hour of another day", () => {
    const open = estimate({ p50_s: 9000, p80_s: null });
    const later = (at: string) =>
      told(waiting({ estimate: open, closing: closing({ at, served: false, chance: 0.6 }) }));
    expect(later("2026-11-25T14:15:00Z").closing?.prospect).toBe("doubtful");
    expect(later("2026-11-26T14:15:00Z").closing).toBeNull();
  });

  it("that came before the turn ends the wait, says when it opens, and asks for the hours anew", () => {
    const run = waiting().session(snapshot(endedContact("ring_closed")));
    const { stage } = run.state.visit;
    expect(run.effects).toEqual([{ do: "load_catalogue" }]);
    expect(stage.kind === "goodbye" && endingOf(stage)).toBe("ring_closed");
    expect(stage).toMatchObject({ about: { service: { id: "kela-asumistuki" } }, until: run.now + GOODBYE_FAILED });
    expect(run.wait(GOODBYE_FAILED).screen).toBe("language");
  });
});

describe("an offer that passes on", () => {
  const rung = (): Run => waiting({ place: 1 }).session(snapshot(contact("offered")));

  it("is told as a call to an expert, with nothing to estimate", () => {
    expect(told(rung())).toMatchObject({ headline: "ringing", place: 1, estimate: null, askedBefore: false });
  });

  it("says nothing of the closing until it goes back to the queue", () => {
    const queue = { place: 1, closing: closing({ served: false, chance: 0.2 }) };
    const ringing = waiting(queue).session(snapshot(contact("offered", { queue })));
    expect(told(ringing)).toMatchObject({ headline: "ringing", estimate: null, closing: null });
    const passedOn = ringing.session(snapshot(contact("waiting", { queue })));
    expect(told(passedOn)).toMatchObject({ headline: "passed_on", estimate: null, closing: null });
    expect(told(passedOn.wait(PASSED_ON_SHOWN)).closing?.prospect).toBe("unlikely");
  });

  it("stays calm between two experts", () => {
    const run = rung().session(snapshot(contact("waiting")));
    expect(told(run)).toMatchObject({ headline: "passed_on", place: 1, estimate: null, askedBefore: true });
    expect(told(run.wait(500).session(snapshot(contact("offered"))))).toMatchObject({
      headline: "ringing",
      askedBefore: true,
    });
  });

  it("goes back to the queue when nobody else is rung at once", () => {
    const run = rung()
      .session(snapshot(contact("waiting", { queue: { place: 1 } })))
      .wait(PASSED_ON_SHOWN);
    expect(told(run)).toMatchObject({
      headline: "queueing",
      place: 1,
      askedBefore: true,
      estimate: { kind: "minutes" },
    });
  });

  it("is no expert's doing when this device was away", () => {
    const run = rung()
      .session(snapshot(contact("held")))
      .session(snapshot(contact("waiting")));
    expect(told(run)).toMatchObject({ headline: "queueing", askedBefore: false });
  });
});
