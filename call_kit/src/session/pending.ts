import type { Ack, ErrorMessage } from "../generated/wire";
import { CommandError, type CommandType, type FieldsOf } from "./types";

export type Answer = { readonly ack: Ack } | { readonly error: CommandError };

/** A command as it is sent: again and again with the same id, until it is answered or its time is up. */
export type Outgoing = { readonly id: string } & {
  [C in CommandType]: { readonly type: C } & FieldsOf<C>;
}[CommandType];

export const OFFLINE = new CommandError("offline", "no answer came in time");

/** The commands that wait for an answer, in the order in which they were given. */
export class Pending {
  readonly #texts = new Map<string, string>();

  add(command: Outgoing): string {
    const text = JSON.stringify(command);
    this.#texts.set(command.id, text);
    return text;
  }

  /** Whether the id was waiting; it no longer is. */
  remove(id: string): boolean {
    return this.#texts.delete(id);
  }

  removeAll(): string[] {
    const ids = [...this.#texts.keys()];
    this.#texts.clear();
    return ids;
  }

  texts(): Iterable<string> {
    return this.#texts.values();
  }
}

export function answerOf(message: Ack | ErrorMessage): Answer {
  return message.type === "ack"
    ? { ack: message }
    : { error: new CommandError(message.code, message.message, message.details) };
}
