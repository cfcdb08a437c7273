import { describe, expect, it } from "vitest";
import { errorCodes } from "../generated/errors";
import { CommandError } from "../session/types";
import { edgeCodes, errorText, type Locale, words } from "./index";

const LOCALES: readonly Locale[] = ["fi", "sv", "en"];

/** Every key with its sentence, "errors/offer.expired". */
function sentences(part: object, path = ""): [string, string][] {
  return Object.entries(part).flatMap(([key, value]: [string, unknown]) => {
    const here = path ? `${path}/${key}` : key;
    return typeof value === "string" ? [[here, value]] : sentences(value as object, here);
  });
}

describe.each(LOCALES)("the words in %s", (locale) => {
  it.each([...errorCodes, ...edgeCodes, "offline"])("have a sentence for %s", (code) => {
    const sentence = errorText(locale, new CommandError(code, "for developers"));
    expect(sentence.endsWith(".")).toBe(true);
    expect(sentence).not.toContain(code);
    if (code !== "internal") {
      expect(sentence).not.toBe(words[locale].errors.internal);
    }
  });

  it("say the same things as the Finnish ones", () => {
    expect(sentences(words[locale]).map(([path]) => path)).toEqual(sentences(words.fi).map(([path]) => path));
    expect(sentences(words[locale]).filter(([, sentence]) => sentence.trim() !== sentence || !sentence)).toEqual([]);
  });

  it("have something to say to what nobody foresaw", () => {
    expect(errorText(locale, new TypeError("x is undefined"))).toBe(words[locale].errors.internal);
    expect(errorText(locale, "weather.bad")).toBe(words[locale].errors.internal);
  });
});

it("no sentence was left in another language", () => {
  const [fi, sv, en] = LOCALES.map((locale) => new Map(sentences(words[locale])));
  const same = [...(fi ?? [])].filter(([path, text]) => text === sv?.get(path) || text === en?.get(path));
  expect(same).toEqual([]);
});
