import { describe, expect, it } from "vitest";
import { catalogue } from "../testing/catalogue";
import type { Locale } from "../words/codes";
import { needSearch } from "./need_search";

const search = needSearch(catalogue);
const MOST = 6;

function ids(query: string, language: Locale = "fi"): string[] {
  return search.find(query, language, MOST).map((service) => service.id);
}

describe("finding by need", () => {
  it.each([
    ["the name itself", "Asumistuki", "kela-asumistuki"],
    ["an unfinished word", "asumi", "kela-asumistuki"],
    ["a word of home", "vuokra", "kela-asumistuki"],
    ["an inflected word", "vuokran", "kela-asumistuki"],
    ["an inflected name", "asumistukea", "kela-asumistuki"],
    ["a misspelt name", "asumistuuki", "kela-asumistuki"],
    ["two letters changed places", "verokrotti", "vero-verokortti"],
    ["a missing letter", "toimentulotuki", "kela-toimeentulotuki"],
    ["no dots on the letters", "kuolinpesa", "vero-perinto"],
    ["several words", "isän kuolinpesä", "vero-perinto"],
    ["a whole sentence", "tarvitsen apua vuokran maksuun", "kela-asumistuki"],
    ["the end of a compound word", "kortti", "vero-verokortti"],
    ["a colloquial word", "työkkäri", "tyo-tyonhaku"],
    ["capital letters", "PASSI", "poliisi-passi"],
    ["several words of a need", "rahat loppu", "kela-toimeentulotuki"],
  ])("forgives %s", (_what, query, expected) => {
    expect(ids(query)[0]).toBe(expected);
  });

  it.each([
    ["sv", "hyra", "kela-asumistuki"],
    ["sv", "dödsbo", "vero-perinto"],
    ["sv", "bostadsbidraget", "kela-asumistuki"],
    ["en", "lost my job", "tyo-tyonhaku"],
    ["en", "passport", "poliisi-passi"],
    ["en", "inheritence", "vero-perinto"],
  ] as const)("finds in %s: %s", (language, query, expected) => {
    expect(ids(query, language)[0]).toBe(expected);
  });

  it("finds words of another language than that of the screen", () => {
    expect(ids("rent", "fi")[0]).toBe("kela-asumistuki");
    expect(ids("vuokra", "en")[0]).toBe("kela-asumistuki");
  });

  it("puts the language of the screen first when a word means two things", () => {
    // "will" is a need of legal advice in English; in Finnish it is nothing, and still found.
    expect(ids("will", "en")[0]).toBe("oikeusapu-neuvonta");
    expect(ids("pension", "sv")[0]).toBe("kela-elake");
  });

  it("finds all services of a provider that is named, at most a screenful", () => {
    const found = ids("Kela");
    expect(found).toHaveLength(6);
    expect(found.every((id) => id.startsWith("kela-"))).toBe(true);
  });

  it("finds nothing for nothing, nor for what nobody offers", () => {
    expect(ids("")).toEqual([]);
    expect(ids("   ?!")).toEqual([]);
    expect(ids("xylofoni")).toEqual([]);
  });

  it("leaves out what is only faintly like the query", () => {
    expect(ids("verokortti")).not.toContain("poliisi-passi");
    expect(ids("passi")).toEqual(["poliisi-passi"]);
  });
});
