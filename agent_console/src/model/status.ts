/** My status as the server knows it, and what I can do about it. */

import type { ConnectionState, NamesView, PresenceView, StaffSnapshot } from "@palvelurinki/call_kit";
import type { Stage } from "./stage";

export type StatusKind = "ready" | "paused" | "ringing" | "in_call" | "wrap_up" | "no_line";

/** Why I am paused: the server's own reasons, or one of my provider's by its names. */
export type Reason = "arrived" | "missed" | { readonly names: NamesView };

export interface Status {
  readonly kind: StatusKind;
  readonly reason: Reason | null;
  /** Since when, ms since the epoch by the server's clock. */
  readonly since: number;
  /** What happens when the call is over. Null when I am in no call. */
  readonly afterCall: "ready" | "paused" | null;
  /** Also in a wrap-up, which it ends. */
  readonly canMakeReady: boolean;
  readonly canPause: boolean;
  readonly canExtend: boolean;
}

function reasonOf(presence: PresenceView): Reason | null {
  if (presence.state === "ready") {
    return null;
  }
  if (presence.reason === "arrived" || presence.reason === "missed") {
    return presence.reason;
  }
  return presence.reason_names === null ? null : { names: presence.reason_names };
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
  const online = connection.kind === "online";
  const afterwards = ready ? ("ready" as const) : ("paused" as const);
  const wrapUp = stage.kind === "wrap_up" ? stage.wrapUp : null;
  const base = {
    reason: reasonOf(presence),
    afterCall: inCall ? afterwards : null,
    canMakeReady: online && (!ready || wrapUp !== null),
    canPause: online,
    canExtend: online && wrapUp !== null && Date.parse(wrapUp.until) < Date.parse(wrapUp.most),
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
  if (wrapUp !== null) {
    return { ...base, kind: "wrap_up", since: Date.parse(wrapUp.since) };
  }
  return { ...base, kind: ready ? "ready" : "paused", since: Date.parse(presence.since) };
}
