/** What a transition returns, and the small changes of which transitions are made. */

import type { TerminalSnapshot } from "@palvelurinki/call_kit";
import type { Effect } from "./events";
import { type KioskState, newVisit, type Visit } from "./state";

export interface Outcome {
  state: KioskState;
  effects: Effect[];
}

export function quietly(state: KioskState): Outcome {
  return { state, effects: [] };
}

export function withEffects(state: KioskState, ...effects: Effect[]): Outcome {
  return { state, effects };
}

/** A changed visit. */
export function changed(state: KioskState, visit: Partial<Visit>): KioskState {
  return { ...state, visit: { ...state.visit, ...visit } };
}

/** Back to the first screen, with nothing of the customer left: also of what the server told last. */
export function forgotten(state: KioskState, now: number): KioskState {
  const { snapshot } = state;
  return {
    ...state,
    snapshot: snapshot && withoutEnded(snapshot),
    visit: newVisit(now),
    devices: { kind: "opening" },
    line: null,
  };
}

/** Without the contact and the call that are over. */
export function withoutEnded(snapshot: TerminalSnapshot): TerminalSnapshot {
  const { contact, call } = snapshot;
  return {
    ...snapshot,
    contact: contact?.state === "ended" ? null : contact,
    call: call?.state === "ended" ? null : call,
  };
}
