/**
 * What to do when the connection with a peer does not come up, or breaks.
 *
 *     opening ── connected ──→ fine ── disconnected ──→ shaky ── 3 s, or failed ──→ restarting (ICE) ──→ rebuilding
 *     opening ── 15 s, or failed ──→ rebuilding
 *     any ── connected ──→ fine
 *
 * Both remedies need the signalling of both ends. While it is down nothing is done: what was wanted is done when it
 * is back (`signalling true`), unless the media came back by themselves. The one that did not offer first waits
 * longer before it rebuilds, so that mostly only one of the two does.
 */
export const OPENING_MS = 15_000;
export const SHAKY_MS = 3000;
export const RESTARTING_MS = 8000;
export const COURTESY_MS = 3000;

export type RecoveryInput =
  | { readonly kind: "connected" | "disconnected" | "failed" | "timer" }
  | { readonly kind: "signalling"; readonly up: boolean };

export interface RecoveryStep {
  /** Start the timer anew with so many ms; null: stop it; absent: leave it. */
  readonly timer?: number | null;
  readonly act?: "restart" | "rebuild";
}

type RecoveryState = "opening" | "fine" | "shaky" | "restarting" | "rebuilding";

export class Recovery {
  state: RecoveryState = "opening";
  readonly #courtesy: number;
  #signalling = true;
  #wanted: "restart" | "rebuild" | null = null;

  constructor(offersFirst: boolean) {
    this.#courtesy = offersFirst ? 0 : COURTESY_MS;
  }

  /** Whether a rebuild was asked for and has not come yet. */
  get rebuilding(): boolean {
    return this.state === "rebuilding" && this.#wanted === null;
  }

  begin(): RecoveryStep {
    return { timer: OPENING_MS + this.#courtesy };
  }

  handle(input: RecoveryInput): RecoveryStep {
    switch (input.kind) {
      case "connected":
        this.state = "fine";
        this.#wanted = null;
        return { timer: null };
      case "disconnected":
        if (this.state !== "fine") {
          return {};
        }
        this.state = "shaky";
        return { timer: SHAKY_MS };
      case "failed":
        return this.#failed();
      case "timer":
        return this.#want(this.state === "shaky" ? "restart" : "rebuild");
      default:
        this.#signalling = input.up;
        return input.up && this.#wanted ? this.#want(this.#wanted) : {};
    }
  }

  #failed(): RecoveryStep {
    if (this.state === "opening") {
      return this.#want("rebuild");
    }
    return this.state === "fine" || this.state === "shaky" ? this.#want("restart") : {};
  }

  #want(act: "restart" | "rebuild"): RecoveryStep {
    this.state = act === "restart" ? "restarting" : "rebuilding";
    if (!this.#signalling) {
      this.#wanted = act;
      return { timer: null };
    }
    this.#wanted = null;
    return { act, timer: act === "restart" ? RESTARTING_MS + this.#courtesy : null };
  }
}
