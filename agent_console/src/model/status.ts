/** My status as the server knows it, and what I can do about it. */

import type { NamesView, PresenceView } from "@palvelurinki/call_kit";
import type { Memory, Stage } from "./stage";
import type { ConsoleState } from "./state";

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

/** The server counts a state from when it was chosen, also over a call: for the person it begins when they came free. */
function freeOrChosen(presence: PresenceView, memory: Memory): number {
  return Math.max(Date.parse(presence.since), memory.freeSince ?? 0);
}

/** On this stage; null for those who take no calls, and before the server has told anything. */
export function statusOf(state: ConsoleState, stage: Stage): Status | null {
  const { snapshot, connection, memory, clockOffsetMs } = state;
  const presence = snapshot?.presence ?? null;
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
  return { ...base, kind: ready ? "ready" : "paused", since: freeOrChosen(presence, memory) };
}
