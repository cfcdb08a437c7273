/** The words of the language on the screen, for every view. */

import type { NamesView } from "@palvelurinki/call_kit";
import type { TFunction } from "i18next";
import { createContext, type JSX, type ReactNode, useContext, useMemo } from "react";
import { type Language, nameIn } from "../model/language";
import { translations } from "../words";

const i18n = translations();

export interface Speech {
  language: Language;
  t: TFunction<"kiosk">;
  /** The name of a thing of the configuration. */
  name: (names: NamesView) => string;
}

/** The words of one language, for what is said in several at once. */
export function speechIn(language: Language): Speech {
  return { language, t: i18n.getFixedT(language, "kiosk"), name: (names) => nameIn(language, names) };
}

const SpeechContext = createContext<Speech>(speechIn("fi"));

export function useSpeech(): Speech {
  return useContext(SpeechContext);
}

export function Speaking({ language, children }: { language: Language; children: ReactNode }): JSX.Element {
  const speech = useMemo(() => speechIn(language), [language]);
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}
