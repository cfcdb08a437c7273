/** What became of the matter, as the expert writes it down: during the call, or after it. */

import type { CallView, FollowUp, Resolution } from "@palvelurinki/call_kit";

/** In the order in which they are offered. */
export const RESOLUTIONS = [
  "settled",
  "started",
  "advice_given",
  "documents_missing",
  "wrong_service",
  "unfinished",
] as const satisfies readonly Resolution[];
export const FOLLOW_UPS = [
  "book_time",
  "bring_documents",
  "use_e_service",
  "contact_other",
  "wait_for_decision",
] as const satisfies readonly FollowUp[];

/** What is chosen now; `resolution` null: nothing yet. */
export interface Concluding {
  readonly call: string;
  readonly resolution: Resolution | null;
  readonly followUps: readonly FollowUp[];
}

export interface ConcludeActions {
  readonly choose: (concluding: Concluding) => void;
  readonly save: () => void;
}

/** What is chosen of this call: here, else as the server has it. */
export function concludingOf(chosen: Concluding | null, call: CallView): Concluding {
  if (chosen?.call === call.id) {
    return chosen;
  }
  const saved = call.brief?.conclusion ?? null;
  return { call: call.id, resolution: saved?.resolution ?? null, followUps: saved?.follow_ups ?? [] };
}

/** Whether the server has it all. Without a resolution there is nothing to have. */
export function isSaved(concluding: Concluding, call: CallView): boolean {
  const saved = call.brief?.conclusion ?? null;
  if (concluding.resolution === null) {
    return true;
  }
  const same = (one: readonly FollowUp[], other: readonly FollowUp[]): boolean =>
    one.length === other.length && one.every((each) => other.includes(each));
  return saved?.resolution === concluding.resolution && same(concluding.followUps, saved.follow_ups);
}

/** With `followUp` chosen, or no longer; in the order in which they are offered. */
export function toggled(concluding: Concluding, followUp: FollowUp): Concluding {
  const chosen = new Set(concluding.followUps);
  if (!chosen.delete(followUp)) {
    chosen.add(followUp);
  }
  return { ...concluding, followUps: FOLLOW_UPS.filter((each) => chosen.has(each)) };
}

/** What can be concluded now: the present call, or the one that has ended last. One that never came up has no outcome. */
export function concludable(call: CallView | null): CallView | null {
  return call !== null && call.outcome !== "not_connected" ? call : null;
}
