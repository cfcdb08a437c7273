/** The state of the line to the customer, for words. */

import type { CallView, RemotePeer } from "@palvelurinki/call_kit";

/** `away`: the customer's device has lost its signalling; its picture and sound may well go on. */
export type CallLine = "connecting" | "connected" | "interrupted" | "failed" | "away";

export function lineOf(call: CallView, customer: RemotePeer | undefined): CallLine {
  const seat = call.seats.find((each) => each.kind === "terminal");
  if (customer === undefined) {
    return seat?.state === "away" ? "away" : "connecting";
  }
  // Broken media weighs more than a signalling line that is away.
  if (customer.connection === "connected" && seat?.state === "away") {
    return "away";
  }
  return customer.connection;
}
