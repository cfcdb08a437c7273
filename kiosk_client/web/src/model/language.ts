/** The languages of the kiosk, and how each writes days and times. All times are Finland's. */

import type { NamesView } from "@palvelurinki/call_kit";

export const languages = ["fi", "sv", "en"] as const;
export type Language = (typeof languages)[number];

/** What a kiosk speaks before anyone has chosen. */
export const FIRST_LANGUAGE: Language = "fi";

const LOCALES: Record<Language, string> = { fi: "fi-FI", sv: "sv-FI", en: "en-GB" };
const TIME_ZONE = "Europe/Helsinki";

/** Whether a contact's language is one in which this page speaks. */
export function isLanguage(code: string): code is Language {
  return (languages as readonly string[]).includes(code);
}

export function nameIn(language: Language, names: NamesView): string {
  return names[language];
}

export type Day = "today" | "tomorrow" | "later";

/** A moment as people say it. `day` and `weekday` are Finland's; `date` is without a year. */
export interface LocalMoment {
  day: Day;
  weekday: string;
  date: string;
  time: string;
}

/**
 * Tells a moment for a sentence such as "Se avautuu huomenna keskiviikkona klo 9.00".
 * The Finnish weekday is in the case that the sentence needs ("keskiviikkona").
 */
export function localMoment(language: Language, at: Date, now: Date): LocalMoment {
  return {
    day: dayOf(at, now),
    weekday: weekday(language, at),
    date: format(language, { day: "numeric", month: language === "fi" ? "numeric" : "long" }, at),
    time: format(language, { hour: "numeric", minute: "2-digit" }, at),
  };
}

function weekday(language: Language, at: Date): string {
  // Finnish has the inflected form only inside a whole date, so it is taken from one.
  const options: Intl.DateTimeFormatOptions = { weekday: "long", day: "numeric", month: "numeric" };
  const parts = new Intl.DateTimeFormat(LOCALES[language], { ...options, timeZone: TIME_ZONE }).formatToParts(at);
  return parts.find((part) => part.type === "weekday")?.value ?? "";
}

function dayOf(at: Date, now: Date): Day {
  const days = civilDay(at) - civilDay(now);
  if (days === 0) {
    return "today";
  }
  return days === 1 ? "tomorrow" : "later";
}

/** The number of a day in Finland, counted from 1.1.1970: clock changes do not matter to it. */
function civilDay(at: Date): number {
  const iso = new Intl.DateTimeFormat("sv-SE", { timeZone: TIME_ZONE }).format(at);
  return Date.parse(`${iso}T00:00:00Z`) / 86_400_000;
}

function format(language: Language, options: Intl.DateTimeFormatOptions, at: Date): string {
  return new Intl.DateTimeFormat(LOCALES[language], { ...options, timeZone: TIME_ZONE }).format(at);
}
