/**
 * The question whether the contact of the page before goes on: a page that was loaded anew cannot know who stands
 * before it. The server tells nothing of the matter until somebody says that it is theirs, so nor can the screen.
 */

import type { ContactOutcome, ContactView, ToContinueView } from "@palvelurinki/call_kit";
import type { Effect } from "./events";
import { isLanguage } from "./language";
import { changed, forgotten, type Outcome, quietly, withEffects } from "./outcome";
import { GOODBYE_FAILED, type KioskState, LEAVING_PATIENCE, type Stage } from "./state";

type AskedStage = Extract<Stage, { kind: "asked" }>;

export type ContactToContinue = ContactView & { to_continue: ToContinueView };

/** A contact that ended so shortly before its time is taken to have run out of it: clocks and answers differ. */
export const RAN_OUT_WITHIN = 2000;

/** The server asks whether the contact goes on. */
export function ask(state: KioskState, contact: ContactToContinue, now: number): Outcome {
  const asks = contact.to_continue;
  const { visit } = state;
  if (isOwn(visit.stage, contact)) {
    return takeBack(state, contact.id);
  }
  const known = visit.stage.kind === "asked" && visit.stage.contact === contact.id ? visit.stage : null;
  const until = asks.until === null ? null : new Date(asks.until).getTime() - state.clockOffsetMs;
  const stage: AskedStage = {
    kind: "asked",
    contact: contact.id,
    until,
    length: known !== null && known.until !== null ? known.length : Math.max(1000, (until ?? now) - now),
    answer: known?.answer ?? null,
    answeredAt: known?.answeredAt ?? null,
  };
  // Nobody has chosen a language here yet: then the one in which the customer had read.
  const isFresh = visit.stage.kind === "choosing" && visit.trail.length === 1;
  const language = isFresh && isLanguage(asks.language) ? asks.language : visit.language;
  const change = known === null ? { dialog: null, problem: null } : {};
  return quietly(changed(state, { ...change, stage, language, idleUntil: null, takingBack: null }));
}

export function isToContinue(contact: ContactView): contact is ContactToContinue {
  return contact.to_continue !== null;
}

/** What this page itself asked for, or has shown as its own all the while. */
function isOwn(stage: Stage, contact: ContactView): boolean {
  return stage.kind === "live" ? stage.contact.id === contact.id : stage.kind === "choosing" && stage.askedAt !== null;
}

function takeBack(state: KioskState, contact: string): Outcome {
  if (state.visit.takingBack === contact) {
    return quietly(state);
  }
  return withEffects(changed(state, { takingBack: contact }), { do: "continue_contact", contact });
}

/** Whoever stands here has answered. */
export function answer(state: KioskState, given: "continue" | "start_over", now: number): Outcome {
  const { stage } = state.visit;
  if (stage.kind !== "asked" || stage.answer !== null) {
    return quietly(state);
  }
  const next = changed(state, { stage: { ...stage, answer: given, answeredAt: now }, problem: null, dialog: null });
  const command: Effect = { do: given === "continue" ? "continue_contact" : "leave_contact", contact: stage.contact };
  // Browsers let a page sound only after a touch, and this was one.
  return withEffects(next, { do: "ready_chime" }, command);
}

/** There is nothing left to ask about. Whoever started over does; else it is told, unless the time has run out. */
export function isOver(state: KioskState, stage: AskedStage, outcome: ContactOutcome | null, now: number): KioskState {
  const ranOut = stage.until !== null && now >= stage.until - RAN_OUT_WITHIN;
  if (stage.answer === "start_over" || (stage.answer === null && ranOut)) {
    return forgotten(state, now);
  }
  return changed(state, {
    dialog: null,
    problem: null,
    touchedAt: now,
    stage: {
      kind: "goodbye",
      ending: "too_late",
      contact: stage.contact,
      visit: stage.contact,
      about: null,
      situation: null,
      rating: null,
      outcome: outcome ?? "terminal_lost",
      callOutcome: null,
      until: now + GOODBYE_FAILED,
      length: GOODBYE_FAILED,
    },
  });
}

/**
 * The time has run out while the server is out of reach, or whoever starts over has waited long enough for the server's
 * word: nobody is left before a question that has no answer.
 */
export function runOut(state: KioskState, stage: AskedStage, now: number): KioskState {
  if (stage.answer === "start_over" && stage.answeredAt !== null && now - stage.answeredAt >= LEAVING_PATIENCE) {
    return forgotten(state, now);
  }
  const over = stage.until !== null && now >= stage.until + RAN_OUT_WITHIN;
  return over && state.lostSince !== null ? forgotten(state, now) : state;
}
