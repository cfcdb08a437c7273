/** Signing in: who one may sign in with, what was refused, and what a sign-in that ended left open. */

import type { DemoView, IssuerView, SignInView } from "@palvelurinki/call_kit";
import type { StageKind } from "./stage";
import type { Language } from "./time";

/** What the signed-out page knows. `unreached`: the server did not say who one may sign in with. */
export type SignIn =
  | { readonly kind: "loading" }
  | { readonly kind: "unreached" }
  | {
      readonly kind: "known";
      readonly issuers: SignInView["issuers"];
      /** Null when there is no demo. */
      readonly demo: DemoView | null;
      /** The issuer that was chosen last in this browser. */
      readonly last: string | null;
    };

const REFUSED = /^#sign-in-refused=([a-z_.]{1,40})$/;

/** The code of the refusal that the address tells. */
export function refusalIn(hash: string): string | null {
  return REFUSED.exec(hash)?.[1] ?? null;
}

/** Where a person signs in with that issuer. */
export function signInAddress(issuer: string): string {
  return `/sign-in/start?issuer=${encodeURIComponent(issuer)}`;
}

export interface Choice {
  readonly id: string;
  readonly organisation: string;
  /** The issuer's own name, when the organisation's does not tell which it is. */
  readonly name: string | null;
  readonly last: boolean;
}

/** The last choice first, then by organisation and name as the language sorts them. */
export function choicesOf(issuers: readonly IssuerView[], last: string | null, language: Language): readonly Choice[] {
  const shown = issuers.map(({ id, names, organisation }) => {
    const told = issuers.filter((other) => other.organisation[language] === organisation[language]).length === 1;
    const same = names[language] === organisation[language];
    return { id, organisation: organisation[language], name: told && same ? null : names[language], last: id === last };
  });
  const collator = new Intl.Collator(language);
  return shown.toSorted(
    (one, other) =>
      Number(other.last) - Number(one.last) ||
      collator.compare(one.organisation, other.organisation) ||
      collator.compare(one.name ?? "", other.name ?? ""),
  );
}

/** What was under way when the sign-in ended: each has a sentence that says what becomes of it. */
export type LeftOpen = "call" | "offer" | "wrap_up" | "nothing";

export function leftOpen(stage: StageKind): LeftOpen {
  switch (stage) {
    case "call":
    case "wrap_up":
      return stage;
    case "ringing":
    case "answering":
      return "offer";
    default:
      return "nothing";
  }
}
