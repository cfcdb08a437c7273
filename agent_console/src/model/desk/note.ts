/** The handoff note as it is being written: its three questions, and how much of each there is room for. */

import type { HandoffPart } from "@palvelurinki/call_kit";

/** Characters a part, as the server counts them (HANDOFF_PART_MOST in its domain). */
export const NOTE_MOST = 600;

export const NOTE_PARTS = ["what", "tried", "wanted"] as const;
export type NotePart = (typeof NOTE_PARTS)[number];
export type Note = Readonly<Record<NotePart, string>>;

export const EMPTY_NOTE: Note = { what: "", tried: "", wanted: "" };

/** How much more a part may hold; negative when it is too long. What stands around the words does not count. */
export function leftOf(text: string): number {
  return NOTE_MOST - [...text.trim()].length;
}

/** The first part that is too long. Nothing is cut: the person shortens it. */
export function tooLong(note: Note): NotePart | null {
  return NOTE_PARTS.find((part) => leftOf(note[part]) < 0) ?? null;
}

/** The note as it is sent; null when there is nothing in it. */
export function handoffOf(note: Note): HandoffPart | null {
  const [what, tried, wanted] = [note.what.trim(), note.tried.trim(), note.wanted.trim()];
  return what === "" && tried === "" && wanted === "" ? null : { what, tried, wanted };
}

/** The note as it is shown to be written on. */
export function noteOf(handoff: HandoffPart | null): Note {
  return { what: handoff?.what ?? "", tried: handoff?.tried ?? "", wanted: handoff?.wanted ?? "" };
}

export function sameNote(one: Note, other: Note): boolean {
  return NOTE_PARTS.every((part) => one[part].trim() === other[part].trim());
}
