/**
 * The administrator's terminals: what the server said last, and the one act that is under way.
 *
 *     enrolling: code → compare → (the same) approved
 *                             → (differs) differs
 *     revoke → revoked
 *
 * A plain reducer. An answer to an act that was closed meanwhile changes nothing but the list.
 */

import type { EnrolledTerminals, EnrolledTerminalView, EnrolmentFound, NamedView } from "@palvelurinki/call_kit";
import type { Language } from "./time";

export type Enrolling =
  | { readonly kind: "code"; readonly terminal: string; readonly text: string; readonly problem: Problem | null }
  | { readonly kind: "compare"; readonly terminal: string; readonly code: string; readonly found: EnrolmentFound }
  | { readonly kind: "differs"; readonly terminal: string };

export type Act = Enrolling | { readonly kind: "revoke"; readonly terminal: string };

/** What is wrong with the code as it was typed. */
export type Problem = "empty" | "length" | "letters";

export interface Done {
  readonly terminal: string;
  readonly what: "approved" | "replaced" | "revoked";
}

export interface TerminalsState {
  readonly read: EnrolledTerminals | null;
  /** The code of why the list was not read. */
  readonly failure: string | null;
  readonly act: Act | null;
  /** The act is on its way. */
  readonly sending: boolean;
  /** The code of why the act was refused. */
  readonly refusal: string | null;
  readonly done: Done | null;
}

export const NO_TERMINALS: TerminalsState = {
  read: null,
  failure: null,
  act: null,
  sending: false,
  refusal: null,
  done: null,
};

export type TerminalsEvent =
  | { readonly type: "read"; readonly read: EnrolledTerminals }
  | { readonly type: "not_read"; readonly code: string }
  | { readonly type: "begun"; readonly act: "code" | "revoke"; readonly terminal: string }
  | { readonly type: "code_written"; readonly text: string }
  | { readonly type: "code_wrong"; readonly problem: Problem }
  | { readonly type: "sent" }
  | { readonly type: "found"; readonly terminal: string; readonly code: string; readonly found: EnrolmentFound }
  | { readonly type: "differed" }
  | { readonly type: "refused"; readonly terminal: string; readonly code: string }
  | { readonly type: "done"; readonly terminal: EnrolledTerminalView; readonly what: Done["what"] }
  | { readonly type: "closed" }
  | { readonly type: "done_read" };

function withTerminal(state: TerminalsState, changed: EnrolledTerminalView): TerminalsState {
  if (state.read === null) {
    return state;
  }
  const terminals = state.read.terminals.map((each) => (each.terminal.id === changed.terminal.id ? changed : each));
  return { ...state, read: { ...state.read, terminals } };
}

/** Whether what is under way is about that terminal still. */
function isAbout(state: TerminalsState, terminal: string): boolean {
  return state.act?.terminal === terminal && state.sending;
}

export function reduceTerminals(state: TerminalsState, event: TerminalsEvent): TerminalsState {
  switch (event.type) {
    case "read":
      return { ...state, read: event.read, failure: null };
    case "not_read":
      return { ...state, failure: event.code };
    case "begun":
      return {
        ...state,
        act:
          event.act === "code"
            ? { kind: "code", terminal: event.terminal, text: "", problem: null }
            : { kind: "revoke", terminal: event.terminal },
        sending: false,
        refusal: null,
        done: null,
      };
    case "code_written":
      return state.act?.kind === "code"
        ? { ...state, act: { ...state.act, text: event.text, problem: null }, refusal: null }
        : state;
    case "code_wrong":
      return state.act?.kind === "code" ? { ...state, act: { ...state.act, problem: event.problem } } : state;
    case "sent":
      return { ...state, sending: true, refusal: null };
    case "found":
      return isAbout(state, event.terminal)
        ? {
            ...state,
            sending: false,
            act: { kind: "compare", terminal: event.terminal, code: event.code, found: event.found },
          }
        : state;
    case "differed":
      return state.act?.kind === "compare"
        ? { ...state, act: { kind: "differs", terminal: state.act.terminal }, refusal: null }
        : state;
    case "refused":
      return isAbout(state, event.terminal) ? { ...state, sending: false, refusal: event.code } : state;
    case "done": {
      const changed = withTerminal(state, event.terminal);
      const done = { terminal: event.terminal.terminal.id, what: event.what };
      return isAbout(state, done.terminal) ? { ...changed, act: null, sending: false, done } : changed;
    }
    case "closed":
      return { ...state, act: null, sending: false, refusal: null };
    case "done_read":
      return { ...state, done: null };
  }
}

// ---- What people type

const CODE_LENGTH = 8;
/** What is not part of it, however it was written down. */
const AROUND = /[\s\-–—.]/gu;
const CROCKFORD = /^[0-9A-HJKMNP-TV-Z]+$/;

export type Typed = { readonly code: string } | { readonly problem: Problem };

/** A code as a person types it: "abcd efgh" is "ABCD-EFGH"; O, I and L, which no code has, are 0, 1 and 1. */
export function codeOf(text: string): Typed {
  const plain = text.replaceAll(AROUND, "").toUpperCase().replaceAll("O", "0").replaceAll(/[IL]/g, "1");
  if (plain === "") {
    return { problem: "empty" };
  }
  if (!CROCKFORD.test(plain)) {
    return { problem: "letters" };
  }
  return plain.length === CODE_LENGTH
    ? { code: `${plain.slice(0, CODE_LENGTH / 2)}-${plain.slice(CODE_LENGTH / 2)}` }
    : { problem: "length" };
}

// ---- What is shown

export interface PointTerminals {
  readonly point: NamedView;
  readonly terminals: readonly EnrolledTerminalView[];
}

/** By point, in the server's order. */
export function byPoint(terminals: readonly EnrolledTerminalView[]): readonly PointTerminals[] {
  const points = [...new Map(terminals.map(({ point }) => [point.id, point])).values()];
  return points.map((point) => ({ point, terminals: terminals.filter((each) => each.point.id === point.id) }));
}

/** Those whose key was in use in two places. */
export function alarmsOf(terminals: readonly EnrolledTerminalView[]): readonly EnrolledTerminalView[] {
  return terminals.filter(({ state }) => state === "quarantined");
}

/** Whether there is a key whose access could be ended: one that two have held has none already. */
export function canRevoke({ state }: EnrolledTerminalView): boolean {
  return state === "enrolled";
}

/** Which terminal, and where it stands: "Kioski 1, Mikkelin asiointipiste". */
export function placeOf({ terminal, point }: EnrolledTerminalView, language: Language): string {
  return `${terminal.names[language]}, ${point.names[language]}`;
}

/** "K3QF-…" as its groups. */
export function groupsOf(text: string): readonly string[] {
  return text.split("-");
}

export function terminalOf(state: TerminalsState, id: string): EnrolledTerminalView | undefined {
  return state.read?.terminals.find((each) => each.terminal.id === id);
}
