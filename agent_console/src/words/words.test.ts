import { describe, expect, test } from "vitest";
import { en } from "./en";
import { fi } from "./fi";
import { firstLanguage } from "./i18n";
import { sv } from "./sv";

function flat(words: object, path = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(words)) {
    const here = path === "" ? key : `${path}.${key}`;
    if (typeof value === "string") {
      found.set(here, value);
    } else {
      for (const [inner, text] of flat(value, here)) {
        found.set(inner, text);
      }
    }
  }
  return found;
}

const PLACES = /\{\{\w+\}\}/g;

/** Swedish and English words that are right although they are the same as the Finnish ones. */
const SAME = new Set(["app.name", "stage.ringing.seconds"]);

describe.each([
  ["sv", sv],
  ["en", en],
])("%s", (_language, words) => {
  const finnish = flat(fi);
  const other = flat(words);

  test("has every word, and none is left in Finnish", () => {
    expect([...other.keys()]).toEqual([...finnish.keys()]);
    const untranslated = [...other].filter(([key, text]) => text === finnish.get(key) && !SAME.has(key));
    expect(untranslated).toEqual([]);
  });

  test("fills in the same places", () => {
    for (const [key, text] of other) {
      expect([key, text.match(PLACES)?.sort()]).toEqual([key, finnish.get(key)?.match(PLACES)?.sort()]);
    }
  });
});

test("no word is empty or stands in straight quotation marks", () => {
  for (const [key, text] of [...flat(fi), ...flat(sv), ...flat(en)]) {
    expect(text.trim(), key).not.toBe("");
    expect(text, key).not.toContain('"');
  }
});

describe("the first language", () => {
  test("is the one chosen before, else the browser's, else Finnish", () => {
    expect(firstLanguage("sv", ["en-GB"])).toBe("sv");
    expect(firstLanguage(null, ["de-DE", "sv-FI", "fi"])).toBe("sv");
    expect(firstLanguage("xx", ["de"])).toBe("fi");
  });
});
