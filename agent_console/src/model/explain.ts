/**
 * One offer of a ring, explained: why this customer, why this expert, what the others lacked, and what became of it.
 *
 * Superlatives ("free for the longest") are said only where the figures bear them out: a ring asks its own members
 * before those of an overflow ring and the first levels before the later ones, and only among equals by its strategy.
 */

import type { CandidateView, ExplanationView, Lack, NamedView, RingingView, Strategy } from "@palvelurinki/call_kit";
import { DECLINE_REASONS } from "./actions";
import { type Param, type Sentence, sentence } from "./sentence";

/** An expert by name, and what there is to say of them. */
export interface About {
  readonly staff: string;
  readonly name: string;
  readonly said: readonly Sentence[];
}

export interface Explanation {
  readonly id: string;
  readonly madeAt: string;
  readonly service: NamedView;
  readonly outcome: Sentence;
  readonly outcomeKind: ExplanationView["state"];
  readonly contact: readonly Sentence[];
  readonly asked: readonly Sentence[];
  readonly chosen: readonly About[];
  readonly others: readonly About[];
  readonly became: readonly About[];
  /** The stored inputs give another choice today than they did. */
  readonly differs: boolean;
}

/** To the nearest second, as `palvelurinki explain` tells it. */
function between(from: string, to: string): Param {
  return { lasted: Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000) * 1000) };
}

function whyContact(view: ExplanationView): readonly Sentence[] {
  const said = [sentence("explain.waited", { waited: between(view.requested_at, view.made_at) })];
  if (view.head_start_s > 0) {
    said.push(sentence("explain.head_start", { head: { lasted: view.head_start_s * 1000 } }));
  }
  said.push(view.ahead === 0 ? sentence("explain.first") : sentence("explain.ahead", { count: view.ahead }));
  return said;
}

/** What the ring asked of an expert at that moment. */
function whatAsked(view: ExplanationView): readonly Sentence[] {
  const { step, unit } = view;
  const language = { language: view.language };
  const said = [sentence(step.language === "any" ? "explain.language_any" : "explain.language_required", { language })];
  if (step.unit === "serving" && unit !== null) {
    said.push(sentence("explain.unit_serving", { unit }));
  }
  if (step.level !== null) {
    said.push(sentence("explain.level_most", { level: step.level }));
  }
  if (step.skill > 1) {
    said.push(sentence("explain.skill_least", { skill: step.skill }));
  }
  if (view.early) {
    said.push(sentence("explain.step_early"));
  } else if (step.after_s > 0) {
    said.push(sentence("explain.step_late", { after: { lasted: step.after_s * 1000 } }));
  }
  return said;
}

/** Smaller comes first; the order of `domain/routing/strategies.py`. */
const ORDERS: Readonly<Record<Strategy, (candidate: CandidateView) => number>> = {
  longest_idle: (candidate) => Date.parse(candidate.idle_since),
  round_robin: (candidate) => (candidate.asked_at === null ? Number.NEGATIVE_INFINITY : Date.parse(candidate.asked_at)),
  fewest_calls: (candidate) => candidate.calls_today,
  best_skill: (candidate) => -candidate.skill,
};

type Form = "best" | "figure";

/** What the strategy goes by, of this candidate: as the best there was, or as a figure alone. */
function figureOf(view: ExplanationView, candidate: CandidateView, form: Form): Sentence {
  switch (view.strategy) {
    case "longest_idle":
      return sentence(`explain.${form}_longest_idle`, { idle: between(candidate.idle_since, view.made_at) });
    case "round_robin":
      return candidate.asked_at === null
        ? sentence(`explain.${form}_never_asked`)
        : sentence(`explain.${form}_round_robin`, { asked: between(candidate.asked_at, view.made_at) });
    case "fewest_calls":
      return sentence(`explain.${form}_fewest_calls`, { count: candidate.calls_today });
    case "best_skill":
      return sentence(`explain.${form}_best_skill`, { skill: candidate.skill });
  }
}

function whyChosen(view: ExplanationView, candidate: CandidateView): readonly Sentence[] {
  const free = view.candidates.filter((each) => each.chosen || each.lacks.length === 0);
  const rivals = free.filter((each) => each.staff !== candidate.staff);
  const ofRing = rivals.filter((each) => each.ring.id === candidate.ring.id);
  const equals = ofRing.filter((each) => each.level === candidate.level);
  const value = ORDERS[view.strategy];
  const said: Sentence[] = [];
  if (rivals.length === 0) {
    said.push(sentence("explain.only_free"));
  } else if (equals.length === 0) {
    said.push(figureOf(view, candidate, "figure"));
  } else {
    const best = equals.every((each) => value(candidate) <= value(each));
    said.push(figureOf(view, candidate, best ? "best" : "figure"));
  }
  if (ofRing.some((each) => each.level > candidate.level)) {
    said.push(sentence("explain.level_first", { level: candidate.level }));
  }
  if (candidate.ring.id !== view.ring.id) {
    said.push(sentence("explain.overflow", { ring: candidate.ring }));
  } else if (rivals.length > ofRing.length) {
    said.push(sentence("explain.own_ring_first"));
  }
  return said;
}

function lackOf(view: ExplanationView, candidate: CandidateView, lack: Lack): Sentence {
  switch (lack) {
    case "language":
      return sentence("explain.lack_language", { language: { language: view.language } });
    case "unit":
      return candidate.unit === null
        ? sentence("explain.lack_no_unit")
        : sentence("explain.lack_unit", { unit: candidate.unit });
    case "level":
      return sentence("explain.lack_level", { level: candidate.level });
    case "skill":
      return sentence("explain.lack_skill", { skill: candidate.skill, needed: view.step.skill });
    case "not_reached":
      return sentence("explain.lack_not_reached", { ring: candidate.ring });
    default:
      return sentence(`explain.lack_${lack}`);
  }
}

function whyNot(view: ExplanationView, candidate: CandidateView): readonly Sentence[] {
  if (candidate.lacks.length === 0) {
    return [sentence("explain.later"), figureOf(view, candidate, "figure")];
  }
  return candidate.lacks.map((lack) => lackOf(view, candidate, lack));
}

const WITHDRAWN = ["customer_left", "terminal_away", "console_lost", "answered_elsewhere"] as const;

function whatBecame(view: ExplanationView, ringing: RingingView): Sentence {
  switch (ringing.state) {
    case "accepted":
      return sentence("explain.accepted", { after: between(view.made_at, ringing.closed_at ?? view.made_at) });
    case "declined": {
      const reason = DECLINE_REASONS.find((each) => each === ringing.reason) ?? "other";
      return sentence(`explain.declined_${reason === "other" ? "for_another" : reason}`);
    }
    case "withdrawn": {
      const reason = WITHDRAWN.find((each) => each === ringing.reason);
      return reason === undefined ? sentence("explain.withdrawn") : sentence(`explain.withdrawn_${reason}`);
    }
    default:
      return sentence(`explain.${ringing.state}`);
  }
}

function outcomeOf(view: ExplanationView): Sentence {
  if (view.state === "accepted") {
    const who = view.ringings.find((each) => each.state === "accepted");
    return who === undefined ? sentence("explain.offer_accepted") : sentence("explain.answered_by", { name: who.name });
  }
  if (view.state === "withdrawn") {
    const reason = view.ringings.map((each) => each.reason).find((each) => each === "customer_left");
    return sentence(reason === undefined ? "explain.offer_withdrawn" : "explain.offer_left");
  }
  return sentence(`explain.offer_${view.state}`);
}

/** The offer as its supervisor reads it. */
export function explain(view: ExplanationView): Explanation {
  const about = (said: (candidate: CandidateView) => readonly Sentence[]) => (candidate: CandidateView) => ({
    staff: candidate.staff,
    name: candidate.name,
    said: said(candidate),
  });
  return {
    id: view.offer,
    madeAt: view.made_at,
    service: view.service,
    outcome: outcomeOf(view),
    outcomeKind: view.state,
    contact: whyContact(view),
    asked: whatAsked(view),
    chosen: view.candidates.filter((each) => each.chosen).map(about((each) => whyChosen(view, each))),
    others: view.candidates.filter((each) => !each.chosen).map(about((each) => whyNot(view, each))),
    became: view.ringings.map((each) => ({ staff: each.staff, name: each.name, said: [whatBecame(view, each)] })),
    differs: !view.replays,
  };
}
