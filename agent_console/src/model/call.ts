/** The state of the line to the customer, for words. */

import type { CallView, RemotePeer, SeatView } from "@palvelurinki/call_kit";

/**
 * `away`: the customer's device has lost its signalling; its picture and sound go on. `gone`: they have stopped too, for
 * it was loaded anew or has no power.
 */
export type CallLine = "connecting" | "connected" | "interrupted" | "failed" | "away" | "gone";

export function lineOf(call: CallView, customer: RemotePeer | undefined): CallLine {
  if (customersSeat(call)?.state === "away") {
    return customer?.connection === "connected" ? "away" : "gone";
  }
  return customer?.connection ?? "connecting";
}

/** How much longer the customer may come back, in ms; null while they are there. */
export function placeKeptFor(call: CallView, now: number): number | null {
  const until = customersSeat(call)?.away_until ?? null;
  return until === null ? null : Math.max(0, Date.parse(until) - now);
}

function customersSeat(call: CallView): SeatView | undefined {
  return call.seats.find((seat) => seat.kind === "terminal");
}
