import type { ClientMessage, Heartbeat, ServerMessage, Signalled } from "../generated/wire";
import type { Effect, Input } from "../session/inputs";
import { SessionMachine } from "../session/machine";
import type { Answer } from "../session/pending";
import { NOW, terminalSnapshot } from "./views";

/** Runs a machine in virtual time, and plays the server to it. */
export class World {
  now = Date.parse(NOW);
  sent: ClientMessage[] = [];
  opened: number[] = [];
  closed = 0;
  tickets: number[] = [];
  readonly settled = new Map<string, Answer>();
  readonly signals: Signalled[] = [];
  random = 0.5;
  #ids = 0;
  readonly #timers = new Map<string, number>();
  readonly machine = new SessionMachine({
    random: () => this.random,
    newId: () => `generated-${++this.#ids}`,
  });

  input(input: Input): void {
    for (const effect of this.machine.handle(input, this.now)) {
      this.#perform(effect);
    }
  }

  get attempt(): number {
    return Math.max(0, ...this.opened, ...this.tickets);
  }

  get connection(): string {
    return this.machine.state.connection.kind;
  }

  receive(message: ServerMessage | Record<string, unknown>): void {
    this.input({ kind: "message", attempt: this.attempt, text: JSON.stringify(message) });
  }

  /** Lets time pass, timers going off in order. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const [next] = [...this.#timers].sort(([, one], [, other]) => one - other);
      if (!next || next[1] > end) {
        break;
      }
      this.#timers.delete(next[0]);
      this.now = next[1];
      this.input({ kind: "timer", name: next[0] as "retry" });
    }
    this.now = end;
  }

  ticket(): void {
    this.input({ kind: "ticket", attempt: this.attempt, result: { ticket: `ticket-${this.attempt}` } });
  }

  open(): void {
    this.input({ kind: "opened", attempt: this.attempt });
  }

  lose(): void {
    this.input({ kind: "closed", attempt: this.attempt });
  }

  welcome(change: Record<string, unknown> = {}): void {
    this.receive({
      type: "welcome",
      version: 1,
      session: "session-1",
      resume_token: "resume-token-1",
      resumed: false,
      seq: 0,
      snapshot: terminalSnapshot(),
      heartbeat_s: 10,
      ice_servers: [],
      server_time: new Date(this.now).toISOString(),
      ...change,
    });
  }

  online(): void {
    this.input({ kind: "start" });
    this.ticket();
    this.open();
    this.welcome();
  }

  /** What was sent last, but for heartbeats. */
  lastCommands(): ClientMessage[] {
    return this.sent.filter((message) => message.type !== "heartbeat");
  }

  acknowledge(re: string): void {
    this.receive({ type: "ack", re, contact: null, call: null, server_time: NOW });
  }

  lastHeartbeat(): Heartbeat {
    const last = this.sent.at(-1);
    if (last?.type !== "heartbeat") {
      throw new Error("the last message is not a heartbeat");
    }
    return last;
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case "fetch_ticket":
        this.tickets.push(effect.attempt);
        break;
      case "open":
        this.opened.push(effect.attempt);
        break;
      case "close":
        this.closed += 1;
        break;
      case "send":
        this.sent.push(JSON.parse(effect.text));
        break;
      case "set_timer":
        this.#timers.set(effect.name, this.now + effect.ms);
        break;
      case "clear_timer":
        this.#timers.delete(effect.name);
        break;
      case "settle":
        if (this.settled.has(effect.id)) {
          throw new Error(`${effect.id} was settled twice`);
        }
        this.settled.set(effect.id, effect.answer);
        break;
      default:
        this.signals.push(effect.signal);
    }
  }
}

export function makeReady(id: string): Input {
  return { kind: "command", command: { id, type: "make_ready" } };
}

export function codeOf(answer: Answer | undefined): string {
  if (!answer) {
    return "unanswered";
  }
  return "ack" in answer ? "ack" : answer.error.code;
}
