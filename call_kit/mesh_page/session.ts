import {
  type Ack,
  type AnySnapshot,
  type CallView,
  CommandError,
  type CommandType,
  type FieldsOf,
  type SessionLike,
  type SessionState,
  type Signalled,
  Value,
} from "../src/index";

/** Each message comes a little later, as by a network. */
const DELAY_MS = 5;

export type Take = (from: string, message: { type: CommandType }) => void;

/** One seat's session with the call in memory. */
export class MemorySession implements SessionLike {
  readonly seat: string;
  readonly commands: { type: CommandType; fields: object }[] = [];
  readonly heard: Signalled[] = [];
  readonly #take: Take;
  readonly #state: Value<SessionState>;
  readonly #listeners = new Set<(signal: Signalled) => void>();
  readonly get: () => SessionState;
  readonly subscribe: (listener: () => void) => () => void;

  constructor(take: Take, seat: string) {
    this.#take = take;
    this.seat = seat;
    this.#state = new Value<SessionState>({
      connection: { kind: "online" },
      snapshot: null,
      iceServers: [],
      clockOffsetMs: 0,
      repeating: false,
      left: null,
    });
    this.get = this.#state.get;
    this.subscribe = this.#state.subscribe;
  }

  async command<C extends CommandType>(type: C, fields: FieldsOf<C>): Promise<Ack> {
    if (this.get().connection.kind !== "online") {
      throw new CommandError("offline", "no answer came in time");
    }
    this.commands.push({ type, fields });
    await new Promise((resolve) => setTimeout(resolve, DELAY_MS));
    this.#take(this.seat, { type, ...fields });
    return { type: "ack", re: "operation", server_time: new Date().toISOString() };
  }

  onSignal(listener: (signal: Signalled) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  show(call: CallView): void {
    const name = { fi: this.seat, sv: this.seat, en: this.seat };
    const terminal = {
      id: this.seat,
      names: name,
      kind: "kiosk" as const,
      point: { id: "point", names: name, host: { id: "host", names: name } },
    };
    const snapshot: AnySnapshot = { role: "terminal", terminal, contact: null, call };
    this.#state.set({ ...this.get(), snapshot });
  }

  /** The signalling is lost, or back. */
  connect(online: boolean): void {
    const connection = online
      ? ({ kind: "online" } as const)
      : ({ kind: "offline", since: Date.now(), retryAt: null } as const);
    this.#state.set({ ...this.get(), connection });
  }

  hear(signal: Signalled): void {
    this.heard.push(signal);
    for (const listener of this.#listeners) {
      listener(signal);
    }
  }
}
