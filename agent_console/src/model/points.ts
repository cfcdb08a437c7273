/** A service point's terminals as its advisors read them. */

import type { BoardTerminalView } from "@palvelurinki/call_kit";

export type TerminalState = "free" | "waiting" | "held" | "offered" | "in_call" | "away";

/** `away` says that nobody's contact is there and the terminal does not answer; `held`, that somebody's is. */
export function terminalStateOf(terminal: BoardTerminalView): TerminalState {
  const state = terminal.contact_state;
  if (state === null || state === "ended") {
    return terminal.connected ? "free" : "away";
  }
  return state;
}
