/** From a live contact to the goodbye, and what the customer does there. */

import type { CallOutcome, CallView, ContactOutcome } from "@palvelurinki/call_kit";
import { aboutOf } from "./live";
import { changed, forgotten, type Outcome, quietly, withEffects } from "./outcome";
import {
  GOODBYE_FAILED,
  GOODBYE_RATED,
  GOODBYE_SERVED,
  GOODBYE_SHORT,
  type KioskState,
  MOVED_SHOWN,
  type Stage,
} from "./state";

type GoodbyeStage = Extract<Stage, { kind: "goodbye" }>;

/** The contact of the `live` stage is over with this outcome: tells so, and for how long. */
export function sayGoodbye(
  state: KioskState,
  stage: Extract<Stage, { kind: "live" }>,
  outcome: ContactOutcome,
  now: number,
): KioskState {
  const length = lengthOf(outcome);
  const { contact = null, call = null } = state.snapshot ?? {};
  return changed(state, {
    dialog: null,
    problem: null,
    touchedAt: now,
    stage: {
      kind: "goodbye",
      ending: null,
      contact: stage.contact.id,
      visit: stage.visit,
      about: aboutOf(stage.contact),
      situation: (contact?.id === stage.contact.id ? contact.situation : null) ?? stage.contact.situation,
      rating: null,
      outcome,
      callOutcome: outcomeOfCall(call, stage.contact.id),
      until: now + length,
      length,
    },
  });
}

/** How the contact's call ended, when `call` is that call and has ended. */
function outcomeOfCall(call: CallView | null, contact: string): CallOutcome | null {
  return call?.contact === contact ? call.outcome : null;
}

/** More may be known of the contact that is over: how its call ended, and what the expert has written down. */
export function learned(state: KioskState, stage: GoodbyeStage, now: number): KioskState {
  const { contact = null, call = null } = state.snapshot ?? {};
  const situation = (contact?.id === stage.contact ? contact.situation : null) ?? stage.situation;
  const news = (situation?.conclusion ?? null) !== null && (stage.situation?.conclusion ?? null) === null;
  const callOutcome = outcomeOfCall(call, stage.contact) ?? stage.callOutcome;
  const told = { ...stage, situation, callOutcome };
  return changed(state, { stage: news ? stayFor(told, GOODBYE_SERVED, now) : told });
}

/** The contact goes on at another terminal: this one keeps nothing of it. */
export function movedAway(state: KioskState, now: number): KioskState {
  const { language, contrast, large } = state.visit;
  return changed(forgotten(state, now), {
    language,
    contrast,
    large,
    stage: { kind: "moved", until: now + MOVED_SHOWN },
  });
}

/** How it went, by one press; it can be said once. */
export function rate(state: KioskState, satisfaction: number, now: number): Outcome {
  const { stage } = state.visit;
  if (stage.kind !== "goodbye" || stage.rating !== null || stage.situation?.rated === true) {
    return quietly(state);
  }
  const rated = changed(state, {
    stage: stayFor({ ...stage, rating: satisfaction }, GOODBYE_RATED, now),
    problem: null,
  });
  return withEffects(rated, { do: "rate_contact", contact: stage.contact, satisfaction });
}

/** The same customer has something else to settle: a new matter of the same visit, in the same language. */
export function chooseNextMatter(state: KioskState): Outcome {
  const { stage } = state.visit;
  if (stage.kind !== "goodbye") {
    return quietly(state);
  }
  const next = changed(state, {
    trail: [{ at: "language" }, { at: "need" }],
    query: "",
    stage: { kind: "choosing", askedAt: null },
    problem: null,
    visit: stage.visit,
  });
  return withEffects(next, { do: "load_catalogue" });
}

/** A countdown that runs begins anew; one that was stopped stays stopped. */
function stayFor(stage: GoodbyeStage, length: number, now: number): GoodbyeStage {
  const left = stage.until === null ? null : Math.max(stage.until, now + length);
  return { ...stage, until: left, length: left === null ? stage.length : left - now };
}

function lengthOf(outcome: ContactOutcome): number {
  if (outcome === "served") {
    return GOODBYE_SERVED;
  }
  return outcome === "customer_left" ? GOODBYE_SHORT : GOODBYE_FAILED;
}
