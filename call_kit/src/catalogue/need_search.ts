/**
 * Finding a service by the words that people say at home.
 *
 * Names and needs of all three languages are searched at once, for people mix them; those of the language on the
 * screen count most. Letters are folded (kuolinpesa finds kuolinpesä), a word may be unfinished, misspelt or
 * inflected, and the end of a compound finds it too ("tuki" finds "asumistuki").
 */

import MiniSearch, { type Query } from "minisearch";
import type { CatalogueService, NamedView } from "../generated/wire";
import type { Locale } from "../words/codes";

const LOCALES: readonly Locale[] = ["fi", "sv", "en"];

// The shortest end of a compound word that is worth finding: Finnish "tuki", "raha", "lupa", "vero".
const SHORTEST_PART = 4;
// Words shorter than this are taken as they are: a letter changed in "kela" is another word.
const SHORTEST_MISSPELT = 4;
// A result this much weaker than the best one is noise beside it.
const FAINTEST = 0.18;

const WEIGHTS = { ownName: 4, ownNeeds: 3, otherName: 1.2, otherNeeds: 1, provider: 3 };
// A service whose compound only ends with the word is weaker than one that has the word itself.
const ENDING = 0.5;

const BETWEEN_WORDS = /[^\p{L}\p{N}]+/u;
const MARKS = /\p{M}/gu;

// Each text is indexed twice: by its words, and by the ends of its words. Only the words may be misspelt in the query,
// for with the ends nearly everything resembles everything.
const TEXTS = LOCALES.flatMap((language) => [`names_${language}`, `needs_${language}`] as const);
const WORDS = ["provider", ...TEXTS];
const ENDINGS = TEXTS.map((text) => `endings_of_${text}`);

type Entry = Record<"id" | "provider" | (typeof TEXTS)[number], string>;

// Words that say nothing of the matter, in sentences such as "tarvitsen apua vuokran maksuun".
const EMPTY_WORDS = new Set(
  [
    "ja tai on en ei mina minun mun haluan haluaisin tarvitsen tarvitsisin apua miten mita mista voinko saanko asia asiaa",
    "och eller jag min mitt mina vill behover hjalp med att en ett hur vad kan far for till om",
    "and or the a an i my me want need would like help with to for of how do what can get about",
  ]
    .join(" ")
    .split(" "),
);

export interface NeedSearch {
  /** The services that fit best, at most `most`, best first. Nothing for a query without letters. */
  find: (query: string, language: Locale, most: number) => CatalogueService[];
}

/** What is searched: a terminal's catalogue, or a point's. */
export interface Searched {
  readonly providers: readonly NamedView[];
  readonly services: readonly CatalogueService[];
}

export function needSearch(catalogue: Searched): NeedSearch {
  const services = new Map(catalogue.services.map((service) => [service.id, service]));
  const providers = new Map(catalogue.providers.map((provider) => [provider.id, provider]));
  const index = new MiniSearch<Entry>({
    fields: [...WORDS, ...ENDINGS],
    extractField: (indexed, field) => indexed[field.replace("endings_of_", "") as keyof Entry],
    tokenize: words,
    processTerm: (word, field) => (field?.startsWith("endings_of_") ? endings(word) : word),
    searchOptions: { tokenize: queryWords, processTerm: (word) => word, weights: { prefix: 0.7, fuzzy: 0.35 } },
  });
  for (const service of services.values()) {
    const provider = providers.get(service.provider);
    index.add(entry(service, provider ? LOCALES.map((language) => provider.names[language]).join(" ") : ""));
  }
  return {
    find(query, language, most) {
      const found = index.search({
        combineWith: "OR",
        queries: [byWords(query, language), byEndings(query, language)],
      });
      const best = found[0]?.score ?? 0;
      return found
        .filter((result) => result.score >= best * FAINTEST)
        .map((result) => services.get(result.id as string))
        .filter((service) => service !== undefined)
        .slice(0, most);
    },
  };
}

function entry(service: CatalogueService, provider: string): Entry {
  return {
    id: service.id,
    provider,
    names_fi: service.names.fi,
    names_sv: service.names.sv,
    names_en: service.names.en,
    needs_fi: service.needs.fi.join(" "),
    needs_sv: service.needs.sv.join(" "),
    needs_en: service.needs.en.join(" "),
  };
}

function byWords(query: string, own: Locale): Query {
  return {
    queries: [query],
    fields: WORDS,
    boost: { ...boosts(own, "", 1), provider: WEIGHTS.provider },
    prefix: (word) => word.length > 1,
    fuzzy: (word) => (word.length < SHORTEST_MISSPELT ? false : 0.25),
  };
}

function byEndings(query: string, own: Locale): Query {
  return {
    queries: [query],
    fields: ENDINGS,
    boost: boosts(own, "endings_of_", ENDING),
    prefix: (word) => word.length >= SHORTEST_PART,
    fuzzy: false,
  };
}

function boosts(own: Locale, before: string, weight: number): Record<string, number> {
  return Object.fromEntries(
    LOCALES.flatMap((language) => [
      [`${before}names_${language}`, weight * (language === own ? WEIGHTS.ownName : WEIGHTS.otherName)],
      [`${before}needs_${language}`, weight * (language === own ? WEIGHTS.ownNeeds : WEIGHTS.otherNeeds)],
    ]),
  );
}

function words(text: string): string[] {
  return fold(text)
    .split(BETWEEN_WORDS)
    .filter((word) => word !== "");
}

/** The words of a query; those without meaning are left out unless there are no others. */
function queryWords(query: string): string[] {
  const all = words(query);
  const meaning = all.filter((word) => !EMPTY_WORDS.has(word));
  return meaning.length > 0 ? meaning : all;
}

/** The ends of a word: "tuki" for "asumistuki". */
function endings(word: string): string[] {
  const count = Math.max(0, word.length - SHORTEST_PART);
  return Array.from({ length: count }, (_, start) => word.slice(start + 1));
}

function fold(text: string): string {
  return text.toLocaleLowerCase("fi").normalize("NFD").replaceAll(MARKS, "");
}
