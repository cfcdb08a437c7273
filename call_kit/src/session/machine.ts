/**
 * The client's side of the wire, without a socket, a clock or a timer: inputs go in, effects come out.
 *
 *     idle → fetching (a ticket) → opening (a socket, hello sent) → online
 *     a session that is known: → opening at once, to resume
 *     whatever fails: → waiting (back-off) → fetching or opening
 *     superseded, signed_out: until a person does something
 *
 * Every attempt to connect has a number; what comes from an older one (a socket that closes late, a ticket that was
 * long on its way) is ignored. Events are taken in order: one that was seen is ignored, a gap means that something
 * was lost, so the socket is given up and the session resumed. Commands keep their id over all of this and are sent
 * again until answered. So are those that were refused because the server could not do them just then, in the order in
 * which they were given: for as long as a command is waited for, and without end when somebody leaves, for they have
 * gone already.
 */
import type { Ack, Closing, ErrorMessage, ServerEvent, Welcome } from "../generated/wire";
import { askedDelayMs, backoffMs } from "./backoff";
import { Handled } from "./handled";
import type { Chance, Effect, Input, TicketResult, TimerName } from "./inputs";
import { COMMAND_TIMEOUT_MS, CONNECT_TIMEOUT_MS, OPEN_TIMEOUT_MS, RECONNECT } from "./limits";
import { decode, iceServersOf, type Received } from "./messages";
import { type Answer, againMs, answerOf, isLeaving, leftBy, OFFLINE, type Outgoing, Pending } from "./pending";
import { applyEvent } from "./snapshot";
import type { ConnectionState, SessionState } from "./types";

const VERSION = 1;
/** After this many heartbeats without an answer the socket counts as lost. */
const SILENT_HEARTBEATS = 1.5;
/** Clocks are not exact and answers travel: a smaller change of the offset is noise. */
const OFFSET_NOISE_MS = 500;

type Phase = "idle" | "fetching" | "opening" | "online" | "waiting" | "superseded" | "signed_out";

export class SessionMachine {
  state: SessionState = {
    connection: { kind: "connecting" },
    snapshot: null,
    iceServers: [],
    clockOffsetMs: 0,
    repeating: false,
    left: null,
  };

  readonly #chance: Chance;
  readonly #pending = new Pending();
  readonly #signals = new Handled();
  #phase: Phase = "idle";
  #attempt = 0;
  #tries = 0;
  #refusals = 0;
  #ticket: string | null = null;
  #token: string | null = null;
  #lastSeq = 0;
  #heartbeatMs = 0;
  #heartbeat: string | null = null;
  #now = 0;
  #effects: Effect[] = [];

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** Takes the input at `now` (ms) and returns what is to be done, in order. `state` is then the new state. */
  handle(input: Input, now: number): Effect[] {
    this.#now = now;
    this.#effects = [];
    if (!("attempt" in input) || input.attempt === this.#attempt) {
      this.#take(input);
    }
    return this.#effects;
  }

  #take(input: Input): void {
    switch (input.kind) {
      case "start":
        if (this.#phase === "idle" || this.#phase === "signed_out") {
          this.#begin();
        }
        break;
      case "take_over":
        if (this.#phase === "superseded" || this.#phase === "signed_out") {
          this.#begin();
        }
        break;
      case "stop":
        this.#rest("idle", { kind: "connecting" });
        break;
      case "network_online":
        this.#networkOnline();
        break;
      case "ticket":
        this.#ticketCame(input.result);
        break;
      case "opened":
        this.#greet();
        break;
      case "closed":
        this.#lost();
        break;
      case "message":
        this.#receive(decode(input.text));
        break;
      case "timer":
        this.#timer(input.name);
        break;
      default:
        this.#command(input.command);
    }
  }

  #do(effect: Effect): void {
    this.#effects.push(effect);
  }

  #become(change: Partial<SessionState>): void {
    this.state = { ...this.state, ...change };
  }

  // ---- Connecting

  #begin(): void {
    this.#token = null;
    this.#tries = 0;
    this.#become({ connection: { kind: "connecting" } });
    this.#connect();
  }

  #connect(): void {
    this.#attempt += 1;
    this.#do({ kind: "clear_timer", name: "retry" });
    if (this.state.connection.kind === "offline") {
      this.#become({ connection: { ...this.state.connection, retryAt: null } });
    }
    if (this.#token === null) {
      this.#phase = "fetching";
      this.#do({ kind: "set_timer", name: "connect", ms: CONNECT_TIMEOUT_MS });
      this.#do({ kind: "fetch_ticket", attempt: this.#attempt });
    } else {
      this.#open();
    }
  }

  #open(): void {
    this.#phase = "opening";
    this.#do({ kind: "set_timer", name: "connect", ms: OPEN_TIMEOUT_MS });
    this.#do({ kind: "open", attempt: this.#attempt });
  }

  #ticketCame(result: TicketResult): void {
    if ("ticket" in result) {
      this.#ticket = result.ticket;
      this.#open();
    } else if (result.refused === "signed_out") {
      this.#rest("signed_out", { kind: "signed_out" });
    } else {
      this.#lost();
    }
  }

  #greet(): void {
    const hello =
      this.#token === null
        ? { type: "hello", version: VERSION, ticket: this.#ticket }
        : { type: "hello", version: VERSION, resume: { token: this.#token, last_seq: this.#lastSeq } };
    this.#ticket = null;
    this.#do({ kind: "set_timer", name: "connect", ms: CONNECT_TIMEOUT_MS });
    this.#do({ kind: "send", text: JSON.stringify(hello) });
  }

  #welcome(welcome: Welcome): void {
    this.#phase = "online";
    this.#token = welcome.resume_token;
    this.#heartbeatMs = welcome.heartbeat_s * 1000;
    if (welcome.snapshot) {
      this.#lastSeq = welcome.seq;
    }
    this.#become({
      connection: { kind: "online" },
      snapshot: welcome.snapshot ?? this.state.snapshot,
      iceServers: iceServersOf(welcome.ice_servers),
    });
    this.#setClock(welcome.server_time);
    this.#do({ kind: "clear_timer", name: "connect" });
    this.#do({ kind: "set_timer", name: "heartbeat", ms: this.#heartbeatMs });
    this.#send(this.#pending.all());
  }

  #send(texts: readonly string[]): void {
    for (const text of texts) {
      this.#do({ kind: "send", text });
    }
  }

  /** Gives the socket up, whatever its state, and tries again after the back-off and at least `delayMs`. */
  #lost(delayMs = 0): void {
    this.#hangUp();
    const wait = delayMs + backoffMs(this.#tries, this.#chance.random(), RECONNECT);
    this.#tries += 1;
    this.#phase = "waiting";
    const { connection } = this.state;
    const since = connection.kind === "offline" ? connection.since : this.#now;
    this.#become({ connection: { kind: "offline", since, retryAt: this.#now + wait } });
    this.#do({ kind: "set_timer", name: "retry", ms: wait });
  }

  /** Stops for good, until a person acts: nothing that waits for an answer will get one. */
  #rest(phase: Phase, connection: ConnectionState): void {
    this.#hangUp();
    this.#do({ kind: "clear_timer", name: "retry" });
    this.#token = null;
    this.#phase = phase;
    // Whatever was left here, the server may never hear of it from this page.
    this.#become({ connection, left: null });
    for (const id of this.#pending.removeAll()) {
      this.#settle(id, { error: OFFLINE });
    }
  }

  #hangUp(): void {
    this.#do({ kind: "close", attempt: this.#attempt });
    // Whatever this attempt still brings is no longer listened to.
    this.#attempt += 1;
    this.#heartbeat = null;
    for (const name of ["connect", "heartbeat", "silence", "again"] as const) {
      this.#do({ kind: "clear_timer", name });
    }
  }

  #networkOnline(): void {
    if (this.#phase === "waiting") {
      this.#connect();
    } else if (this.#phase === "online") {
      // The network may be another one now, and the socket dead without knowing: ask at once.
      this.#beat();
    }
  }

  // ---- Online

  #receive(message: Received): void {
    switch (message.kind) {
      case "welcome":
        this.#welcome(message.welcome);
        break;
      case "answer":
        this.#answered(message.answer);
        break;
      case "closing":
        this.#closing(message.closing);
        break;
      case "event":
        this.#event(message.event);
        break;
      case "unknown_event":
        this.#inOrder(message.seq, false);
        break;
      case "unreadable":
        this.#lost();
        break;
      default:
      // A message that a newer server may send: nothing here depends on it.
    }
  }

  #answered(message: Ack | ErrorMessage): void {
    if (message.type === "ack") {
      this.#setClock(message.server_time);
      if (message.ice_servers) {
        this.#become({ iceServers: iceServersOf(message.ice_servers) });
      }
    }
    if (message.re === null) {
      return;
    }
    if (message.re === this.#heartbeat) {
      this.#heartbeat = null;
      this.#tries = 0;
      this.#do({ kind: "clear_timer", name: "silence" });
    } else if (message.type === "error" && this.#pending.refused(message)) {
      this.#askAgainLater();
    } else {
      this.#conclude(message.re, answerOf(message));
    }
  }

  #askAgainLater(): void {
    const wait = againMs(this.#refusals, this.#chance.random());
    this.#refusals += 1;
    this.#do({ kind: "set_timer", name: "again", ms: wait });
    this.#become({ repeating: true });
  }

  #conclude(id: string, answer: Answer): void {
    const command = this.#pending.remove(id);
    if (command === null) {
      return;
    }
    this.#refusals = 0;
    this.#settle(id, answer);
    if ("error" in answer && leftBy(command) === this.state.left) {
      this.#become({ left: null });
    }
  }

  #closing(closing: Closing): void {
    if (closing.code === "session.superseded") {
      this.#rest("superseded", { kind: "superseded" });
    } else if (closing.code === "session.signed_out") {
      // Whoever signs in next at this browser may be somebody else: this page waits to be told to go on.
      this.#rest("signed_out", { kind: "signed_out" });
    } else if (closing.code === "session.unknown" && this.#token !== null) {
      // The session is gone but we are not: a new one, without waiting.
      this.#hangUp();
      this.#token = null;
      this.#connect();
    } else {
      if (!closing.resumable) {
        this.#token = null;
      }
      this.#lost(askedDelayMs(closing.retry_after_s));
    }
  }

  #event(event: ServerEvent): void {
    if (!this.#inOrder(event.seq, event.type === "snapshot")) {
      return;
    }
    if (event.type === "signal") {
      if (this.#signals.add(event.id)) {
        this.#do({ kind: "signal", signal: event });
      }
    } else if (this.state.snapshot) {
      this.#become({ snapshot: applyEvent(this.state.snapshot, event) });
    } else if (event.type === "snapshot") {
      this.#become({ snapshot: event.snapshot });
    }
  }

  /** Whether the event is the next one. A snapshot stands for all that it leaps over. */
  #inOrder(seq: number, leaps: boolean): boolean {
    if (seq <= this.#lastSeq) {
      return false;
    }
    if (seq > this.#lastSeq + 1 && !leaps) {
      this.#lost();
      return false;
    }
    this.#lastSeq = seq;
    return true;
  }

  #beat(): void {
    this.#do({ kind: "set_timer", name: "heartbeat", ms: this.#heartbeatMs });
    if (this.#heartbeat === null) {
      this.#heartbeat = this.#chance.newId();
      this.#do({ kind: "set_timer", name: "silence", ms: this.#heartbeatMs * SILENT_HEARTBEATS });
      this.#do({
        kind: "send",
        text: JSON.stringify({ id: this.#heartbeat, type: "heartbeat", seq: this.#lastSeq }),
      });
    }
  }

  #timer(name: TimerName): void {
    if (name === "retry") {
      this.#connect();
    } else if (name === "heartbeat") {
      this.#beat();
    } else if (name === "connect" || name === "silence") {
      this.#lost();
    } else if (name === "again") {
      this.#send(this.#pending.due());
    } else {
      const id = name.slice("command ".length);
      this.#conclude(id, { error: this.#pending.lastWord(id) });
    }
  }

  // ---- Commands

  #command(command: Outgoing): void {
    if (this.#phase === "idle" || this.#phase === "superseded" || this.#phase === "signed_out") {
      this.#do({ kind: "settle", id: command.id, answer: { error: OFFLINE } });
      return;
    }
    const text = this.#pending.add(command);
    if (isLeaving(command)) {
      this.#become({ left: leftBy(command) });
    } else {
      this.#do({ kind: "set_timer", name: `command ${command.id}`, ms: COMMAND_TIMEOUT_MS });
    }
    if (this.#phase === "online") {
      // What was given before is done before. Signals have an order of their own, by their generation.
      this.#send(command.type === "signal" ? [text] : [...this.#pending.due(), text]);
    }
  }

  #settle(id: string, answer: Answer): void {
    this.#do({ kind: "clear_timer", name: `command ${id}` });
    this.#do({ kind: "settle", id, answer });
    if (this.state.repeating !== this.#pending.repeating) {
      this.#become({ repeating: this.#pending.repeating });
    }
  }

  #setClock(serverTime: string): void {
    const clockOffsetMs = Date.parse(serverTime) - this.#now;
    if (Math.abs(clockOffsetMs - this.state.clockOffsetMs) > OFFSET_NOISE_MS) {
      this.#become({ clockOffsetMs });
    }
  }
}
