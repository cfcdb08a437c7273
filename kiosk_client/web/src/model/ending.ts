/** From a live contact to the goodbye. */

import type { CallOutcome, CallView, ContactOutcome } from "@palvelurinki/call_kit";
import { changed } from "./outcome";
import { GOODBYE_FAILED, GOODBYE_SERVED, GOODBYE_SHORT, type KioskState, type Stage } from "./state";

/** The contact of the `live` stage is over with this outcome: tells so, and for how long. */
export function sayGoodbye(
  state: KioskState,
  stage: Extract<Stage, { kind: "live" }>,
  outcome: ContactOutcome,
  now: number,
): KioskState {
  return changed(state, {
    dialog: null,
    problem: null,
    touchedAt: now,
    stage: {
      kind: "goodbye",
      ending: null,
      contact: stage.contact.id,
      service: stage.contact.matter?.service.id ?? null,
      outcome,
      callOutcome: outcomeOfCall(state.snapshot?.call ?? null, stage.contact.id),
      until: now + lengthOf(outcome),
    },
  });
}

/** How the contact's call ended, when `call` is that call and has ended. */
export function outcomeOfCall(call: CallView | null, contact: string): CallOutcome | null {
  return call?.contact === contact ? call.outcome : null;
}

function lengthOf(outcome: ContactOutcome): number {
  if (outcome === "served") {
    return GOODBYE_SERVED;
  }
  return outcome === "customer_left" ? GOODBYE_SHORT : GOODBYE_FAILED;
}
