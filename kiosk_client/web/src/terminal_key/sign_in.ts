/**
 * Signs the terminal in with its key.
 *
 * One window of the browser at a time (`exclusively`): the counts reach the server in the order in which they were
 * given, or it would take two windows for two holders of the key. A key that is to follow is tried first, for the
 * server may have taken it although its answer was lost; when it does not know it, the present one goes on.
 */

import type { EnrolmentView, TerminalTokenView } from "@palvelurinki/call_kit";
import { type Claims, makeKey, signToken, type TerminalKey, type TokenKind } from "./key";
import { type KeyStore, KeyUnavailable, type Obstacle, type Slot } from "./key_store";
import type { Answer, Refusal, TerminalServer } from "./server";

export type Outcome =
  | { readonly kind: "done" }
  /** There is no key, or nobody has approved it. */
  | { readonly kind: "not_enrolled" }
  /** The key is good for nothing any more. */
  | { readonly kind: "stopped"; readonly why: "revoked" | "quarantined" }
  | { readonly kind: "unable"; readonly why: Obstacle }
  /** To be tried again, after `retryAfterMs` at the soonest. */
  | { readonly kind: "failed"; readonly code: string; readonly retryAfterMs: number };

export type Asked =
  | { readonly kind: "shown"; readonly enrolment: EnrolmentView; readonly fingerprint: string }
  | Extract<Outcome, { kind: "unable" | "failed" }>;

export interface SignInParts {
  readonly store: KeyStore;
  readonly server: TerminalServer;
  /** Does the work while no other window of this browser does such work. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  /** ms since the epoch by this machine's clock. */
  readonly now: () => number;
  readonly newId: () => string;
}

type Attempt<T> = { readonly key: TerminalKey; readonly answer: Answer<T> } | null;

export class TerminalSignIn {
  readonly #parts: SignInParts;
  /** The server's clock less ours, as far as a refusal has told it; ms. */
  #clockOffsetMs = 0;

  constructor(parts: SignInParts) {
    this.#parts = parts;
  }

  /** Signs in with the key there is, and changes the key when the server asks for it. */
  run(): Promise<Outcome> {
    return this.#guarded(async () => {
      const { store } = this.#parts;
      const next = await this.#withKey("next");
      if (next?.kind === "done") {
        await store.promote();
      }
      if (next?.kind === "not_enrolled") {
        await store.remove("next");
      } else if (next !== null) {
        return next;
      }
      return (await this.#withKey("current")) ?? { kind: "not_enrolled" };
    });
  }

  /** Asks for a code with which this terminal's key can be approved; makes the key when there is none. */
  requestEnrolment(): Promise<Asked> {
    return this.#guarded<Asked>(async () => {
      const { store, server } = this.#parts;
      const key = (await store.read("current")) ?? (await this.#newKey("current"));
      const answer = await this.#withClock(async () => {
        const proof = await this.#token(key, "key-proof+jwt", server.audiences.enrolments);
        return server.requestEnrolment(key.publicKey, proof);
      });
      return "is" in answer
        ? { kind: "shown", enrolment: answer.is, fingerprint: key.fingerprint }
        : failed(answer.refused);
    });
  }

  /** Throws the keys away and makes another. */
  startAnew(): Promise<Outcome> {
    return this.#guarded<Outcome>(async () => {
      await this.#parts.store.remove("next");
      await this.#newKey("current");
      return { kind: "not_enrolled" };
    });
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T | Extract<Outcome, { kind: "unable" }>> {
    try {
      return await this.#parts.exclusively(work);
    } catch (error: unknown) {
      if (error instanceof KeyUnavailable) {
        return { kind: "unable", why: error.obstacle };
      }
      throw error;
    }
  }

  /** Null when there is no key in the slot. */
  async #withKey(slot: Slot): Promise<Outcome | null> {
    const attempt = await this.#attempt(slot);
    if (attempt === null) {
      return null;
    }
    if ("refused" in attempt.answer) {
      return outcomeOf(attempt.answer.refused);
    }
    if (slot === "current" && attempt.answer.is.rotate_key) {
      await this.#rotate(attempt.key);
    }
    return { kind: "done" };
  }

  async #attempt(slot: Slot): Promise<Attempt<TerminalTokenView>> {
    const { store, server } = this.#parts;
    let key: TerminalKey | null = null;
    const answer = await this.#withClock(async () => {
      key = await store.raise(slot);
      return key === null
        ? null
        : server.requestToken(
            await this.#token(key, "client-authentication+jwt", server.audiences.token, { count: key.count }),
          );
    });
    return key === null || answer === null ? null : { key, answer };
  }

  /** The next key is kept before the server hears of it: whichever of the two it then knows, this browser has it. */
  async #rotate(present: TerminalKey): Promise<void> {
    const { store, server } = this.#parts;
    const next = await this.#newKey("next");
    const answer = await this.#withClock(async () => {
      const proof = await this.#token(next, "key-proof+jwt", server.audiences.key);
      const change = await this.#token(present, "key-change+jwt", server.audiences.key, { next: next.thumbprint });
      return server.changeKey({ key: next.publicKey, proof, change });
    });
    // Without an answer the next sign-in finds out which key the server knows.
    if ("is" in answer && (await this.#withKey("next"))?.kind === "done") {
      await store.promote();
    }
  }

  async #newKey(slot: Slot): Promise<TerminalKey> {
    if (globalThis.crypto?.subtle === undefined) {
      throw new KeyUnavailable("insecure");
    }
    const key = await makeKey();
    await this.#parts.store.put(slot, key);
    return key;
  }

  #token(
    key: TerminalKey,
    kind: TokenKind,
    audience: string,
    more: Pick<Claims, "count" | "next"> = {},
  ): Promise<string> {
    const { now, newId } = this.#parts;
    return signToken(key, kind, { audience, now: now() + this.#clockOffsetMs, id: newId(), ...more });
  }

  /** Does it again, once, by the server's clock when ours proves to be wrong. */
  async #withClock<T extends Answer<unknown> | null>(ask: () => Promise<T>): Promise<T> {
    const first = await ask();
    const told = first !== null && "refused" in first ? serverTime(first.refused) : null;
    if (told === null) {
      return first;
    }
    this.#clockOffsetMs = told - this.#parts.now();
    return ask();
  }
}

function serverTime({ code, details }: Refusal): number | null {
  const told = details["server_time"];
  const time = code === "assertion.expired" && typeof told === "string" ? Date.parse(told) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}

function outcomeOf(refused: Refusal): Outcome {
  switch (refused.code) {
    case "terminal.not_enrolled":
      return { kind: "not_enrolled" };
    case "terminal.revoked":
      return { kind: "stopped", why: "revoked" };
    case "terminal.quarantined":
      return { kind: "stopped", why: "quarantined" };
    default:
      return failed(refused);
  }
}

function failed({ code, retryAfterMs }: Refusal): Extract<Outcome, { kind: "failed" }> {
  return { kind: "failed", code, retryAfterMs };
}
