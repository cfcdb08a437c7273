/** A contact on the screen: how it comes there, by the customer's request or by the advisor, and what is kept of it. */

import type { ContactView } from "@palvelurinki/call_kit";
import { advisorTold, callingAfter, leftAt } from "./advisor";
import type { Effect } from "./events";
import { grownBy } from "./growth";
import { isLanguage } from "./language";
import { changed, type Outcome } from "./outcome";
import { type Before, type KioskState, newVisit, type Stage, type Visit } from "./state";

type LiveStage = Extract<Stage, { kind: "live" }>;

/** The server shows this live contact. */
export function goLive(before: KioskState, contact: ContactView, now: number): Outcome {
  const earlier = before.visit.stage;
  const known = earlier.kind === "live" && earlier.contact.id === contact.id ? earlier : null;
  const state = isOfThisVisit(before.visit, contact) ? before : brought(before, contact, now);
  const answered = contact.state === "in_call" && known?.leavingSince === null && known.contact.state !== "in_call";
  const stage = { ...liveStage(state.visit, known, contact, now), ...(answered && { answeredAt: now }) };
  const change: Partial<Visit> = { stage, idleUntil: null, takingBack: null, visit: null };
  if (known === null || answered) {
    // The question on the screen was about what has just passed.
    change.dialog = null;
    change.problem = null;
  } else if (state.visit.dialog === "help" && advisorTold(stage, now)?.kind === "here") {
    change.dialog = null;
  }
  const effects: Effect[] = answered ? [{ do: "chime" }] : [];
  const { language } = state.visit;
  if (earlier.kind === "asked" && contact.matter !== null && contact.matter.language !== language) {
    // It was changed while the page asked whether the contact goes on.
    effects.push({ do: "set_language", contact: contact.id, language });
  }
  return { state: changed(state, change), effects };
}

/** Whether the contact is that of whoever stands here: asked for, shown or asked about by this page, or come next. */
function isOfThisVisit({ stage }: Visit, { id }: ContactView): boolean {
  switch (stage.kind) {
    case "choosing":
      return stage.askedAt !== null;
    case "live":
      return stage.contact.id === id || stage.contact.situation?.further[0]?.id === id;
    case "goodbye":
      return stage.contact === id || stage.situation?.further[0]?.id === id;
    default:
      return stage.kind === "asked" && stage.contact === id;
  }
}

/** The advisor has brought it here: whatever somebody before had begun here is gone, and the screen speaks its language. */
function brought(state: KioskState, { matter }: ContactView, now: number): KioskState {
  const { language } = state.visit;
  const theirs = matter !== null && isLanguage(matter.language) ? matter.language : language;
  return { ...state, visit: { ...newVisit(now), language: theirs } };
}

function liveStage(visit: Visit, known: LiveStage | null, contact: ContactView, now: number): LiveStage {
  const passedOn = known?.contact.state === "offered" && contact.state === "waiting";
  return {
    kind: "live",
    contact,
    leavingSince: known?.leavingSince ?? null,
    answeredAt: known?.answeredAt ?? null,
    passedOnAt: passedOn ? now : (known?.passedOnAt ?? null),
    grew: grownBy(
      known?.grew ?? null,
      { before: known?.contact.queue?.estimate ?? null, after: contact.queue?.estimate ?? null },
      contact.matter?.requested_at ?? null,
      now,
    ),
    calling: callingAfter(known?.calling ?? null, contact.situation),
    advisorLeftAt: leftAt(known, contact.situation, now),
    visit: known?.visit ?? visitOf(visit) ?? contact.id,
    before: known?.before ?? beforeIn(visit.stage, contact),
  };
}

function visitOf({ stage, visit }: Visit): string | null {
  return stage.kind === "live" || stage.kind === "goodbye" ? stage.visit : visit;
}

function beforeIn(stage: Stage, contact: ContactView): Before | null {
  if (stage.kind === "live" && stage.contact.id !== contact.id) {
    return aboutOf(stage.contact);
  }
  return stage.kind === "goodbye" && stage.contact !== contact.id ? stage.about : null;
}

/** What is remembered of a contact until its visit is over. */
export function aboutOf({ matter, situation }: ContactView): Before | null {
  if (matter === null || situation === null) {
    return null;
  }
  return { provider: matter.provider, service: matter.service, reference: situation.reference };
}
