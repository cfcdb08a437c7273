/** Puts a sentence of the models in the reader's language. */

import type { Param, Sentence } from "../../model/sentence";
import { type Language, shortDurationOf } from "../../model/time";
import { languageName, nameOf, speakerOf, type Translate } from "./words_of";

function textOf(param: Param, t: Translate, language: Language): string | number {
  if (typeof param !== "object") {
    return param;
  }
  if ("names" in param) {
    return nameOf(param, language);
  }
  if ("language" in param) {
    return languageName(param.language, t, language);
  }
  if ("speaker" in param) {
    return speakerOf(param.speaker, t);
  }
  return shortDurationOf(param.lasted, language);
}

export function say({ key, params }: Sentence, t: Translate, language: Language): string {
  const filled = Object.entries(params).map(([name, param]) => [name, textOf(param, t, language)]);
  return t(key, Object.fromEntries(filled));
}
