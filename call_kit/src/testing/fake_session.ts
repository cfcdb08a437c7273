import type { Ack, CallView, Signalled } from "../generated/wire";
import { Value } from "../observable";
import {
  CommandError,
  type CommandType,
  type ConnectionState,
  type FieldsOf,
  type SessionLike,
  type SessionState,
} from "../session/types";
import { NOW, staffSnapshot } from "./views";

export interface Given {
  readonly type: CommandType;
  readonly fields: Record<string, unknown>;
}

/** A session whose server is the test. */
export class FakeSession implements SessionLike {
  readonly given: Given[] = [];
  /** The codes with which the next commands are refused; null: acknowledged. */
  readonly refusals: (string | null)[] = [];
  readonly #state = new Value<SessionState>({
    connection: { kind: "online" },
    snapshot: staffSnapshot(),
    iceServers: [{ urls: ["turn:relay.example"] }],
    clockOffsetMs: 0,
    repeating: false,
    left: null,
  });
  readonly #listeners = new Set<(signal: Signalled) => void>();
  readonly get = this.#state.get;
  readonly subscribe = this.#state.subscribe;

  command<C extends CommandType>(type: C, fields: FieldsOf<C>): Promise<Ack> {
    this.given.push({ type, fields });
    const refusal = this.refusals.shift();
    return refusal
      ? Promise.reject(new CommandError(refusal, refusal))
      : Promise.resolve({ type: "ack", re: "operation", server_time: NOW });
  }

  onSignal(listener: (signal: Signalled) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  count(type: CommandType): number {
    return this.given.filter((each) => each.type === type).length;
  }

  show(call: CallView | null): void {
    this.#state.set({ ...this.get(), snapshot: staffSnapshot({ call }) });
  }

  leave(left: string): void {
    this.#state.set({ ...this.get(), left });
  }

  connection(connection: ConnectionState): void {
    this.#state.set({ ...this.get(), connection });
  }

  hear(signal: Omit<Signalled, "seq" | "type" | "id" | "call">): void {
    for (const listener of this.#listeners) {
      listener({ type: "signal", seq: 1, id: "signal-1", call: "call-1", ...signal });
    }
  }
}
