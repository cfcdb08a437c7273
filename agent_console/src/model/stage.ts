/**
 * What stands on the stage: the one place where the expert's eye rests.
 *
 *     nothing → ringing → answering → call → wrap_up → nothing
 *                                     call → summary → nothing      when there is no time for finishing
 *               ringing → offer_gone → nothing                      the customer left, another answered, nobody did
 *
 * The server keeps the latest offer and call after their end, without the matter. So the page remembers what it has
 * itself seen alive: only that is worth telling the end of, and only its matter can still be named. After a reload
 * the memory is empty, and an offer or call that had ended before is passed over in silence.
 */

import type { CallOutcome, CallView, MatterView, OfferView, StaffSnapshot, WrapUpView } from "@palvelurinki/call_kit";

/** An offer that this page has seen ringing. */
interface SeenOffer {
  readonly id: string;
  readonly contact: string;
  readonly matter: MatterView | null;
}

/** A call that this page has seen alive. */
interface SeenCall {
  readonly id: string;
  readonly matter: MatterView | null;
}

/**
 * Why an offer stopped ringing without being answered here. A conflict of interest stands apart from other reasons for
 * declining, for that customer is never offered to the person again. The words after it are the server's reasons.
 */
export type GoneReason =
  | "missed"
  | "declined"
  | "conflict_of_interest"
  | "customer_left"
  | "terminal_away"
  | "console_lost"
  | "line_failed"
  | "moved"
  | "answered_elsewhere";

/** An offer that went without an answer. `at`: when this page learned of it, ms since the epoch by the server's clock. */
export interface GoneOffer {
  readonly id: string;
  readonly why: GoneReason;
  readonly matter: MatterView | null;
  readonly at: number;
  /** It stopped while the person was choosing why they do not take it. */
  readonly unconfirmed: boolean;
}

/** A call that has ended. `seconds`: how long picture and sound were there, 0 when they never were. */
export interface EndedCall {
  readonly id: string;
  readonly outcome: CallOutcome | null;
  readonly matter: MatterView | null;
  readonly seconds: number;
}

export interface Memory {
  readonly offer: SeenOffer | null;
  readonly call: SeenCall | null;
  readonly gone: GoneOffer | null;
  readonly ended: EndedCall | null;
  /** The last call is being finished: when that is over, its end has been read. */
  readonly wrapUp: WrapUpView | null;
  /** When the last call, or the finishing of it, was over: ms since the epoch. Null when this page knows of none. */
  readonly freeSince: number | null;
}

export const EMPTY_MEMORY: Memory = {
  offer: null,
  call: null,
  gone: null,
  ended: null,
  wrapUp: null,
  freeSince: null,
};

export type Stage =
  | { readonly kind: "nothing" }
  | { readonly kind: "ringing"; readonly offer: OfferView; readonly matter: MatterView }
  | { readonly kind: "answering"; readonly matter: MatterView | null }
  | { readonly kind: "call"; readonly call: CallView; readonly matter: MatterView | null }
  | { readonly kind: "wrap_up"; readonly wrapUp: WrapUpView; readonly ended: EndedCall | null }
  | { readonly kind: "summary"; readonly ended: EndedCall }
  | { readonly kind: "offer_gone"; readonly gone: GoneOffer };

export type StageKind = Stage["kind"];

const GONE_REASONS: ReadonlySet<string> = new Set([
  "customer_left",
  "terminal_away",
  "console_lost",
  "line_failed",
  "moved",
  "answered_elsewhere",
]);

function isGoneReason(reason: string | null): reason is GoneReason {
  return reason !== null && GONE_REASONS.has(reason);
}

function goneOf(offer: OfferView, seen: SeenOffer, at: number): GoneOffer | null {
  const gone = { id: offer.id, matter: seen.matter, at, unconfirmed: false };
  switch (offer.state) {
    case "missed":
      return { ...gone, why: "missed" };
    case "declined":
      return { ...gone, why: offer.reason === "conflict_of_interest" ? "conflict_of_interest" : "declined" };
    case "withdrawn":
      return { ...gone, why: isGoneReason(offer.reason) ? offer.reason : "customer_left" };
    default:
      return null;
  }
}

function rememberOffer(memory: Memory, offer: OfferView | null, at: number): Memory {
  if (offer?.state === "ringing") {
    const seen = { id: offer.id, contact: offer.contact, matter: offer.matter };
    // Who rings now matters more than what was before.
    return { ...EMPTY_MEMORY, freeSince: memory.freeSince, offer: seen };
  }
  if (memory.offer === null || (offer?.id === memory.offer.id && offer.state === "accepted")) {
    return memory;
  }
  const gone = offer?.id === memory.offer.id ? goneOf(offer, memory.offer, at) : null;
  return { ...memory, offer: null, gone: gone ?? memory.gone };
}

function secondsOf(call: CallView): number {
  if (call.connected_at === null || call.ended_at === null) {
    return 0;
  }
  return Math.max(0, Math.round((Date.parse(call.ended_at) - Date.parse(call.connected_at)) / 1000));
}

function rememberCall(memory: Memory, call: CallView | null): Memory {
  if (call === null) {
    return memory.call === null ? memory : { ...memory, call: null };
  }
  if (call.state !== "ended") {
    return { ...EMPTY_MEMORY, freeSince: memory.freeSince, call: { id: call.id, matter: call.matter } };
  }
  // Also a call that ended before this page saw it alive, when its ringing was seen here.
  const seen = memory.call?.id === call.id ? memory.call : null;
  const rung = memory.offer?.contact === call.contact ? memory.offer : null;
  if (seen === null && rung === null) {
    return memory;
  }
  const matter = (seen ?? rung)?.matter ?? null;
  const ended = { id: call.id, outcome: call.outcome, matter, seconds: secondsOf(call) };
  return { ...memory, offer: null, call: null, ended };
}

function rememberWrapUp(memory: Memory, wrapUp: WrapUpView | null): Memory {
  return memory.wrapUp !== null && wrapUp === null ? { ...memory, wrapUp, ended: null } : { ...memory, wrapUp };
}

function rememberFree(memory: Memory, before: Memory, snapshot: StaffSnapshot, at: number): Memory {
  const ends = memory.freeSince === null ? [] : [memory.freeSince];
  // Also to a fresh page the server tells when the last call ended.
  const ended = snapshot.call?.ended_at ?? null;
  if (ended !== null) {
    ends.push(Date.parse(ended));
  }
  if (before.wrapUp !== null && memory.wrapUp === null) {
    // It may have run out while the line was lost.
    ends.push(Math.min(at, Date.parse(before.wrapUp.until)));
  }
  return ends.length === 0 ? memory : { ...memory, freeSince: Math.max(...ends) };
}

/** The memory after seeing `snapshot` at `at` (ms since the epoch, the server's clock). */
export function observe(memory: Memory, snapshot: StaffSnapshot, at: number): Memory {
  const seen = rememberCall(rememberOffer(memory, snapshot.offer, at), snapshot.call);
  return rememberFree(rememberWrapUp(seen, snapshot.presence?.wrap_up ?? null), memory, snapshot, at);
}

/** The memory after the person has read how it ended. */
export function dismiss(memory: Memory): Memory {
  return { ...memory, gone: null, ended: null };
}

/** The memory of an offer that stopped before the person had said why they do not take it. */
export function unconfirmed(memory: Memory): Memory {
  const { gone } = memory;
  return gone === null ? memory : { ...memory, gone: { ...gone, unconfirmed: true } };
}

/** What stands on the stage now. */
export function stageOf(memory: Memory, snapshot: StaffSnapshot | null): Stage {
  const call = snapshot?.call ?? null;
  if (call !== null && call.state !== "ended") {
    return { kind: "call", call, matter: call.matter };
  }
  const offer = snapshot?.offer ?? null;
  if (offer?.state === "ringing" && offer.matter !== null) {
    return { kind: "ringing", offer, matter: offer.matter };
  }
  if (offer?.state === "accepted" && memory.offer?.id === offer.id) {
    return { kind: "answering", matter: memory.offer.matter };
  }
  const wrapUp = snapshot?.presence?.wrap_up ?? null;
  if (wrapUp !== null) {
    return { kind: "wrap_up", wrapUp, ended: memory.ended };
  }
  if (memory.ended !== null) {
    return { kind: "summary", ended: memory.ended };
  }
  if (memory.gone !== null) {
    return { kind: "offer_gone", gone: memory.gone };
  }
  return { kind: "nothing" };
}
