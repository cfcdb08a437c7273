/** What goes into the session's machine, and what comes out of it. */
import type { Signalled } from "../generated/wire";
import type { Answer, Outgoing } from "./pending";

export type TicketResult = { readonly ticket: string } | { readonly refused: "signed_out" | "failed" };
export type TimerName = "retry" | "connect" | "heartbeat" | "silence" | "again" | `command ${string}`;

export type Input =
  | { readonly kind: "start" | "stop" | "take_over" | "network_online" }
  | { readonly kind: "ticket"; readonly attempt: number; readonly result: TicketResult }
  | { readonly kind: "opened" | "closed"; readonly attempt: number }
  | { readonly kind: "message"; readonly attempt: number; readonly text: string }
  | { readonly kind: "timer"; readonly name: TimerName }
  | { readonly kind: "command"; readonly command: Outgoing };

export type Effect =
  | { readonly kind: "fetch_ticket" | "open" | "close"; readonly attempt: number }
  | { readonly kind: "send"; readonly text: string }
  | { readonly kind: "set_timer"; readonly name: TimerName; readonly ms: number }
  | { readonly kind: "clear_timer"; readonly name: TimerName }
  | { readonly kind: "settle"; readonly id: string; readonly answer: Answer }
  | { readonly kind: "signal"; readonly signal: Signalled };

export interface Chance {
  readonly random: () => number;
  readonly newId: () => string;
}
