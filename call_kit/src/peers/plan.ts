import type { CallView, SeatView } from "../generated/wire";
import type { AnySnapshot, SessionState } from "../session/types";

/** The call that this page takes part in. `epochBefore`: its seat's epoch when the page first saw the call. */
export interface Membership {
  readonly call: string;
  readonly epochBefore: number;
}

export type Plan =
  /** There is no call, or it is no longer this page's. */
  | { readonly kind: "leave" }
  /** The page takes its own call back, whose session the server had forgotten: nothing of it is touched meanwhile. */
  | { readonly kind: "wait" }
  /** There is a call that this page has no media in yet: the epoch that the server shows is another page's. */
  | { readonly kind: "join"; readonly call: CallView; readonly membership: Membership }
  | {
      readonly kind: "follow";
      readonly call: CallView;
      readonly membership: Membership;
      readonly epoch: number;
    };

/**
 * What the session's state asks of this page's media. A state that is old because the signalling is down asks for
 * nothing new, so a call goes on as it was (I10).
 */
export function planOf({ connection, snapshot, left }: SessionState, membership: Membership | null): Plan {
  const call = snapshot?.call ?? null;
  if (call !== null && left !== null && (left === call.id || left === call.contact)) {
    // Hung up here: whatever becomes of the command, nothing is sent and nothing is heard any more.
    return { kind: "leave" };
  }
  const me = call && mySeat(call);
  // Another window goes on with the call, or the sign-in has ended: this page has no part in it any more.
  const over = connection.kind === "superseded" || connection.kind === "signed_out";
  if (membership !== null && !over && isToContinue(snapshot)) {
    return { kind: "wait" };
  }
  if (!(call && me) || over || call.state === "ended" || me.state === "left") {
    return { kind: "leave" };
  }
  if (membership?.call !== call.id) {
    return { kind: "join", call, membership: { call: call.id, epochBefore: me.epoch } };
  }
  return me.epoch > membership.epochBefore
    ? { kind: "follow", call, membership, epoch: me.epoch }
    : { kind: "join", call, membership };
}

function isToContinue(snapshot: AnySnapshot | null): boolean {
  return snapshot?.role === "terminal" && snapshot.contact !== null && snapshot.contact.to_continue !== null;
}

export function mySeat(call: CallView): SeatView | undefined {
  return call.seats.find((seat) => seat.id === call.me);
}

/** Whether a signal would reach the seat: a seat that is away hears nothing until its client is back. */
export function hears(call: CallView, seat: string): boolean {
  return call.seats.some((each) => each.id === seat && each.state === "joined");
}
