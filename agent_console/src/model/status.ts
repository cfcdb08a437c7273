/** My status as the server knows it, and what I can do about it. */

import type { ConnectionState, PauseReason, StaffSnapshot } from "@palvelurinki/call_kit";
import type { Stage } from "./stage";

export const PAUSE_REASONS = ["break", "lunch", "other_work", "meeting"] as const satisfies readonly PauseReason[];
export type ChosenPause = (typeof PAUSE_REASONS)[number];

export type StatusKind = "ready" | "paused" | "ringing" | "in_call" | "no_line";

export interface Status {
  readonly kind: StatusKind;
  readonly reason: PauseReason | null;
  /** Since when, ms since the epoch by the server's clock. */
  readonly since: number;
  /** What happens when the call is over. Null when I am in no call. */
  readonly afterCall: "ready" | "paused" | null;
  readonly canMakeReady: boolean;
  readonly canPause: boolean;
}

/** Null for those who take no calls. `clockOffsetMs`: the server's time minus this machine's. */
export function statusOf(
  snapshot: StaffSnapshot,
  connection: ConnectionState,
  stage: Stage,
  clockOffsetMs: number,
): Status | null {
  const presence = snapshot.presence;
  if (presence === null) {
    return null;
  }
  const inCall = stage.kind === "call" || stage.kind === "answering";
  const ready = presence.state === "ready";
  const afterwards = ready ? ("ready" as const) : ("paused" as const);
  const base = {
    reason: ready ? null : presence.reason,
    afterCall: inCall ? afterwards : null,
    canMakeReady: connection.kind === "online" && !ready,
    canPause: connection.kind === "online",
  };
  if (connection.kind === "offline") {
    return { ...base, kind: "no_line", since: connection.since + clockOffsetMs };
  }
  if (stage.kind === "call") {
    return { ...base, kind: "in_call", since: Date.parse(stage.call.connected_at ?? stage.call.started_at) };
  }
  if (stage.kind === "ringing") {
    return { ...base, kind: "ringing", since: Date.parse(stage.offer.opened_at) };
  }
  return { ...base, kind: ready ? "ready" : "paused", since: Date.parse(presence.since) };
}
