import type { Ack, ClientCommand, JsonValue, Signalled, StaffSnapshot, TerminalSnapshot } from "../generated/wire";
import type { Observable } from "../observable";

export type ConnectionState =
  | { readonly kind: "connecting" }
  | { readonly kind: "online" }
  /** Reconnects by itself; `retryAt` is null while an attempt runs. Both are local times in ms. */
  | { readonly kind: "offline"; readonly since: number; readonly retryAt: number | null }
  /** Another window took over. */
  | { readonly kind: "superseded" }
  /** The server does not know who asks: the sign-in has ended. */
  | { readonly kind: "signed_out" };

export type AnySnapshot = TerminalSnapshot | StaffSnapshot;

export interface SessionState<S extends AnySnapshot = AnySnapshot> {
  readonly connection: ConnectionState;
  /** The last known state; kept while offline. */
  readonly snapshot: S | null;
  readonly iceServers: RTCIceServer[];
  /** The server's time less this machine's, in ms. */
  readonly clockOffsetMs: number;
  /** Something that was asked for could not be done yet and is being asked again. */
  readonly repeating: boolean;
  /**
   * The call or contact that was left here last, from the moment that it was asked for: the server may hear of it later.
   * Null again should the server refuse.
   */
  readonly left: string | null;
}

/** Heartbeats are the session's own business. */
export type CommandType = Exclude<ClientCommand["type"], "heartbeat">;
export type FieldsOf<C extends CommandType> = Omit<Extract<ClientCommand, { type: C }>, "id" | "type">;

/**
 * Why a command was not done. `code` is the server's, or "offline": no answer came in time. "server.busy" comes only
 * after the command was asked again and again for as long as a command is waited for.
 */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly code: string;
  readonly details: Readonly<Record<string, JsonValue>>;

  constructor(code: string, message: string, details: Readonly<Record<string, JsonValue>> = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/** What views and the call's media need of a session; tests make their own. */
export interface SessionLike<S extends AnySnapshot = AnySnapshot> extends Observable<SessionState<S>> {
  command: <C extends CommandType>(type: C, fields: FieldsOf<C>) => Promise<Ack>;
  onSignal: (listener: (signal: Signalled) => void) => () => void;
}

export interface Timers {
  now: () => number;
  /** Calls `done` once after `ms`; the returned function cancels that. */
  after: (ms: number, done: () => void) => () => void;
}
