/** Sentences that are put together from the words: names, moments, languages. */

import type { NamesView, RingView } from "@palvelurinki/call_kit";
import type { TFunction } from "i18next";
import { dayOf, type Language, timeOf } from "../../model/time";

export type Translate = TFunction<["console", "common"]>;

export function nameOf(thing: { readonly names: NamesView }, language: Language): string {
  return thing.names[language];
}

const KNOWN = ["fi", "sv", "en", "sme", "smn", "sms", "fse", "fss"] as const;

/** The name of a customer's language; for one that the words do not have, the browser's name for it. */
export function languageName(code: string, t: Translate, language: Language): string {
  const known = KNOWN.find((each) => each === code);
  if (known !== undefined) {
    return t(`common:languages.${known}`);
  }
  return new Intl.DisplayNames(language, { type: "language" }).of(code) ?? code;
}

/** Who speaks it, in the form in which the sentences of "why" name them. */
export function speakerOf(code: string, t: Translate): string {
  return t(`speaks.${KNOWN.find((each) => each === code) ?? "other"}`);
}

/** "klo 16.15", "huomenna klo 9.00", "maanantai klo 9.00": a moment that lies ahead. */
export function momentOf(iso: string, now: number, t: Translate, language: Language): string {
  const day = dayOf(iso, now, language);
  const time = timeOf(iso, language);
  switch (day.kind) {
    case "today":
      return t("moment.at", { time });
    case "tomorrow":
      return t("moment.at_tomorrow", { time });
    case "weekday":
      return t("moment.at_later", { day: day.name, time });
    case "date":
      return t("moment.at_later", { day: day.date, time });
  }
}

/** "huomenna klo 9.00", "maanantaina klo 9.00": when something opens. */
export function openingOf(iso: string, now: number, t: Translate, language: Language): string {
  const day = dayOf(iso, now, language);
  const time = timeOf(iso, language);
  switch (day.kind) {
    case "today":
      return t("moment.opens_today", { time });
    case "tomorrow":
      return t("moment.opens_tomorrow", { time });
    case "weekday":
      return t("moment.opens_weekday", { day: day.name, time });
    case "date":
      return t("moment.opens_later", { day: day.date, time });
  }
}

function closing(iso: string, now: number, t: Translate, language: Language): string {
  const day = dayOf(iso, now, language);
  const time = timeOf(iso, language);
  switch (day.kind) {
    case "today":
      return t("moment.closes_today", { time });
    case "tomorrow":
      return t("moment.closes_tomorrow", { time });
    case "weekday":
      return t("moment.closes_later", { day: day.name, time });
    case "date":
      return t("moment.closes_later", { day: day.date, time });
  }
}

/** "Avoinna klo 16.15 asti", "Suljettu, avautuu maanantaina klo 9.00". */
export function hoursOf(
  ring: Pick<RingView, "open" | "closes_at" | "opens_at">,
  now: number,
  t: Translate,
  language: Language,
): string {
  if (ring.open) {
    return ring.closes_at === null
      ? t("rings.open")
      : t("rings.open_until", { until: closing(ring.closes_at, now, t, language) });
  }
  return ring.opens_at === null
    ? t("rings.closed")
    : t("rings.closed_until", { until: openingOf(ring.opens_at, now, t, language) });
}

/** For the supervisor: when it closes, and what that means to those who wait then. */
export function closingOf(ring: RingView, now: number, t: Translate, language: Language): string {
  if (!ring.open) {
    return ring.waiting.length > 0 && ring.served_after_closing
      ? t("rings.closed_served")
      : hoursOf(ring, now, t, language);
  }
  if (ring.closes_at === null) {
    return t("rings.open");
  }
  const at = momentOf(ring.closes_at, now, t, language);
  return t(ring.served_after_closing ? "rings.closing_served" : "rings.closing_ends", { at });
}
