/**
 * The one place that joins the pure machine to the world: it feeds it what the session, the devices and the clock
 * tell, and does what it asks. Everything of the world is passed in.
 */

import {
  type Catalogue,
  CommandError,
  type CommandType,
  type FieldsOf,
  type LineFault,
  type LineProgress,
  type LocalMediaState,
  type Observable,
  type SessionState,
  type TerminalSnapshot,
  Value,
} from "@palvelurinki/call_kit";
import type { Access } from "./model/access";
import { advance } from "./model/advance";
import { devicesOf } from "./model/devices";
import type { Command, CustomerEvent, Effect, KioskEvent } from "./model/events";
import { initialState, type KioskState, type Problem, wantsMedia } from "./model/state";

export interface World {
  session: Observable<SessionState<TerminalSnapshot>> & {
    command: <C extends CommandType>(type: C, fields: FieldsOf<C>) => Promise<unknown>;
    takeOver: () => void;
  };
  local: Observable<LocalMediaState> & {
    open: () => Promise<void>;
    close: () => void;
    setAudio: (on: boolean) => void;
    setVideo: (on: boolean) => void;
  };
  access: Observable<Access> & { enrolAnew: () => void };
  chime: { ready: () => void; play: () => void };
  /** Tries whether this terminal can call. Rejects when `signal` ends it. */
  checkLine: (
    progress: (steps: LineProgress) => void,
    signal: AbortSignal,
  ) => Promise<{ readonly faults: readonly LineFault[] }>;
  loadCatalogue: () => Promise<Catalogue>;
  /** Loads the page anew. */
  restart: () => void;
  now: () => number;
}

const TICK_MS = 500;

export class Kiosk implements Observable<KioskState> {
  readonly #world: World;
  readonly #state: Value<KioskState>;
  #mediaOpen = false;
  /** The check that runs, and of which contact. */
  #check: { contact: string; end: AbortController } | null = null;
  readonly get: () => KioskState;
  readonly subscribe: (listener: () => void) => () => void;

  constructor(world: World) {
    this.#world = world;
    this.#state = new Value(initialState(world.now()));
    this.get = this.#state.get;
    this.subscribe = this.#state.subscribe;
  }

  /** Follows the world until the returned function is called. */
  start(): () => void {
    const { session, local, access } = this.#world;
    const ends = [
      session.subscribe(() => this.#followSession()),
      local.subscribe(() => this.#followMedia()),
      access.subscribe(() => this.#take({ type: "access_changed", access: access.get() })),
    ];
    const ticking = setInterval(() => this.#take({ type: "ticked" }), TICK_MS);
    this.#followSession();
    return () => {
      clearInterval(ticking);
      for (const end of ends) {
        end();
      }
    };
  }

  readonly send = (event: CustomerEvent): void => this.#take(event);

  #followSession(): void {
    const { connection, ...told } = this.#world.session.get();
    const { snapshot, clockOffsetMs, repeating, left } = told;
    this.#take({ type: "session_changed", connection: connection.kind, snapshot, clockOffsetMs, repeating, left });
  }

  #followMedia(): void {
    if (this.#mediaOpen) {
      this.#take({ type: "devices_changed", devices: devicesOf(this.#world.local.get()) });
    }
  }

  #take(event: KioskEvent): void {
    const { state, effects } = advance(this.#state.get(), event, this.#world.now());
    const { shutter, muted } = this.#state.get().visit;
    this.#state.set(state);
    // What one customer has shut is open for the next.
    if (state.visit.shutter !== shutter) {
      this.#world.local.setVideo(!state.visit.shutter);
    }
    if (state.visit.muted !== muted) {
      this.#world.local.setAudio(!state.visit.muted);
    }
    this.#tendMedia(state);
    // By now: media that opened at once have brought the state further.
    this.#tendCheck(this.#state.get());
    for (const effect of effects) {
      this.#perform(effect);
    }
  }

  /** Camera and microphone are open exactly while the state wants them. */
  #tendMedia(state: KioskState): void {
    const wanted = wantsMedia(state);
    if (wanted === this.#mediaOpen) {
      return;
    }
    this.#mediaOpen = wanted;
    if (wanted) {
      this.#openMedia();
    } else {
      this.#world.local.close();
    }
  }

  /** A check ends with what it was made for. */
  #tendCheck({ line }: KioskState): void {
    if (this.#check !== null && (line?.phase !== "running" || line.contact !== this.#check.contact)) {
      this.#check.end.abort();
      this.#check = null;
    }
  }

  #checkLine(contact: string): void {
    const check = { contact, end: new AbortController() };
    this.#check = check;
    let steps: LineProgress = {};
    const progress = (next: LineProgress): void => {
      steps = next;
      this.#take({ type: "line_progressed", contact, steps });
    };
    this.#world.checkLine(progress, check.end.signal).then(
      ({ faults }) => this.#take({ type: "line_checked", contact, steps, faults }),
      () => {
        if (!check.end.signal.aborted) {
          this.#take({ type: "line_unchecked", contact });
        }
      },
    );
  }

  #openMedia(): void {
    // It tells its failures by its state.
    this.#world.local.open().then(
      () => this.#followMedia(),
      () => this.#take({ type: "devices_changed", devices: { kind: "none", cause: "failed" } }),
    );
  }

  #perform(effect: Effect): void {
    const { session, local, chime, access, restart } = this.#world;
    switch (effect.do) {
      case "request_contact":
      case "set_language":
      case "leave_contact":
      case "continue_contact":
      case "leave_call":
      case "report_line":
      case "call_advisor":
      case "rate_contact":
        this.#command(effect);
        break;
      case "check_line":
        this.#checkLine(effect.contact);
        break;
      case "load_catalogue":
        this.#loadCatalogue();
        break;
      case "reopen_media":
        local.close();
        this.#openMedia();
        break;
      case "ready_chime":
        chime.ready();
        break;
      case "chime":
        chime.play();
        break;
      case "take_over":
        session.takeOver();
        break;
      case "enrol_anew":
        access.enrolAnew();
        break;
      case "restart":
        restart();
        break;
      default:
        throw new Error(`unknown effect ${JSON.stringify(effect satisfies never)}`);
    }
  }

  #loadCatalogue(): void {
    this.#world.loadCatalogue().then(
      (catalogue) => this.#take({ type: "catalogue_loaded", catalogue }),
      () => this.#take({ type: "catalogue_failed" }),
    );
  }

  #command(command: Command): void {
    this.#ask(command).catch((error: unknown) => {
      const problem =
        error instanceof CommandError ? problemOf(error) : { code: "internal", opensAt: null, closing: false };
      this.#take({ type: "command_refused", command: command.do, about: aboutOf(command), problem });
    });
  }

  #ask(command: Command): Promise<unknown> {
    const { session } = this.#world;
    switch (command.do) {
      case "request_contact": {
        const { service, language, proven, visit } = command;
        return session.command("request_contact", { service, language, proven, ...(visit !== null && { visit }) });
      }
      case "set_language":
        return session.command("set_language", { contact: command.contact, language: command.language });
      case "report_line":
        // At most each once: the list that the wire takes.
        return session.command("report_line", {
          contact: command.contact,
          faults: [...command.faults] as FieldsOf<"report_line">["faults"],
        });
      case "call_advisor":
        return session.command("call_advisor", { contact: command.contact, wanted: command.wanted });
      case "rate_contact":
        return session.command("rate_contact", { contact: command.contact, satisfaction: command.satisfaction });
      case "leave_contact":
        return session.command("leave_contact", { contact: command.contact });
      case "continue_contact":
        return session.command("continue_contact", { contact: command.contact });
      case "leave_call":
        return session.command("leave_call", { call: command.call });
      default:
        return command satisfies never;
    }
  }
}

function aboutOf(command: Command): string | null {
  if (command.do === "leave_call") {
    return command.call;
  }
  return command.do === "request_contact" ? null : command.contact;
}

function problemOf({ code, details }: CommandError): Problem {
  return { code, opensAt: textOrNull(details["opens_at"]), closing: details["closing"] === true };
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
