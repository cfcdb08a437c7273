/**
 * Joins the session, this device's media and the reducer: what the person does goes out as commands, what comes in
 * becomes state. It holds no DOM and reads no clock of its own, so it is tested with a session that is made up.
 */

import {
  CommandError,
  type CommandType,
  type DeclineReason,
  type FieldsOf,
  type LocalMediaState,
  type Observable,
  type RingOffers,
  type SessionLike,
  type StaffSnapshot,
  Value,
} from "@palvelurinki/call_kit";
import { concludable, concludingOf, isSaved } from "../model/conclude";
import { devicesWanted } from "../model/media";
import { type StageKind, stageOf } from "../model/stage";
import { type ConsoleEvent, type ConsoleState, INITIAL_STATE, type Place, reduce } from "../model/state";

/** What the store needs of this device's camera and microphone. */
export interface Devices extends Observable<LocalMediaState> {
  /** Resolves when they are open or have failed. */
  open: () => Promise<void>;
  close: () => void;
}

export interface StoreParts {
  readonly session: SessionLike<StaffSnapshot>;
  readonly devices: Devices;
  /** ms since the epoch by this machine's clock. */
  readonly now: () => number;
  /** Asks for permission to notify, when it has not been asked before. */
  readonly askToNotify: () => void;
  /** Reads a ring's newest offers. Rejects with a CommandError when it is refused or not reached. */
  readonly readOffers: (ring: string) => Promise<RingOffers>;
  /** Told of faults of this program itself. */
  readonly report: (error: unknown) => void;
}

export class ConsoleStore implements Observable<ConsoleState> {
  readonly #state = new Value<ConsoleState>(INITIAL_STATE);
  readonly get = this.#state.get;
  readonly subscribe = this.#state.subscribe;
  readonly #parts: StoreParts;
  #wanted = false;

  constructor(parts: StoreParts) {
    this.#parts = parts;
  }

  /** Follows the session from now on; the returned function ends that. */
  start(): () => void {
    const stop = this.#parts.session.subscribe(() => this.#observe());
    this.#observe();
    return stop;
  }

  dispatch(event: ConsoleEvent): void {
    this.#state.set(reduce(this.get(), event));
  }

  /** Camera and microphone first: who cannot be seen nor heard is not made ready. */
  async makeReady(): Promise<void> {
    if (this.get().pending.has("status")) {
      return;
    }
    this.#parts.askToNotify();
    this.dispatch({ type: "sent", place: "status" });
    await this.saveConclusion();
    await this.#parts.devices.open();
    if (this.#parts.devices.get().stream === null) {
      this.dispatch({ type: "done", place: "status" });
      return;
    }
    const done = await this.#command("status", "make_ready", {});
    if (done) {
      this.dispatch({ type: "end_read" });
    }
  }

  async pause(reason: string): Promise<void> {
    this.dispatch({ type: "closed" });
    await this.saveConclusion();
    await this.#command("status", "pause", { reason });
  }

  async extendWrapUp(): Promise<void> {
    if (!this.get().pending.has("status")) {
      await this.#command("status", "extend_wrap_up", {});
    }
  }

  /** Sends what was chosen of how the call ended, when the server does not have it yet. */
  async saveConclusion(): Promise<void> {
    const { snapshot, concluding, pending } = this.get();
    const call = concludable(snapshot?.call ?? null);
    if (call === null || pending.has("conclusion")) {
      return;
    }
    const { resolution, followUps } = concludingOf(concluding, call);
    if (resolution !== null && !isSaved({ call: call.id, resolution, followUps }, call)) {
      const follow_ups = [...followUps] as NonNullable<FieldsOf<"conclude_call">["follow_ups"]>;
      await this.#command("conclusion", "conclude_call", { call: call.id, resolution, follow_ups });
    }
  }

  /** The advisor is asked to come to the customer of the present call, or no longer. */
  async callAdvisor(wanted: boolean): Promise<void> {
    const call = this.get().snapshot?.call;
    if (call && call.state !== "ended" && !this.get().pending.has("advisor")) {
      await this.#command("advisor", "call_advisor", { contact: call.contact, wanted });
    }
  }

  /** One reading of a ring at a time. */
  async readOffers(ring: string): Promise<void> {
    if (this.get().offers.get(ring)?.loading) {
      return;
    }
    this.dispatch({ type: "offers_asked", ring });
    try {
      this.dispatch({ type: "offers_read", ring, read: await this.#parts.readOffers(ring) });
    } catch (error: unknown) {
      this.dispatch({ type: "offers_failed", ring, code: this.#codeOf(error) });
    }
  }

  async accept(): Promise<void> {
    const offer = this.get().snapshot?.offer;
    if (offer?.state === "ringing" && !this.get().pending.has("offer")) {
      await this.#command("offer", "accept_offer", { offer: offer.id });
    }
  }

  async decline(reason: DeclineReason): Promise<void> {
    const offer = this.get().snapshot?.offer;
    if (offer?.state === "ringing" && !this.get().pending.has("offer")) {
      await this.#command("offer", "decline_offer", { offer: offer.id, reason });
    }
  }

  /** Picture and sound end at once: the session says that the call was left, whenever the server hears of it. */
  async endCall(): Promise<void> {
    const call = this.get().snapshot?.call;
    this.dispatch({ type: "closed" });
    if (call && call.state !== "ended" && !this.get().pending.has("call")) {
      await this.#command("call", "leave_call", { call: call.id });
    }
  }

  /** Resolves to whether it was done. A refusal is state, told where it was asked; a fault is reported as well. */
  async #command<C extends CommandType>(place: Place, type: C, fields: FieldsOf<C>): Promise<boolean> {
    this.dispatch({ type: "sent", place });
    try {
      await this.#parts.session.command(type, fields);
      this.dispatch({ type: "done", place });
      return true;
    } catch (error: unknown) {
      this.dispatch({ type: "failed", place, code: this.#codeOf(error) });
      return false;
    }
  }

  #codeOf(error: unknown): string {
    if (error instanceof CommandError) {
      return error.code;
    }
    this.#parts.report(error);
    return "internal";
  }

  #observe(): void {
    const { connection, snapshot, clockOffsetMs, repeating } = this.#parts.session.get();
    const at = this.#parts.now() + clockOffsetMs;
    const before = this.#stage();
    this.dispatch({ type: "observed", connection, snapshot, clockOffsetMs, repeating, at });
    this.#followDevices();
    if (before === "wrap_up" && this.#stage() !== "wrap_up") {
      // The time ran out before it was saved: what was chosen is not lost with it.
      this.saveConclusion().catch(this.#parts.report);
    }
  }

  #stage(): StageKind {
    const { memory, snapshot } = this.get();
    return stageOf(memory, snapshot).kind;
  }

  /** The camera's light is on exactly while calls may come or go on. */
  #followDevices(): void {
    const { snapshot, memory, connection } = this.get();
    const over = connection.kind === "superseded" || connection.kind === "signed_out";
    const wanted = !over && devicesWanted(snapshot, stageOf(memory, snapshot).kind);
    if (wanted === this.#wanted) {
      return;
    }
    this.#wanted = wanted;
    if (wanted) {
      this.#parts.devices.open().catch(this.#parts.report);
    } else {
      this.#parts.devices.close();
    }
  }
}
