// biome-ignore-all lint/performance/noBarrelFile: the door of the package's words
import { CommandError } from "../session/types";
import type { Locale, Words } from "./codes";
import { en } from "./en";
import { fi } from "./fi";
import { sv } from "./sv";

export { edgeCodes, type KnownCode, type Locale, type Words } from "./codes";

/** The shared words: `resources: { fi: { common: words.fi, … } }` in i18next. */
export const words: Readonly<Record<Locale, Words>> = { fi, sv, en };

/** The sentence for a code, or for what a command rejected with. A code without one is told as `internal`. */
export function errorText(locale: Locale, error: unknown): string {
  const code = error instanceof CommandError ? error.code : error;
  const sentences: Readonly<Record<string, string>> = words[locale].errors;
  return (typeof code === "string" ? sentences[code] : undefined) ?? words[locale].errors.internal;
}
