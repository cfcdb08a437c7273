/** The desk's own keys. All take Alt, so that nothing typed is ever taken for a command. */

export type DeskKey = "new" | "attend" | "move";

const WITH_ALT: Readonly<Record<string, DeskKey>> = { KeyN: "new", KeyO: "attend", KeyS: "move" };

/** As they are told beside what they do. */
export const DESK_KEYS = { new: "Alt + N", attend: "Alt + O", move: "Alt + S" } as const satisfies Record<
  DeskKey,
  string
>;

interface Press {
  readonly code: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly repeat: boolean;
}

/** What a key means at the desk, or null. */
export function deskKeyOf(press: Press): DeskKey | null {
  return press.altKey && !press.ctrlKey && !press.metaKey && !press.repeat ? (WITH_ALT[press.code] ?? null) : null;
}
