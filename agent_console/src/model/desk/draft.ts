/**
 * What the advisor is preparing for the customer before them. It lives in this page's memory alone (I8): it is stored
 * nowhere, and is gone when it has been sent, or the page is.
 */

import type { FieldsOf, IdentityCheck, PointCatalogue } from "@palvelurinki/call_kit";
import type { Card } from "./cards";
import { firstFree } from "./cards";
import { EMPTY_NOTE, handoffOf, leftOf, type Note, type NotePart, tooLong } from "./note";
import { isOffered, serviceOf } from "./offering";

/** A matter to be taken up after the first one. */
export interface FurtherDraft {
  readonly service: string;
  readonly what: string;
}

export interface Draft {
  readonly query: string;
  /** The matter that was chosen. */
  readonly service: string | null;
  readonly note: Note;
  readonly identity: IdentityCheck;
  /** Null: the one that the advisor reads the page in. */
  readonly language: string | null;
  readonly interpreter: string | null;
  /** Null: wherever there is room first. */
  readonly terminal: string | null;
  readonly further: readonly FurtherDraft[];
  /** The customer has had another contact before. */
  readonly visit: string | null;
  /** Since when it is prepared, ms since the epoch. */
  readonly since: number | null;
}

export const EMPTY_DRAFT: Draft = {
  query: "",
  service: null,
  note: EMPTY_NOTE,
  identity: "not_checked",
  language: null,
  interpreter: null,
  terminal: null,
  further: [],
  visit: null,
  since: null,
};

/** The most matters that may follow the first one (`further` of request_for_customer). */
export const FURTHER_MOST = 5;
/** The longest preparation that is told, s (`prepared_s`). */
const PREPARED_MOST_S = 4 * 3600;

export const IDENTITIES = [
  "not_checked",
  "identity_document",
  "driving_licence",
  "strong_identification",
] as const satisfies readonly IdentityCheck[];

/** Whether something would be lost if it were gone. */
export function hasText(draft: Draft): boolean {
  return handoffOf(draft.note) !== null || draft.further.some(({ what }) => what.trim() !== "");
}

/** Where the customer is to be seated: the chosen terminal, also while it is not free, else where there is room. */
export function terminalOf(draft: Draft, cards: readonly Card[]): Card | null {
  return cards.find((card) => card.id === draft.terminal) ?? firstFree(cards);
}

/** What keeps it from being sent, and where that can be put right. */
export type Problem =
  | { readonly kind: "no_matter" }
  | { readonly kind: "not_offered" }
  | { readonly kind: "too_long"; readonly part: NotePart }
  | { readonly kind: "further_too_long"; readonly service: string }
  | { readonly kind: "no_terminal" }
  | { readonly kind: "terminal_taken" };

export function problemOf(draft: Draft, catalogue: PointCatalogue | null, cards: readonly Card[]): Problem | null {
  const service = serviceOf(catalogue, draft.service);
  if (service === null || catalogue === null) {
    return { kind: "no_matter" };
  }
  if (!isOffered(catalogue, service)) {
    return { kind: "not_offered" };
  }
  const part = tooLong(draft.note);
  if (part !== null) {
    return { kind: "too_long", part };
  }
  const long = draft.further.find(({ what }) => leftOf(what) < 0);
  if (long !== undefined) {
    return { kind: "further_too_long", service: long.service };
  }
  const terminal = terminalOf(draft, cards);
  if (terminal === null) {
    return { kind: "no_terminal" };
  }
  return terminal.free ? null : { kind: "terminal_taken" };
}

/** The request as it is sent at `now`, once nothing keeps it. `language`: what the advisor reads the page in. */
export function requestOf(
  draft: Draft,
  service: string,
  terminal: string,
  { now, language }: { readonly now: number; readonly language: string },
): FieldsOf<"request_for_customer"> {
  const prepared = draft.since === null ? 0 : Math.max(0, Math.round((now - draft.since) / 1000));
  return {
    terminal,
    service,
    language: draft.language ?? language,
    handoff: handoffOf(draft.note),
    identity: draft.identity,
    interpreter: draft.interpreter,
    prepared_s: Math.min(PREPARED_MOST_S, prepared),
    visit: draft.visit,
    further: draft.further.map((each) => ({
      service: each.service,
      handoff: handoffOf({ ...EMPTY_NOTE, what: each.what }),
    })) as NonNullable<FieldsOf<"request_for_customer">["further"]>,
  };
}
