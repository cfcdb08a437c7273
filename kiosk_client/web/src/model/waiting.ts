/** What the waiting screen tells: one headline, and the queue to draw. No number that the server did not give. */

import type { KioskState, Stage } from "./state";

export interface Waiting {
  /**
   * - `ringing`: an expert's console rings now.
   * - `nobody`: no expert of the ring is on duty.
   * - `queueing`: experts are on duty and the place is known.
   * - `unknown`: nothing is known yet.
   */
  headline: "ringing" | "nobody" | "queueing" | "unknown";
  place: number | null;
  onDuty: number | null;
  /** `lost`: the server is out of reach. `held`: it is reached again and the place is being taken back. */
  line: "fine" | "lost" | "held";
}

export function waitingOf(state: KioskState, stage: Extract<Stage, { kind: "live" }>): Waiting {
  const { contact } = stage;
  const ringing = contact.state === "offered";
  return {
    headline: headlineOf(ringing, contact.queue?.on_duty ?? null),
    // Whom an expert is being rung for is next, whoever has a place before that is being kept.
    place: ringing ? 1 : (contact.queue?.place ?? null),
    onDuty: contact.queue?.on_duty ?? null,
    line: lineOf(state, contact.state === "held"),
  };
}

function headlineOf(offered: boolean, onDuty: number | null): Waiting["headline"] {
  if (offered) {
    return "ringing";
  }
  if (onDuty === null) {
    return "unknown";
  }
  return onDuty === 0 ? "nobody" : "queueing";
}

function lineOf(state: KioskState, held: boolean): Waiting["line"] {
  if (state.lostSince !== null) {
    return "lost";
  }
  return held ? "held" : "fine";
}
