import type { Ack, Signalled, TicketView } from "../generated/wire";
import { Value } from "../observable";
import type { Effect, Input, TicketResult, TimerName } from "./inputs";
import { SessionMachine } from "./machine";
import type { Answer, Outgoing } from "./pending";
import { sessionTimers } from "./timers";
import type { AnySnapshot, CommandType, FieldsOf, SessionLike, SessionState, Timers } from "./types";

/**
 * How an attempt to sign in went: `done`, a ticket may be asked for again; `refused`, a person has to do something;
 * `failed`, nobody said anything that counts, and it is tried again later.
 */
export type SignInResult = "done" | "refused" | "failed";

export interface SessionOptions {
  readonly audience: "terminal" | "staff";
  /** Signs in when the sign-in has ended, for who can do so without a person. Must not reject. */
  readonly signIn?: () => Promise<SignInResult>;
  /** Where the server is; the page's own origin unless given. */
  readonly baseUrl?: string;
  readonly fetch?: typeof fetch;
  readonly WebSocket?: typeof WebSocket;
  readonly timers?: Timers;
  readonly random?: () => number;
  readonly newId?: () => string;
  /** Says `online` when the network is back; the window unless given. */
  readonly network?: Pick<EventTarget, "addEventListener" | "removeEventListener">;
}

interface Waiter {
  readonly resolve: (ack: Ack) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One signalling session with the server: the machine of `machine.ts` with a real socket, clock and network.
 *
 * `start()` connects, and from then on it reconnects by itself; `get().connection` says how it stands. `stop()` ends
 * it; it can be started again.
 */
export class Session<S extends AnySnapshot = AnySnapshot> implements SessionLike<S> {
  readonly #options: SessionOptions;
  readonly #timers: Timers;
  readonly #machine: SessionMachine;
  readonly #state: Value<SessionState<S>>;
  readonly #waiters = new Map<string, Waiter>();
  readonly #listeners = new Set<(signal: Signalled) => void>();
  readonly #running = new Map<TimerName, () => void>();
  readonly #newId: () => string;
  readonly #inputs: Input[] = [];
  #socket: WebSocket | null = null;
  readonly get: () => SessionState<S>;
  readonly subscribe: (listener: () => void) => () => void;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#timers = options.timers ?? sessionTimers();
    this.#newId = options.newId ?? ((): string => crypto.randomUUID());
    this.#machine = new SessionMachine({ random: options.random ?? Math.random, newId: this.#newId });
    this.#state = new Value(this.#machineState());
    this.get = this.#state.get;
    this.subscribe = this.#state.subscribe;
  }

  start(): void {
    this.#network()?.addEventListener("online", this.#networkOnline);
    this.#input({ kind: "start" });
  }

  stop(): void {
    this.#network()?.removeEventListener("online", this.#networkOnline);
    this.#input({ kind: "stop" });
  }

  /** After `superseded` or `signed_out`: connect here again. */
  takeOver(): void {
    this.#input({ kind: "take_over" });
  }

  /**
   * Asks the server for something; resolves with its acknowledgement. Rejects with CommandError when the server
   * refuses (its code), or with code "offline" when there was no answer within 15 s. The command is sent again with
   * the same id after a reconnect, and when the server could not do it just then ("server.busy", told only when the
   * 15 s are up); it acts once. What leaves a call or a contact is sent again until it gets through: `get().left` says
   * at once that it was left, for whoever shows it and for the call's media.
   */
  command<C extends CommandType>(type: C, fields: FieldsOf<C>): Promise<Ack> {
    const id = this.#newId();
    return new Promise((resolve, reject) => {
      this.#waiters.set(id, { resolve, reject });
      // The compiler cannot see that a type and its own fields make one of the commands.
      this.#input({ kind: "command", command: { ...fields, id, type } as unknown as Outgoing });
    });
  }

  /** Calls `listener` with each signal of another seat, in order; the returned function ends that. */
  onSignal(listener: (signal: Signalled) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  readonly #networkOnline = (): void => this.#input({ kind: "network_online" });

  #network(): Pick<EventTarget, "addEventListener" | "removeEventListener"> | undefined {
    return this.#options.network ?? globalThis.window;
  }

  /** The audience that was asked for is what the server answers with: its snapshots are S. */
  #machineState(): SessionState<S> {
    return this.#machine.state as SessionState<S>;
  }

  /** Inputs that arise while one is being handled (a listener that gives a command) wait for their turn. */
  #input(input: Input): void {
    this.#inputs.push(input);
    if (this.#inputs.length > 1) {
      return;
    }
    for (let next: Input | undefined = input; next; next = this.#inputs[0]) {
      const effects = this.#machine.handle(next, this.#timers.now());
      // The state first: whoever hears of an answer or a signal finds the state that goes with it.
      this.#state.set(this.#machineState());
      for (const effect of effects) {
        this.#perform(effect);
      }
      this.#inputs.shift();
    }
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case "fetch_ticket":
        this.#fetchTicket(effect.attempt);
        break;
      case "open":
        this.#open(effect.attempt);
        break;
      case "close":
        this.#socket?.close();
        this.#socket = null;
        break;
      case "send":
        this.#socket?.send(effect.text);
        break;
      case "set_timer":
        this.#setTimer(effect.name, effect.ms);
        break;
      case "clear_timer":
        this.#clearTimer(effect.name);
        break;
      case "settle":
        this.#settle(effect.id, effect.answer);
        break;
      default:
        for (const listener of [...this.#listeners]) {
          listener(effect.signal);
        }
    }
  }

  #url(path: string): URL {
    return new URL(path, this.#options.baseUrl ?? globalThis.location.origin);
  }

  #fetchTicket(attempt: number): void {
    this.#ticket().then(
      (result) => this.#input({ kind: "ticket", attempt, result }),
      // No network, or no JSON: tried again later.
      () => this.#input({ kind: "ticket", attempt, result: { refused: "failed" } }),
    );
  }

  /** A ticket; when the sign-in has ended, after signing in once. */
  async #ticket(): Promise<TicketResult> {
    const first = await this.#askForTicket();
    const { signIn } = this.#options;
    if ("ticket" in first || first.refused !== "signed_out" || !signIn) {
      return first;
    }
    const result = await signIn();
    if (result === "done") {
      return this.#askForTicket();
    }
    return { refused: result === "refused" ? "signed_out" : "failed" };
  }

  async #askForTicket(): Promise<TicketResult> {
    const fetching = this.#options.fetch ?? globalThis.fetch.bind(globalThis);
    const response = await fetching(this.#url(`/api/v1/${this.#options.audience}/ticket`), {
      method: "POST",
      credentials: "same-origin",
      cache: "no-store",
    });
    if (response.status === 401) {
      return { refused: "signed_out" };
    }
    if (!response.ok) {
      return { refused: "failed" };
    }
    const view = (await response.json()) as TicketView;
    return { ticket: view.ticket };
  }

  #open(attempt: number): void {
    const url = this.#url("/ws/v1");
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = new (this.#options.WebSocket ?? globalThis.WebSocket)(url);
    this.#socket = socket;
    socket.addEventListener("open", () => this.#input({ kind: "opened", attempt }));
    socket.addEventListener("close", () => this.#input({ kind: "closed", attempt }));
    socket.addEventListener("message", (event: MessageEvent<unknown>) =>
      this.#input({ kind: "message", attempt, text: typeof event.data === "string" ? event.data : "" }),
    );
  }

  #setTimer(name: TimerName, ms: number): void {
    this.#clearTimer(name);
    this.#running.set(
      name,
      this.#timers.after(ms, () => {
        this.#running.delete(name);
        this.#input({ kind: "timer", name });
      }),
    );
  }

  #clearTimer(name: TimerName): void {
    this.#running.get(name)?.();
    this.#running.delete(name);
  }

  #settle(id: string, answer: Answer): void {
    const waiter = this.#waiters.get(id);
    this.#waiters.delete(id);
    if ("ack" in answer) {
      waiter?.resolve(answer.ack);
    } else {
      waiter?.reject(answer.error);
    }
  }
}
