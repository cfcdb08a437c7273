/** A sentence as the models make it: which one, and with what. The views put it in the reader's language. */

import type { NamesView } from "@palvelurinki/call_kit";
import type { Words } from "../words/fi";

/** What stands in a sentence. Numbers and plain text are put in as they are. */
export type Param =
  | number
  | string
  | { readonly names: NamesView }
  /** A language by its code, by its name. */
  | { readonly language: string }
  /** Who speaks the language of this code, in the form that the sentence needs. */
  | { readonly speaker: string }
  /** A duration, ms. */
  | { readonly lasted: number };

type WithoutPlural<K extends string> = K extends `${infer Base}_one`
  ? Base
  : K extends `${infer Base}_other`
    ? Base
    : K;
type KeysOf<G extends "why" | "explain" | "estimate"> = `${G}.${WithoutPlural<keyof Words[G] & string>}`;

export type SentenceKey = KeysOf<"why"> | KeysOf<"explain"> | KeysOf<"estimate">;

export interface Sentence {
  readonly key: SentenceKey;
  readonly params: Readonly<Record<string, Param>>;
}

export function sentence(key: SentenceKey, params: Sentence["params"] = {}): Sentence {
  return { key, params };
}
