/** Brings the words to the views. The language is kept in this browser; changing it loses nothing on the screen. */

import { type Words as CommonWords, words as common } from "@palvelurinki/call_kit/words";
import i18next, { type InitOptions, type i18n } from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";
import { LANGUAGES, type Language } from "../model/time";
import { en } from "./en";
import { fi, type Words } from "./fi";
import { sv } from "./sv";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "console";
    resources: { console: Words; common: CommonWords };
  }
}

const STORED = "palvelurinki.console.language";

export function isLanguage(value: unknown): value is Language {
  return LANGUAGES.some((language) => language === value);
}

/** The language chosen before, else the browser's if it is one of ours, else Finnish. */
export function firstLanguage(stored: string | null, preferred: readonly string[]): Language {
  if (isLanguage(stored)) {
    return stored;
  }
  return preferred.map((each) => each.slice(0, 2)).find(isLanguage) ?? "fi";
}

/** All the words, spoken in one language at first. */
export function wordsIn(lng: Language) {
  return {
    lng,
    supportedLngs: LANGUAGES,
    fallbackLng: false,
    defaultNS: "console",
    ns: ["console", "common"],
    resources: {
      fi: { console: fi, common: common.fi },
      sv: { console: sv, common: common.sv },
      en: { console: en, common: common.en },
    },
    // React escapes what it renders.
    interpolation: { escapeValue: false },
  } as const satisfies InitOptions;
}

/** Ready at once: the words are part of the program. */
export async function prepareWords(language?: Language): Promise<i18n> {
  const lng = language ?? firstLanguage(globalThis.localStorage.getItem(STORED), globalThis.navigator.languages);
  await i18next.use(initReactI18next).init(wordsIn(lng));
  document.documentElement.lang = lng;
  return i18next;
}

export async function chooseLanguage(language: Language): Promise<void> {
  globalThis.localStorage.setItem(STORED, language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

/** The translator, and the language that it speaks. */
export function useWords() {
  const { t, i18n: translator } = useTranslation(["console", "common"]);
  const language: Language = isLanguage(translator.language) ? translator.language : "fi";
  return { t, language };
}
