/** The camera and the microphone of this workplace: whether calls can be taken with them. */

import type { LocalMediaState, MediaFailure, StaffSnapshot } from "@palvelurinki/call_kit";
import type { StageKind } from "./stage";

export interface Devices {
  readonly stream: MediaStream | null;
  readonly failure: MediaFailure | null;
  readonly audioOn: boolean;
  readonly videoOn: boolean;
  /** False once both have failed: who can be neither heard nor seen cannot answer. While they open, one can. */
  readonly canAnswer: boolean;
  /** `unopened`: not asked for yet. `partial`: one of the two is missing. */
  readonly state: "unopened" | "working" | "partial" | "failed";
}

export function devicesOf(local: LocalMediaState): Devices {
  const { stream, failure, audioOn, videoOn } = local;
  const base = { stream, failure, audioOn, videoOn, canAnswer: stream !== null || failure === null };
  if (stream === null) {
    return { ...base, state: failure === null ? "unopened" : "failed" };
  }
  return { ...base, state: failure === null ? "working" : "partial" };
}

/** Whether camera and microphone should be open: while calls may come, ring or go on. */
export function devicesWanted(snapshot: StaffSnapshot | null, stage: StageKind): boolean {
  return snapshot?.presence?.state === "ready" || stage === "ringing" || stage === "answering" || stage === "call";
}
