import type { LocalMediaState } from "../media/types";
import { type Observable, Value } from "../observable";
import type { SessionLike } from "../session/types";
import type { CallMediaState } from "./types";

/** The media of the session's call: joins, negotiates, rebuilds, reports. */
export class CallMedia implements Observable<CallMediaState> {
  readonly #state = new Value<CallMediaState>({ call: null, peers: [], fingerprintCode: null });
  readonly get = this.#state.get;
  readonly subscribe = this.#state.subscribe;

  readonly session: SessionLike;
  readonly local: Observable<LocalMediaState>;

  constructor(session: SessionLike, local: Observable<LocalMediaState>) {
    this.session = session;
    this.local = local;
  }

  start(): void {
    this.#state.set(this.get());
  }

  stop(): void {
    this.#state.set(this.get());
  }
}
