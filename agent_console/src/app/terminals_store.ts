/** Joins the administrator's terminals to the server: reads them while they are looked at, and does what is asked. */

import {
  type ApprovalView,
  CommandError,
  type EnrolledTerminals,
  type EnrolledTerminalView,
  type EnrolmentFound,
  type Observable,
  type Timers,
  Value,
} from "@palvelurinki/call_kit";
import { codeOf, NO_TERMINALS, reduceTerminals, type TerminalsEvent, type TerminalsState } from "../model/terminals";

/** Each rejects with a CommandError when it is refused or not reached. */
export interface TerminalsServer {
  read: () => Promise<EnrolledTerminals>;
  lookUp: (code: string) => Promise<EnrolmentFound>;
  approve: (terminal: string, code: string, fingerprint: string) => Promise<ApprovalView>;
  revoke: (terminal: string) => Promise<EnrolledTerminalView>;
}

export interface TerminalsParts {
  readonly server: TerminalsServer;
  readonly timers: Timers;
  /** Told of faults of this program itself. */
  readonly report: (error: unknown) => void;
}

/** Sign-ins and alarms come by themselves: how old what is shown may be. */
export const READ_EVERY_MS = 10_000;

export class TerminalsStore implements Observable<TerminalsState> {
  readonly #state = new Value<TerminalsState>(NO_TERMINALS);
  readonly get = this.#state.get;
  readonly subscribe = this.#state.subscribe;
  readonly #parts: TerminalsParts;
  /** What was read before something was changed here is not shown any more. */
  #change = 0;

  constructor(parts: TerminalsParts) {
    this.#parts = parts;
  }

  /** Reads now, and again and again until the returned function is called. */
  watch(): () => void {
    let over = false;
    let cancel = (): void => undefined;
    const again = (): void => {
      this.read()
        .catch(this.#parts.report)
        .finally(() => {
          if (!over) {
            cancel = this.#parts.timers.after(READ_EVERY_MS, again);
          }
        })
        .catch(this.#parts.report);
    };
    again();
    return () => {
      over = true;
      cancel();
    };
  }

  dispatch(event: TerminalsEvent): void {
    this.#state.set(reduceTerminals(this.get(), event));
  }

  async read(): Promise<void> {
    const change = this.#change;
    try {
      const read = await this.#parts.server.read();
      if (change === this.#change) {
        this.dispatch({ type: "read", read });
      }
    } catch (error: unknown) {
      this.dispatch({ type: "not_read", code: this.#codeOf(error) });
    }
  }

  /** Finds what stands behind the code that was typed. */
  async lookUp(): Promise<void> {
    const { act, sending } = this.get();
    if (act?.kind !== "code" || sending) {
      return;
    }
    const typed = codeOf(act.text);
    if ("problem" in typed) {
      this.dispatch({ type: "code_wrong", problem: typed.problem });
      return;
    }
    await this.#send(act.terminal, async () => {
      const found = await this.#parts.server.lookUp(typed.code);
      return { type: "found", terminal: act.terminal, code: typed.code, found };
    });
  }

  /** The fingerprint is the same on both screens. */
  async approve(): Promise<void> {
    const { act, sending } = this.get();
    if (act?.kind !== "compare" || sending) {
      return;
    }
    await this.#send(act.terminal, async () => {
      const { replaced, ...terminal } = await this.#parts.server.approve(act.terminal, act.code, act.found.fingerprint);
      this.#change += 1;
      return { type: "done", terminal, what: replaced ? "replaced" : "approved" };
    });
  }

  async revoke(): Promise<void> {
    const { act, sending } = this.get();
    if (act?.kind !== "revoke" || sending) {
      return;
    }
    await this.#send(act.terminal, async () => {
      const terminal = await this.#parts.server.revoke(act.terminal);
      this.#change += 1;
      return { type: "done", terminal, what: "revoked" };
    });
  }

  async #send(terminal: string, ask: () => Promise<TerminalsEvent>): Promise<void> {
    this.dispatch({ type: "sent" });
    try {
      this.dispatch(await ask());
    } catch (error: unknown) {
      this.dispatch({ type: "refused", terminal, code: this.#codeOf(error) });
    }
  }

  #codeOf(error: unknown): string {
    if (error instanceof CommandError) {
      return error.code;
    }
    this.#parts.report(error);
    return "internal";
  }
}
