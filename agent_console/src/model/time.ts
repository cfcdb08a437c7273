/** Times as people read them: in Finland's time, in the reader's language. `now` is always passed in. */

export const LANGUAGES = ["fi", "sv", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

const LOCALES: Record<Language, string> = { fi: "fi-FI", sv: "sv-FI", en: "en-GB" };
const ZONE = "Europe/Helsinki";
const DAY_MS = 24 * 60 * 60 * 1000;

/** A duration as a clock, "0:07", "12:30", "1:02:30". A negative one reads as zero: the clocks differ by a little. */
export function clockOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3600);
  const tail = String(seconds % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

type UnitName = "hour" | "minute" | "second";

function unit(value: number, name: UnitName, language: Language, unitDisplay: "long" | "short" = "long"): string {
  return new Intl.NumberFormat(LOCALES[language], { style: "unit", unit: name, unitDisplay }).format(value);
}

/** A duration in words, "3 minuuttia 20 sekuntia"; seconds are left out from an hour on. */
export function durationOf(ms: number, language: Language): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts: string[] = [];
  if (seconds >= 3600) {
    parts.push(unit(Math.floor(seconds / 3600), "hour", language));
  }
  if (seconds >= 60 && Math.floor(seconds / 60) % 60 > 0) {
    parts.push(unit(Math.floor(seconds / 60) % 60, "minute", language));
  }
  if (seconds < 3600 && (seconds % 60 > 0 || parts.length === 0)) {
    parts.push(unit(seconds % 60, "second", language));
  }
  return parts.join(" ");
}

/** A duration in short, "45 s", "1 min 24 s", "12 min"; from ten minutes on without seconds. */
export function shortDurationOf(ms: number, language: Language): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const parts: string[] = [];
  if (hours > 0) {
    parts.push(unit(hours, "hour", language, "short"));
  }
  if (minutes > 0) {
    parts.push(unit(minutes, "minute", language, "short"));
  }
  if (parts.length === 0 || (seconds < 600 && seconds % 60 > 0)) {
    parts.push(unit(seconds % 60, "second", language, "short"));
  }
  // A figure is not parted from its unit at the end of a line.
  return parts.map((part) => part.replaceAll(" ", "\u00a0")).join(" ");
}

/** The time of day to the second, "9.05.07". */
export function secondOf(iso: string, language: Language): string {
  const format = new Intl.DateTimeFormat(LOCALES[language], {
    hour: "numeric",
    minute: "2-digit",
    second: "2-digit",
    timeZone: ZONE,
  });
  return format.format(Date.parse(iso));
}

/** The time of day, "9.05" in Finnish, "9:05" in English. */
export function timeOf(iso: string | number, language: Language): string {
  const format = new Intl.DateTimeFormat(LOCALES[language], { hour: "numeric", minute: "2-digit", timeZone: ZONE });
  return format.format(typeof iso === "number" ? iso : Date.parse(iso));
}

/** A moment that lies behind: the time of today, or the day with it: "9.05", "25.11. klo 9.05". */
export function pastMomentOf(iso: string, now: number, language: Language): string {
  const at = Date.parse(iso);
  if (dayNumber(at) === dayNumber(now)) {
    return timeOf(at, language);
  }
  const month = language === "en" ? "short" : "numeric";
  const year = new Date(at).getUTCFullYear() === new Date(now).getUTCFullYear() ? {} : ({ year: "numeric" } as const);
  const format = new Intl.DateTimeFormat(LOCALES[language], {
    day: "numeric",
    month,
    ...year,
    hour: "numeric",
    minute: "2-digit",
    timeZone: ZONE,
  });
  return format.format(at);
}

/** The number of the day in Finland, so that days can be counted across clock changes. */
function dayNumber(ms: number): number {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE }).format(ms);
  return Math.round(Date.parse(`${parts}T00:00:00Z`) / DAY_MS);
}

export type Day =
  | { readonly kind: "today" }
  | { readonly kind: "tomorrow" }
  | { readonly kind: "weekday"; readonly name: string }
  | { readonly kind: "date"; readonly date: string };

/** How a person names the day of `iso` at `now`: today, tomorrow, a weekday of the coming days, or a date. */
export function dayOf(iso: string, now: number, language: Language): Day {
  const at = Date.parse(iso);
  const ahead = dayNumber(at) - dayNumber(now);
  if (ahead <= 0) {
    return { kind: "today" };
  }
  if (ahead === 1) {
    return { kind: "tomorrow" };
  }
  const locale = LOCALES[language];
  if (ahead < 7) {
    return { kind: "weekday", name: new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: ZONE }).format(at) };
  }
  // In English a month in figures may be read as a day.
  const month = language === "en" ? "short" : "numeric";
  const format = new Intl.DateTimeFormat(locale, { day: "numeric", month, timeZone: ZONE });
  return { kind: "date", date: format.format(at) };
}
