/** What the waiting screen tells: one headline, the queue to draw, how long, and whether it closes. No number is invented. */

import { type ClosingView, type EstimateNow, estimateAt, type QueueView } from "@palvelurinki/call_kit";
import { GROWTH_SHOWN, type Grown } from "./growth";
import { localMoment } from "./language";
import type { KioskState, Stage } from "./state";

/** How long the screen still says that an expert is looked for when one could not answer: the next is rung at once. */
export const PASSED_ON_SHOWN = 4000;
/** From when on before closing it is told. */
export const CLOSING_SOON = 3_600_000;
/** Below these chances a customer is told that the turn may not come, and that it probably will not. */
const SURE_CHANCE = 0.8;
const EVEN_CHANCE = 0.5;

export interface Waiting {
  /**
   * - `ringing`: an expert's console rings now.
   * - `passed_on`: the expert who was rung could not answer, a moment ago.
   * - `nobody`: no expert of the ring is on duty.
   * - `queueing`: experts are on duty and the place is known.
   * - `unknown`: nothing is known yet.
   */
  headline: "ringing" | "passed_on" | "nobody" | "queueing" | "unknown";
  place: number | null;
  onDuty: number | null;
  /** Whether an expert has been rung before and could not answer. */
  askedBefore: boolean;
  /** Null while an expert is being rung: then there is nothing to estimate. */
  estimate: EstimateTold | null;
  /** Null while an expert is being rung too: the turn has come. */
  closing: ClosingTold | null;
  /** `lost`: the server is out of reach. `held`: it is reached again and the place is being taken back. */
  line: "fine" | "lost" | "held";
}

export type EstimateTold =
  /** The first estimate is on its way. */
  | { kind: "pending" }
  | { kind: "minutes"; minutes: Minutes; grown: Grown | null }
  /** The turn may come soon, or the ring may close before: no number says that. */
  | { kind: "uncertain" }
  /** The wait has outlasted its estimate; the next one is on its way. */
  | { kind: "overdue" }
  /** `long`: it may take until after closing, and the customer is served all the same or the closing is not known. */
  | { kind: "cannot"; reason: "nobody_on_duty" | "nobody_can_take" | "not_before_closing" | "long" };

export type Minutes = Extract<EstimateNow, { kind: "range" | "less_than" | "at_least" }>;

/**
 * - `served`: who waits at closing is served all the same.
 * - `ended`: who waits then is not; the turn should come before.
 * - `doubtful`, `unlikely`: how well that looks.
 */
export interface ClosingTold {
  at: Date;
  prospect: "served" | "ended" | "doubtful" | "unlikely";
}

export function waitingOf(state: KioskState, stage: Extract<Stage, { kind: "live" }>, now: number): Waiting {
  const { contact, passedOnAt } = stage;
  const { queue } = contact;
  const rung = contact.state === "offered";
  const passedOn = !rung && passedOnAt !== null && now - passedOnAt < PASSED_ON_SHOWN;
  // Then the turn has come: how long it takes, or that it may not come before closing, would contradict that.
  const isTurn = rung || passedOn;
  const serverNow = now + state.clockOffsetMs;
  return {
    headline: headlineOf({ rung, passedOn }, queue),
    // Whom an expert is being rung for is next, whoever has a place before that is being kept.
    place: isTurn ? 1 : (queue?.place ?? null),
    onDuty: queue?.on_duty ?? null,
    askedBefore: passedOnAt !== null,
    estimate: isTurn ? null : estimateTold(queue, freshOnly(stage.grew, now), serverNow),
    closing: isTurn || queue === null ? null : closingTold(queue, serverNow),
    line: lineOf(state, contact.state === "held"),
  };
}

function headlineOf(asked: { rung: boolean; passedOn: boolean }, queue: QueueView | null): Waiting["headline"] {
  if (asked.rung) {
    return "ringing";
  }
  if (asked.passedOn) {
    return "passed_on";
  }
  if (queue === null) {
    return "unknown";
  }
  return isUnstaffed(queue) ? "nobody" : "queueing";
}

/** Nobody of the ring is on duty, and no other ring is known to help out. */
function isUnstaffed({ on_duty, estimate }: QueueView): boolean {
  return on_duty === 0 && (estimate === null || estimate.cannot === "nobody_on_duty");
}

function freshOnly(grown: Grown | null, now: number): Grown | null {
  return grown !== null && now - grown.at < GROWTH_SHOWN ? grown : null;
}

function estimateTold(queue: QueueView | null, grown: Grown | null, serverNow: number): EstimateTold {
  const estimate = queue?.estimate ?? null;
  if (queue === null || estimate === null) {
    const unstaffed = queue !== null && isUnstaffed(queue);
    return unstaffed ? { kind: "cannot", reason: "nobody_on_duty" } : { kind: "pending" };
  }
  const told = estimateAt(estimate, serverNow);
  switch (told.kind) {
    case "range":
    case "less_than":
    case "at_least":
      return { kind: "minutes", minutes: told, grown };
    case "overdue":
      return { kind: estimate.p80_s === null ? "uncertain" : "overdue" };
    case "cannot":
      return cannotTold(queue, told.reason, serverNow);
    default:
      return told satisfies never;
  }
}

function cannotTold(
  queue: QueueView,
  reason: Extract<EstimateNow, { kind: "cannot" }>["reason"],
  serverNow: number,
): EstimateTold {
  if (reason === "nobody_on_duty" && queue.on_duty > 0) {
    // Somebody has come on duty since: the next estimate counts them.
    return { kind: "pending" };
  }
  if (reason === "not_before_closing" && closingTold(queue, serverNow)?.prospect !== "unlikely") {
    return { kind: "cannot", reason: "long" };
  }
  return { kind: "cannot", reason };
}

/** The closing, once it is near, or earlier on the same day when it stands in the way of the customer's turn. */
function closingTold({ closing, estimate }: QueueView, serverNow: number): ClosingTold | null {
  if (closing === null) {
    return null;
  }
  const at = new Date(closing.at);
  const left = at.getTime() - serverNow;
  // Where nobody takes the contact, it is not the closing that stands in the way.
  const untaken = estimate?.cannot === "nobody_on_duty" || estimate?.cannot === "nobody_can_take";
  const inTheWay = estimate !== null && estimate.p80_s === null && !untaken && isLaterToday(at, serverNow);
  if (left <= 0 || (left > CLOSING_SOON && !inTheWay)) {
    return null;
  }
  if (untaken) {
    // Nor can anybody promise then to serve all who wait.
    return { at, prospect: "unlikely" };
  }
  const hopeless = estimate?.cannot === "not_before_closing";
  return { at, prospect: closing.served ? "served" : prospectOf(closing, hopeless) };
}

function isLaterToday(at: Date, serverNow: number): boolean {
  return localMoment("fi", at, new Date(serverNow)).day === "today";
}

function prospectOf({ chance }: ClosingView, hopeless: boolean): ClosingTold["prospect"] {
  if (hopeless) {
    return "unlikely";
  }
  if (chance === null || chance >= SURE_CHANCE) {
    return "ended";
  }
  return chance < EVEN_CHANCE ? "unlikely" : "doubtful";
}

function lineOf(state: KioskState, held: boolean): Waiting["line"] {
  if (state.lostSince !== null) {
    return "lost";
  }
  return held ? "held" : "fine";
}
