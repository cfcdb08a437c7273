/**
 * Lets the device in: signs it in when its sign-in has ended, and takes it through enrolment when nobody knows its key.
 *
 *     open → (not enrolled) asking → enrolling → (approved) open
 *     open → (revoked, quarantined) stopped → (a person begins anew, with another key) asking
 *
 * While a code is shown the server is asked every few seconds whether the key was approved; a code that has run out is
 * followed by a fresh one. The session waits meanwhile, signed out, and is told to go on.
 */

import { type Observable, type SessionState, type SignInResult, type Timers, Value } from "@palvelurinki/call_kit";
import { type Access, OPEN } from "../model/access";
import type { Asked, Outcome, TerminalSignIn } from "./sign_in";

/** How often to ask whether the key was approved: somebody who has just pressed "approve" looks at this screen. */
export const ASK_EVERY_MS = 3000;
/** After so long nobody stands there, most likely. */
export const ASK_SELDOM_AFTER_MS = 120_000;
export const ASK_SELDOM_MS = 8000;
const LONGEST_BACKOFF_MS = 30_000;

export interface AccessParts {
  readonly signIn: Pick<TerminalSignIn, "run" | "requestEnrolment" | "startAnew">;
  readonly session: Observable<Pick<SessionState, "connection">> & { takeOver: () => void };
  readonly timers: Timers;
  readonly random: () => number;
  readonly isDemo: () => Promise<boolean>;
  /** Told of faults of this program itself. */
  readonly report: (error: unknown) => void;
}

export class TerminalAccess implements Observable<Access> {
  readonly #parts: AccessParts;
  readonly #state = new Value<Access>(OPEN);
  readonly get = this.#state.get;
  readonly subscribe = this.#state.subscribe;
  /** What belongs to an earlier round of enrolment is over. */
  #round = 0;
  #demo = false;
  #connection: SessionState["connection"]["kind"] = "connecting";
  /** The server asked to be left alone until then; local time in ms. */
  #notBefore = 0;
  /** It signed in, and the session has not been on line since. */
  #untried = false;

  constructor(parts: AccessParts) {
    this.#parts = parts;
  }

  /** Follows the session until the returned function is called. */
  start(): () => void {
    return this.#parts.session.subscribe(() => this.#follow());
  }

  /** For the session, whose sign-in has ended: signs in, or begins what has to come before that. */
  async admit(): Promise<SignInResult> {
    const outcome = await this.#run();
    switch (outcome.kind) {
      case "done":
        this.#untried = true;
        return "done";
      case "failed":
        return "failed";
      case "not_enrolled":
        this.#enrol();
        return "refused";
      default:
        this.#end(outcome);
        return "refused";
    }
  }

  /** A new key, and a code for it. */
  readonly enrolAnew = (): void => {
    const round = this.#newRound();
    this.#state.set({ kind: "asking", trouble: null, demo: this.#demo });
    this.#parts.signIn
      .startAnew()
      .then((outcome) => {
        if (round === this.#round) {
          if (outcome.kind === "unable") {
            this.#end(outcome);
          } else {
            this.#enrol();
          }
        }
      })
      .catch(this.#parts.report);
  };

  /** Signs in without beginning anything: for a request whose sign-in has ended while the session goes on. */
  async renew(): Promise<boolean> {
    return (await this.#run()).kind === "done";
  }

  #follow(): void {
    const { kind } = this.#parts.session.get().connection;
    const changed = kind !== this.#connection;
    this.#connection = kind;
    if (!changed) {
      return;
    }
    if (kind === "online") {
      this.#untried = false;
      this.#newRound();
      this.#state.set(OPEN);
    } else if (kind === "superseded") {
      this.#look().catch(this.#parts.report);
    } else if (kind === "signed_out" && this.get().kind === "open") {
      this.#signedOut();
    }
  }

  /**
   * Another one holds this terminal's session. Signing in at once shows the server when that one has a copy of the key.
   */
  async #look(): Promise<void> {
    const outcome = await this.#run();
    if (outcome.kind === "stopped") {
      this.#end(outcome);
    }
  }

  /** The session was sent away although nothing had been refused here. */
  #signedOut(): void {
    if (this.#untried) {
      this.#state.set({ kind: "unable", why: "cookies" });
      return;
    }
    this.admit()
      .then((result) => {
        if (result !== "refused") {
          this.#parts.session.takeOver();
        }
      })
      .catch(this.#parts.report);
  }

  #end(outcome: Extract<Outcome, { kind: "stopped" | "unable" }>): void {
    this.#newRound();
    this.#state.set(outcome);
  }

  /** A fault of this program is reported, and counts as nothing said. */
  async #run(): Promise<Outcome> {
    const now = this.#parts.timers.now();
    if (now < this.#notBefore) {
      return { kind: "failed", code: "server.busy", retryAfterMs: this.#notBefore - now };
    }
    try {
      const outcome = await this.#parts.signIn.run();
      this.#notBefore = this.#parts.timers.now() + (outcome.kind === "failed" ? outcome.retryAfterMs : 0);
      return outcome;
    } catch (error: unknown) {
      this.#parts.report(error);
      return { kind: "failed", code: "internal", retryAfterMs: 0 };
    }
  }

  // ---- Enrolment

  #newRound(): number {
    this.#round += 1;
    return this.#round;
  }

  #enrol(): void {
    const { kind } = this.get();
    const round = this.#newRound();
    if (kind !== "enrolling") {
      this.#state.set({ kind: "asking", trouble: null, demo: this.#demo });
    }
    this.#learnDemo(round);
    this.#enrolUntilApproved(round).catch(this.#parts.report);
  }

  #learnDemo(round: number): void {
    this.#parts.isDemo().then(
      (demo) => {
        this.#demo = demo;
        const state = this.get();
        if (round === this.#round && (state.kind === "asking" || state.kind === "enrolling")) {
          this.#state.set({ ...state, demo });
        }
      },
      // Out of reach: then the enrolment is as well, and says so.
      () => undefined,
    );
  }

  async #enrolUntilApproved(round: number): Promise<void> {
    let failures = 0;
    while (round === this.#round) {
      const asked = await this.#parts.signIn.requestEnrolment();
      if (round !== this.#round) {
        return;
      }
      if (asked.kind === "unable") {
        this.#end(asked);
      } else if (asked.kind === "failed") {
        this.#trouble(asked.code);
        await this.#wait(this.#backoff(failures, asked.retryAfterMs));
        failures += 1;
      } else {
        failures = 0;
        await this.#showUntilOver(asked, round);
      }
    }
  }

  /** Until the code has run out, or this round is over. */
  async #showUntilOver({ enrolment, fingerprint }: Extract<Asked, { kind: "shown" }>, round: number): Promise<void> {
    const shownAt = this.#parts.timers.now();
    const length = enrolment.expires_in_s * 1000;
    const expiresAt = shownAt + length;
    const code = enrolment.code;
    this.#state.set({ kind: "enrolling", code, fingerprint, expiresAt, length, trouble: null, demo: this.#demo });
    let failures = 0;
    let pause = this.#pause(0);
    while (round === this.#round) {
      const now = this.#parts.timers.now();
      if (now >= expiresAt) {
        return;
      }
      await this.#wait(Math.min(pause, expiresAt - now));
      if (round !== this.#round) {
        return;
      }
      const outcome = await this.#run();
      if (round !== this.#round) {
        return;
      }
      this.#told(outcome);
      failures = outcome.kind === "failed" ? failures + 1 : 0;
      pause =
        outcome.kind === "failed"
          ? this.#backoff(failures, outcome.retryAfterMs)
          : this.#pause(this.#parts.timers.now() - shownAt);
    }
  }

  /** What came of asking whether the key was approved. */
  #told(outcome: Outcome): void {
    switch (outcome.kind) {
      case "done":
        this.#newRound();
        this.#untried = true;
        this.#state.set(OPEN);
        this.#parts.session.takeOver();
        break;
      case "not_enrolled":
        this.#trouble(null);
        break;
      case "failed":
        this.#trouble(outcome.code);
        break;
      default:
        this.#end(outcome);
    }
  }

  #trouble(trouble: string | null): void {
    const state = this.get();
    if ((state.kind === "asking" || state.kind === "enrolling") && state.trouble !== trouble) {
      this.#state.set({ ...state, trouble });
    }
  }

  /** Not all at the same moment, though a power cut may have started them so. */
  #pause(shownForMs: number): number {
    const every = shownForMs < ASK_SELDOM_AFTER_MS ? ASK_EVERY_MS : ASK_SELDOM_MS;
    return every * (1 + this.#parts.random() / 4);
  }

  #backoff(failures: number, askedMs: number): number {
    return askedMs + Math.min(LONGEST_BACKOFF_MS, this.#pause(0) * 2 ** failures);
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#parts.timers.after(ms, resolve);
    });
  }
}
