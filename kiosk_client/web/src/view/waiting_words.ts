/** What the waiting screen tells, in sentences. */

import type { ContactView, FurtherView, NamedView } from "@palvelurinki/call_kit";
import { localMoment } from "../model/language";
import type { Before } from "../model/state";
import type { ClosingTold, Minutes, Waiting } from "../model/waiting";
import type { Speech } from "./words";

/** From this many minutes on people say hours. */
const HOURS_FROM = 90;

/** What the contact is about, and whether an advisor connects it. */
export function matterIn(speech: Speech, { matter, situation }: ContactView): string | undefined {
  if (matter === null) {
    return undefined;
  }
  return situation?.by_advisor === true
    ? speech.t("waiting.connected", { matter: bothIn(speech, matter) })
    : speech.t("devices.matter", { service: speech.name(matter.service.names) });
}

/** What comes after this matter; null: nothing. */
export function nextIn(speech: Speech, further: readonly FurtherView[]): string | null {
  const [next, ...rest] = further;
  if (next === undefined) {
    return null;
  }
  const matter = bothIn(speech, next);
  return rest.length === 0
    ? speech.t("waiting.nextMatter", { matter })
    : speech.t("waiting.nextMatters", { matter, count: rest.length });
}

export function beforeIn(speech: Speech, before: Before): string {
  return speech.t("waiting.before", { matter: bothIn(speech, before), reference: before.reference });
}

/** "Kela, Asumistuki". */
function bothIn({ t, name }: Speech, { provider, service }: { provider: NamedView; service: NamedView }): string {
  return t("waiting.matter", { provider: name(provider.names), service: name(service.names) });
}

export function headlineIn({ t }: Speech, waiting: Waiting): { title: string; text: string | null } {
  const { place } = waiting;
  switch (waiting.headline) {
    case "ringing":
      return { title: t("waiting.ringing"), text: null };
    case "passed_on":
      return { title: t("waiting.passedOn"), text: null };
    case "nobody":
      return { title: t("waiting.nobody"), text: t("waiting.nobodyText") };
    case "queueing":
      return {
        title: place === null ? t("waiting.unknown") : t("waiting.place", { place }),
        text: place === 1 ? t(waiting.askedBefore ? "waiting.askedNext" : "waiting.next") : null,
      };
    case "unknown":
      return { title: t("waiting.unknown"), text: null };
    default:
      return waiting.headline satisfies never;
  }
}

/** How long it takes. `figure` is null while it is on its way: then a bar stands in its place. */
export function estimateIn(speech: Speech, waiting: Waiting): { figure: string | null; detail: string | null } {
  const { t } = speech;
  const { estimate, closing } = waiting;
  // A closing that is told says by itself that the turn may not come.
  const closingTells = closing !== null && closing.prospect !== "served";
  if (estimate === null) {
    return { figure: t("waiting.ringingText"), detail: waiting.askedBefore ? t("waiting.askedBefore") : null };
  }
  switch (estimate.kind) {
    case "pending":
      return { figure: null, detail: t("estimate.pending") };
    case "overdue":
      return { figure: t("estimate.overdue"), detail: t("estimate.overdueText") };
    case "uncertain":
      return { figure: t("estimate.uncertain"), detail: closingTells ? null : t("estimate.mayClose") };
    case "cannot":
      return {
        figure: t("estimate.cannot"),
        // Then the closing has told the reason.
        detail: estimate.reason === "not_before_closing" ? null : t(`estimate.${estimate.reason}`),
      };
    case "minutes": {
      const { minutes, grown } = estimate;
      const open = minutes.kind === "at_least" && !closingTells ? t("estimate.mayBeLong") : null;
      return {
        figure: minutesIn(speech, minutes),
        detail: grown === null ? open : t(`grew.${grown.cause ?? "unknown"}`, { count: grown.count }),
      };
    }
    default:
      return estimate satisfies never;
  }
}

function minutesIn(speech: Speech, minutes: Minutes): string {
  const { t } = speech;
  switch (minutes.kind) {
    case "less_than":
      return t("estimate.lessThan", { count: minutes.high });
    case "at_least":
      return minutes.low < HOURS_FROM
        ? t("estimate.moreThan", { count: minutes.low })
        : t("estimate.longMoreThan", { low: spanIn(speech, minutes.low) });
    case "range":
      if (minutes.low === minutes.high) {
        return t("estimate.about", { count: minutes.low });
      }
      return minutes.high < HOURS_FROM
        ? t("estimate.range", { low: minutes.low, high: minutes.high })
        : t("estimate.longRange", { low: spanIn(speech, minutes.low), high: spanIn(speech, minutes.high) });
    default:
      return minutes satisfies never;
  }
}

function spanIn({ t }: Speech, all: number): string {
  const [hours, minutes] = [Math.floor(all / 60), all % 60];
  if (hours === 0) {
    return t("estimate.spanMinutes", { minutes });
  }
  return minutes === 0 ? t("estimate.spanHours", { hours }) : t("estimate.span", { hours, minutes });
}

export function closingIn({ t, language }: Speech, { at, prospect }: ClosingTold): string {
  return t(`closing.${prospect}`, { time: localMoment(language, at, at).time });
}
