import { createInstance } from "i18next";
import { beforeAll, describe, expect, test } from "vitest";
import { MATTER, OFFER, WHY, WHY_ALONE } from "../../gallery/fixtures";
import { OFFERS } from "../../gallery/offers";
import { explain } from "../../model/explain";
import type { Sentence } from "../../model/sentence";
import { LANGUAGES, type Language } from "../../model/time";
import { whyMe } from "../../model/why";
import { wordsIn } from "../../words/i18n";
import { say } from "./say";

const UNFILLED = /\{\{|undefined|\[object/;
const words = createInstance();
const swedish = { ...MATTER, language: "sv" };

function spoken(language: Language, sentences: readonly Sentence[]): string {
  const t = words.getFixedT<["console", "common"]>(language, ["console", "common"]);
  return sentences
    .map((each) => say(each, t, language))
    .join(" ")
    .replaceAll("\u00a0", " ");
}

beforeAll(async () => {
  await words.init(wordsIn("fi"));
});

describe("sentences in Finnish", () => {
  test("why me", () => {
    expect(spoken("fi", whyMe(OFFER, MATTER))).toBe(
      "Sopivia on vapaana 2. Vuoro menee pisimpään vapaana olleelle. Olit vapaana 6 min 12 s.",
    );
    expect(spoken("fi", whyMe({ ...OFFER, why: WHY_ALONE }, swedish))).toBe(
      "Sopivaa ruotsia puhuvaa ei ole paikalla, siksi soitto tulee sinulle.",
    );
    expect(spoken("fi", whyMe({ ...OFFER, why: { ...WHY, overflow: true }, others: 1 }, MATTER))).toBe(
      "Ylivuoto toisesta ringistä: Kelan etuudet. Soi yhtä aikaa 1 muulla. Nopein saa puhelun.",
    );
  });

  test("an explanation", () => {
    const [first] = OFFERS.offers.map(explain);
    expect(first && spoken("fi", first.contact)).toBe("Odotti 1 min 24 s. Oli jonon ensimmäinen.");
    expect(first?.chosen.map((each) => spoken("fi", each.said))).toEqual(["vapaana pisimpään (6 min)"]);
    expect(first?.others.map((each) => spoken("fi", each.said))).toContain(
      "kieli puuttuu: ruotsi osaaminen 1, haettiin vähintään 2",
    );
  });
});

test.each(LANGUAGES)("in %s every sentence of the gallery has its words and all that stands in them", (language) => {
  const all = OFFERS.offers
    .map(explain)
    .flatMap((each) => [
      each.outcome,
      ...each.contact,
      ...each.asked,
      ...[...each.chosen, ...each.others, ...each.became].flatMap((about) => about.said),
    ]);
  for (const each of [...all, ...whyMe(OFFER, MATTER), ...whyMe({ ...OFFER, why: WHY_ALONE }, swedish)]) {
    const text = spoken(language, [each]);
    expect(text).not.toContain(each.key);
    expect(text).not.toMatch(UNFILLED);
  }
});
