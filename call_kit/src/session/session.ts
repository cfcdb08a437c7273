import type { Ack, Signalled } from "../generated/wire";
import { Value } from "../observable";
import type { AnySnapshot, CommandType, FieldsOf, SessionLike, SessionState, Timers } from "./types";

export interface SessionOptions {
  readonly audience: "terminal" | "staff";
  readonly baseUrl?: string;
  readonly fetch?: typeof fetch;
  readonly WebSocket?: typeof WebSocket;
  readonly timers?: Timers;
  readonly random?: () => number;
}

const INITIAL: SessionState<never> = {
  connection: { kind: "connecting" },
  snapshot: null,
  iceServers: [],
  clockOffsetMs: 0,
};

/** One signalling session with the server. */
export class Session<S extends AnySnapshot = AnySnapshot> implements SessionLike<S> {
  readonly #state = new Value<SessionState<S>>(INITIAL);
  readonly get = this.#state.get;
  readonly subscribe = this.#state.subscribe;

  readonly options: SessionOptions;

  constructor(options: SessionOptions) {
    this.options = options;
  }

  start(): void {
    this.#state.set(INITIAL);
  }

  stop(): void {
    this.#state.set(INITIAL);
  }

  takeOver(): void {
    this.start();
  }

  command<C extends CommandType>(type: C, _fields: FieldsOf<C>): Promise<Ack> {
    return Promise.reject(new Error(type));
  }

  onSignal(_listener: (signal: Signalled) => void): () => void {
    return this.subscribe(() => undefined);
  }
}
