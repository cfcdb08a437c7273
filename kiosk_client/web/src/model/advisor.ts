/** The advisor, as the customer knows of them: asked for, on the way, beside them, gone again. */

import type { AskedBy, CustomerSideView } from "@palvelurinki/call_kit";
import { changed, type Outcome, quietly, withEffects } from "./outcome";
import type { KioskState, Stage } from "./state";

/** What the customer has asked for and the server has not confirmed yet. */
export type Calling = "asked" | "taken_back";

/** How long the screen says that the advisor has gone. */
export const GONE_SHOWN = 20_000;

type LiveStage = Extract<Stage, { kind: "live" }>;

/** `here`: beside the customer. `called`: asked to come, by whom. `gone`: was here a moment ago. */
export type AdvisorTold = { kind: "here" } | { kind: "called"; by: AskedBy } | { kind: "gone" };

export function advisorTold({ contact, calling, advisorLeftAt }: LiveStage, now: number): AdvisorTold | null {
  const { attending_since: attendingSince = null, called = null } = contact.situation ?? {};
  if (attendingSince !== null) {
    return { kind: "here" };
  }
  if (calling === "asked") {
    return { kind: "called", by: "customer" };
  }
  if (called !== null && calling !== "taken_back") {
    return { kind: "called", by: called.by };
  }
  return advisorLeftAt !== null && now - advisorLeftAt < GONE_SHOWN ? { kind: "gone" } : null;
}

/** One press asks the advisor to come; where nobody can be asked through the server, the screen says how else. */
export function askHelp(state: KioskState, now: number): Outcome {
  const { stage } = state.visit;
  const shown = changed(state, { dialog: "help" });
  if (stage.kind !== "live" || stage.contact.situation === null || stage.leavingSince !== null) {
    return quietly(shown);
  }
  const told = advisorTold(stage, now);
  if (told !== null && told.kind !== "gone") {
    return quietly(shown);
  }
  const asked = changed(shown, { problem: null, stage: { ...stage, calling: "asked" } });
  return withEffects(asked, { do: "call_advisor", contact: stage.contact.id, wanted: true });
}

export function takeHelpBack(state: KioskState): Outcome {
  const { stage } = state.visit;
  const closed = changed(state, { dialog: null });
  if (stage.kind !== "live") {
    return quietly(closed);
  }
  const taken = changed(closed, { stage: { ...stage, calling: "taken_back" } });
  return withEffects(taken, { do: "call_advisor", contact: stage.contact.id, wanted: false });
}

/** What is still unconfirmed once the server's next word has come. */
export function callingAfter(calling: Calling | null, situation: CustomerSideView | null): Calling | null {
  if (situation === null || situation.attending_since !== null) {
    return null;
  }
  const confirmed = calling === "asked" ? situation.called !== null : situation.called === null;
  return confirmed ? null : calling;
}

/** When the advisor went, if they did since `known`. */
export function leftAt(known: LiveStage | null, situation: CustomerSideView | null, now: number): number | null {
  const [was, is] = [known?.contact.situation?.attending_since ?? null, situation?.attending_since ?? null];
  if (was !== null && is === null && situation !== null) {
    return now;
  }
  return is === null ? (known?.advisorLeftAt ?? null) : null;
}
