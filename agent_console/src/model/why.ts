/** Why an offer came to me, in one or two sentences: how the ring came to me, and in what order it asks. */

import type { ChoiceView, MatterView, OfferView } from "@palvelurinki/call_kit";
import { type Sentence, sentence } from "./sentence";

/** A step that was not the ring's first one: its requirements had been eased, before their time or by waiting. */
function eased(why: ChoiceView, matter: MatterView): Sentence | null {
  const { step, early } = why;
  const after = { lasted: step.after_s * 1000 };
  if (why.language_eased) {
    const speaker = { speaker: matter.language };
    if (early) {
      return sentence("why.early_language", { speaker });
    }
    return step.after_s > 0 ? sentence("why.late_language", { speaker, after }) : null;
  }
  if (early) {
    return sentence("why.eased_early");
  }
  return step.after_s > 0 ? sentence("why.eased_late", { after }) : null;
}

function howMany(why: ChoiceView): Sentence {
  if (why.suitable === 1) {
    return sentence("why.alone");
  }
  if (why.free === 1) {
    return sentence("why.only_free", { suitable: why.suitable });
  }
  return sentence("why.among", { free: why.free });
}

/** The ring's order, with my figure in it. It claims no more: a member of an earlier level comes first in any order. */
function order(why: ChoiceView, at: number): Sentence {
  switch (why.strategy) {
    case "longest_idle":
      return sentence("why.longest_idle", { idle: { lasted: Math.max(0, at - Date.parse(why.idle_since)) } });
    case "best_skill":
      return sentence("why.best_skill", { skill: why.skill });
    default:
      return sentence(`why.${why.strategy}`);
  }
}

/** One or two sentences; none when the server does not tell why. */
export function whyMe(offer: OfferView, matter: MatterView): readonly Sentence[] {
  const { why, others } = offer;
  if (why === null) {
    return [];
  }
  const came = why.overflow ? sentence("why.overflow", { ring: matter.ring }) : eased(why, matter);
  const found = [came ?? howMany(why)];
  if (others > 0) {
    found.push(sentence("why.others", { count: others }));
  } else if (why.free > 1) {
    // How long I had been free is of the moment when it was decided: while it rings I am not free.
    found.push(order(why, Date.parse(offer.opened_at)));
  }
  return found;
}
