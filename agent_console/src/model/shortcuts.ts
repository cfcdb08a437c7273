/**
 * Keys. Enter and Esc answer the ringing, and Enter ends a wrap-up; the rest take Alt, so that nothing typed is ever taken for a command.
 * `?` alone can be turned off (WCAG 2.1.4), for people who speak to their computer.
 */

import type { StageKind } from "./stage";
import type { Opened } from "./state";

export interface Press {
  readonly key: string;
  /** The key's place on the keyboard: with Alt, some systems give another letter as `key`. */
  readonly code: string;
  readonly alt: boolean;
  /** Ctrl or the platform's own key. */
  readonly control: boolean;
  readonly repeat: boolean;
  /** What has the focus: something typed into, something that acts on Enter by itself, or neither. */
  readonly focus: "typing" | "control" | "none";
}

export interface Situation {
  readonly stage: StageKind;
  readonly open: Opened | null;
  readonly questionMark: boolean;
}

export type Shortcut =
  | "accept"
  | "decline"
  | "close"
  | "dismiss"
  | "help"
  | "ready"
  | "pause"
  | "extend"
  | "microphone"
  | "camera"
  | "end_call";

const WITH_ALT: Readonly<Record<string, Shortcut>> = {
  KeyR: "ready",
  KeyP: "pause",
  KeyT: "extend",
  KeyM: "microphone",
  KeyK: "camera",
  KeyL: "end_call",
};

/** What can be done on one stage only. */
const OWNERS: Partial<Record<Shortcut, StageKind>> = { end_call: "call", extend: "wrap_up" };

function plainShortcut(press: Press, situation: Situation): Shortcut | null {
  if (press.key === "Escape") {
    if (situation.open !== null) {
      return "close";
    }
    return situation.stage === "ringing" ? "decline" : null;
  }
  if (situation.open !== null || press.focus === "typing") {
    return null;
  }
  if (press.key === "?" && situation.questionMark) {
    return "help";
  }
  // A focused button answers to Enter by itself.
  if (press.key !== "Enter" || press.focus === "control") {
    return null;
  }
  if (situation.stage === "ringing") {
    return "accept";
  }
  if (situation.stage === "wrap_up") {
    return "ready";
  }
  return situation.stage === "summary" || situation.stage === "offer_gone" ? "dismiss" : null;
}

/** What a key means now, or null. A key held down means nothing: it was meant for what was there before. */
export function shortcutOf(press: Press, situation: Situation): Shortcut | null {
  if (press.repeat || press.control) {
    return null;
  }
  if (!press.alt) {
    return plainShortcut(press, situation);
  }
  const found = WITH_ALT[press.code] ?? null;
  const owner = found === null ? undefined : OWNERS[found];
  return owner !== undefined && situation.stage !== owner ? null : found;
}
