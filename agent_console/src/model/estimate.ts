/** How much longer a customer is to wait, as a supervisor reads it: a range, or why there is none. */

import { type EstimateView, estimateAt } from "@palvelurinki/call_kit";
import { type Sentence, sentence } from "./sentence";

/** `now`: ms since the epoch by the server's clock. */
export function estimateOf(view: EstimateView | null, now: number): Sentence {
  if (view === null) {
    return sentence("estimate.pending");
  }
  const left = estimateAt(view, now);
  switch (left.kind) {
    case "range":
      return left.low === left.high
        ? sentence("estimate.about", { minutes: left.low })
        : sentence("estimate.range", { low: left.low, high: left.high });
    case "less_than":
      return sentence("estimate.less_than", { minutes: left.high });
    case "at_least":
      return sentence("estimate.at_least", { minutes: left.low });
    case "overdue":
      return sentence("estimate.overdue");
    case "cannot":
      return sentence(`estimate.${left.reason}`);
  }
}
