/**
 * Who calls the advisor, and why. What is for me sounds; what is for a colleague is shown, and sounds as well when they
 * have let it wait: their tablet may be asleep.
 */

import type { PointBoardView } from "@palvelurinki/call_kit";

/** `answered`: the expert is there. `customer`, `expert`: they ask me to come. `line`: the terminal cannot call. */
export type CallKind = "answered" | "customer" | "expert" | "line";

export interface AdvisorCall {
  /** Names this very call: what was heard once is not heard again. */
  readonly key: string;
  readonly kind: CallKind;
  readonly contact: string;
  readonly terminal: string;
  /** ms since the epoch. */
  readonly since: number;
  readonly sounds: boolean;
}

export interface DeskMemory {
  /** The contacts of the points as they were last seen: id → state. */
  readonly seen: ReadonlyMap<string, string>;
  /** Contacts that an expert answered while this page looked on, and when. */
  readonly answered: ReadonlyMap<string, number>;
  /** Calls that the advisor has heard. */
  readonly heard: ReadonlySet<string>;
}

export const EMPTY_DESK_MEMORY: DeskMemory = { seen: new Map(), answered: new Map(), heard: new Set() };

/** So long a colleague's call may wait before it sounds at every desk of the point, ms. */
export const COLLEAGUE_MS = 60_000;

function contactsOf(points: readonly PointBoardView[]) {
  return points.flatMap(({ terminals }) =>
    terminals.flatMap(({ terminal, contact }) => (contact === null ? [] : [{ terminal: terminal.id, contact }])),
  );
}

/** The memory after seeing the boards at `at`, ms. A call that is under way when the page opens has been answered before. */
export function remember(memory: DeskMemory, points: readonly PointBoardView[], at: number): DeskMemory {
  const contacts = contactsOf(points);
  const seen = new Map(contacts.map(({ contact }) => [contact.id, contact.state]));
  const answered = new Map(
    contacts.flatMap(({ contact }): [string, number][] => {
      const known = memory.answered.get(contact.id);
      const before = memory.seen.get(contact.id);
      const fresh = contact.state === "in_call" && before !== undefined && before !== "in_call" ? at : undefined;
      const when = known ?? fresh;
      return when === undefined || contact.state !== "in_call" ? [] : [[contact.id, when]];
    }),
  );
  const kept = new Set([...memory.heard].filter((key) => seen.has(key.split(" ")[0] ?? "")));
  return { seen, answered, heard: kept };
}

export function heard(memory: DeskMemory, key: string): DeskMemory {
  return { ...memory, heard: new Set([...memory.heard, key]) };
}

/** Those who call at `now`, ms since the epoch by the server's clock; `me` is the advisor's id. Oldest first. */
export function callsOf(
  memory: DeskMemory,
  points: readonly PointBoardView[],
  me: string,
  now: number,
): readonly AdvisorCall[] {
  const found = contactsOf(points).flatMap(({ terminal, contact }) => {
    if (contact.state === "ended" || contact.attending !== null) {
      return [];
    }
    const mine = contact.asked_by === null || contact.asked_by === me;
    const call = (kind: CallKind, since: number): AdvisorCall => ({
      key: `${contact.id} ${kind} ${since}`,
      kind,
      contact: contact.id,
      terminal,
      since,
      sounds: mine || now - since >= COLLEAGUE_MS,
    });
    const calls: AdvisorCall[] = [];
    if (contact.called !== null) {
      calls.push(call(contact.called.by, Date.parse(contact.called.at)));
    }
    if (contact.line.state === "failed") {
      calls.push(call("line", Date.parse(contact.requested_at)));
    }
    const answered = memory.answered.get(contact.id);
    if (answered !== undefined && contact.asked_by === me) {
      calls.push(call("answered", answered));
    }
    return calls;
  });
  return found.filter(({ key }) => !memory.heard.has(key)).toSorted((a, b) => a.since - b.since);
}
