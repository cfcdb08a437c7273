/** The state of the line to the customer, for words. */

import type { CallView, RemotePeer, SeatView } from "@palvelurinki/call_kit";

/**
 * `away`: the customer's device has lost its signalling; its picture and sound go on. `gone`: they have stopped too, for
 * it was loaded anew or has no power. `moving`: the customer goes to another terminal of the point, which has not joined yet.
 */
export type CallLine = "connecting" | "connected" | "interrupted" | "failed" | "away" | "gone" | "moving";

export function lineOf(call: CallView, customer: RemotePeer | undefined): CallLine {
  if (isMoving(call)) {
    return "moving";
  }
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

/** The customer's seat: after a move it is that of the terminal to which they have gone. */
export function customersSeat(call: CallView): SeatView | undefined {
  const seats = call.seats.filter((seat) => seat.kind === "terminal");
  return seats.find((seat) => seat.state !== "left") ?? seats.at(-1);
}

/** Those who are in the call, or were last: a seat that the customer has left for another is no one's. */
export function peopleOf(call: CallView): readonly SeatView[] {
  const customer = customersSeat(call);
  return call.seats.filter((seat) => seat.kind !== "terminal" || seat === customer);
}

function isMoving(call: CallView): boolean {
  return customersSeat(call)?.state === "joining" && peopleOf(call).length < call.seats.length;
}
