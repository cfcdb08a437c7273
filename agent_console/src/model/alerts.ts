/** What calls for attention outside the page's own surface: its title and what a screen reader says at once. */

import type { MatterView } from "@palvelurinki/call_kit";
import { type GoneReason, stageOf } from "./stage";
import type { ConsoleState } from "./state";
import { wrapUpOf } from "./wrap_up";

export type Title =
  | { readonly kind: "plain" }
  | { readonly kind: "ringing" }
  | { readonly kind: "in_call" }
  /** Somebody needs the advisor. */
  | { readonly kind: "called" }
  | { readonly kind: "unread"; readonly count: number };

/**
 * The page's title at `now`, ms: while it rings it changes every second, for the tab blinks with it. `called`: somebody
 * needs this advisor.
 */
export function titleOf(state: ConsoleState, now: number, called = false): Title {
  const stage = stageOf(state.memory, state.snapshot);
  const blink = Math.floor(now / 1000) % 2 === 0;
  if (stage.kind === "ringing") {
    return blink ? { kind: "ringing" } : { kind: "plain" };
  }
  if (called) {
    return blink ? { kind: "called" } : { kind: "plain" };
  }
  if (stage.kind === "call") {
    return { kind: "in_call" };
  }
  return state.unread > 0 ? { kind: "unread", count: state.unread } : { kind: "plain" };
}

export type Announcement =
  | { readonly kind: "ringing"; readonly matter: MatterView }
  | { readonly kind: "gone"; readonly why: GoneReason }
  | { readonly kind: "call_ended" }
  | { readonly kind: "wrap_up" }
  | { readonly kind: "wrap_up_nearly_over"; readonly atMost: boolean }
  | { readonly kind: "line_lost"; readonly inCall: boolean };

/** What is to be said at `now` (ms, the server's clock), or null. It stays for as long as it holds: it is said once. */
export function announcementOf(state: ConsoleState, now: number): Announcement | null {
  const stage = stageOf(state.memory, state.snapshot);
  if (state.connection.kind === "offline") {
    return { kind: "line_lost", inCall: stage.kind === "call" };
  }
  switch (stage.kind) {
    case "ringing":
      return { kind: "ringing", matter: stage.matter };
    case "offer_gone":
      return { kind: "gone", why: stage.gone.why };
    case "wrap_up": {
      const { nearlyOver, atMost } = wrapUpOf(stage.wrapUp, now);
      return nearlyOver ? { kind: "wrap_up_nearly_over", atMost } : { kind: "wrap_up" };
    }
    case "summary":
      return { kind: "call_ended" };
    default:
      return null;
  }
}
