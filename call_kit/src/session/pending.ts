import type { Ack, ErrorMessage } from "../generated/wire";
import { type Backoff, backoffMs } from "./backoff";
import { CommandError, type CommandType, type FieldsOf } from "./types";

export type Answer = { readonly ack: Ack } | { readonly error: CommandError };

/** A command as it is sent: again and again with the same id, until it is answered or its time is up. */
export type Outgoing = { readonly id: string } & {
  [C in CommandType]: { readonly type: C } & FieldsOf<C>;
}[CommandType];

export const OFFLINE = new CommandError("offline", "no answer came in time");

export const AGAIN: Backoff = { baseMs: 500, capMs: 4000 };
export const AGAIN_AT_LEAST_MS = 200;

/** How long after so many refusals that will pass the same is asked again. `random` is in [0, 1). */
export function againMs(refusals: number, random: number): number {
  return AGAIN_AT_LEAST_MS + backoffMs(refusals, random, AGAIN);
}

/** Nothing was done, and the same may be asked again in a moment. */
const PASSING: ReadonlySet<string> = new Set(["server.busy"]);
/** Whoever leaves has gone already: whatever may pass is outlasted. With the same id it acts once. */
const PASSING_FOR_LEAVING: ReadonlySet<string> = new Set(["server.busy", "internal", "conflict", "rate.exceeded"]);

interface Waiting {
  readonly command: Outgoing;
  readonly text: string;
  /** The last answer, when it was one that will pass. */
  refusal: CommandError | null;
  /** It was refused, and is to be sent again. */
  due: boolean;
}

/** The commands that wait for an answer, in the order in which they were given. */
export class Pending {
  readonly #waiting = new Map<string, Waiting>();

  add(command: Outgoing): string {
    const text = JSON.stringify(command);
    this.#waiting.set(command.id, { command, text, refusal: null, due: false });
    return text;
  }

  /** The command that was waiting under the id; it no longer is. */
  remove(id: string): Outgoing | null {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting?.command ?? null;
  }

  removeAll(): string[] {
    const ids = [...this.#waiting.keys()];
    this.#waiting.clear();
    return ids;
  }

  /** The texts of all, for a socket that is new: whatever was refused on the one before is sent again with them. */
  all(): string[] {
    return this.#take(() => true);
  }

  /** The texts of those that were refused and are to be sent again. */
  due(): string[] {
    return this.#take((waiting) => waiting.due);
  }

  /** Whether the refusal will pass, so that the command waits on to be sent again. */
  refused(message: ErrorMessage): boolean {
    const waiting = this.#waiting.get(message.re ?? "");
    if (!(waiting && (isLeaving(waiting.command) ? PASSING_FOR_LEAVING : PASSING).has(message.code))) {
      return false;
    }
    waiting.refusal = errorOf(message);
    waiting.due = true;
    return true;
  }

  /** What to say when its time is up: the last refusal, or that nobody answered. */
  lastWord(id: string): CommandError {
    return this.#waiting.get(id)?.refusal ?? OFFLINE;
  }

  /** Whether anything was refused and is being asked again. */
  get repeating(): boolean {
    return [...this.#waiting.values()].some(({ refusal }) => refusal !== null);
  }

  #take(which: (waiting: Waiting) => boolean): string[] {
    const taken = [...this.#waiting.values()].filter(which);
    for (const waiting of taken) {
      waiting.due = false;
    }
    return taken.map(({ text }) => text);
  }
}

/** What the command leaves: a call or a contact. Null for any other command. */
export function leftBy(command: Outgoing): string | null {
  switch (command.type) {
    case "leave_call":
      return command.call;
    case "leave_contact":
      return command.contact;
    default:
      return null;
  }
}

export function isLeaving(command: Outgoing): boolean {
  return leftBy(command) !== null;
}

export function answerOf(message: Ack | ErrorMessage): Answer {
  return message.type === "ack" ? { ack: message } : { error: errorOf(message) };
}

function errorOf(message: ErrorMessage): CommandError {
  return new CommandError(message.code, message.message, message.details);
}
