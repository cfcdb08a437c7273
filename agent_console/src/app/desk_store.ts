/**
 * The desk's moving part: follows the boards, reads the catalogue while the desk is looked at, and sends what the advisor
 * does. What is typed stays in this page's memory: a note is stored nowhere in the browser (I8).
 */

import {
  type Ack,
  CommandError,
  type CommandType,
  type FieldsOf,
  type Observable,
  type PointCatalogue,
  type SessionLike,
  type StaffSnapshot,
  type Timers,
  Value,
} from "@palvelurinki/call_kit";
import { cardsOf } from "../model/desk/cards";
import { CONNECTING, type DeskEvent, type DeskPlace, type DeskState, EMPTY_DESK, reduceDesk } from "../model/desk/desk";
import { hasText, problemOf, requestOf, terminalOf } from "../model/desk/draft";
import { handoffOf, sameNote, tooLong } from "../model/desk/note";

/** Rings open and close, and instructions change: the catalogue is read anew this often while the desk is looked at. */
export const READ_EVERY_MS = 60_000;

export interface DeskParts {
  readonly session: SessionLike<StaffSnapshot>;
  readonly timers: Timers;
  /** Rejects with a CommandError when it is refused or not reached. */
  readonly readCatalogue: (point: string) => Promise<PointCatalogue>;
  /** Told of faults of this program itself. */
  readonly report: (error: unknown) => void;
}

export class DeskStore implements Observable<DeskState> {
  readonly #state = new Value<DeskState>(EMPTY_DESK);
  readonly get = this.#state.get;
  readonly subscribe = this.#state.subscribe;
  readonly #parts: DeskParts;
  #watching = false;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** Follows the boards from now on; the returned function ends that. */
  start(): () => void {
    const stop = this.#parts.session.subscribe(() => this.#observe());
    this.#observe();
    return stop;
  }

  dispatch(event: DeskEvent): void {
    this.#state.set(reduceDesk(this.get(), event));
  }

  /** ms since the epoch by the server's clock. */
  now(): number {
    return this.#parts.timers.now() + this.#parts.session.get().clockOffsetMs;
  }

  /** The desk is looked at: its catalogue is read now and kept fresh, until the returned function is called. */
  watch(): () => void {
    this.#watching = true;
    let cancel: () => void = () => undefined;
    const again = (): void => {
      this.readCatalogue().catch(this.#parts.report);
      cancel = this.#parts.timers.after(READ_EVERY_MS, again);
    };
    again();
    return () => {
      this.#watching = false;
      cancel();
    };
  }

  async readCatalogue(): Promise<void> {
    const { point } = this.get();
    if (point === null) {
      return;
    }
    try {
      this.dispatch({ type: "catalogue_read", point, catalogue: await this.#parts.readCatalogue(point) });
    } catch (error: unknown) {
      this.dispatch({ type: "catalogue_failed", point, code: this.#codeOf(error) });
    }
  }

  choosePoint(point: string): void {
    this.dispatch({ type: "point_chosen", point });
    this.readCatalogue().catch(this.#parts.report);
  }

  /** Sends the draft. What keeps it, and a refusal, are state; the draft is emptied only when it has been sent. */
  async connect(language: string): Promise<void> {
    const { draft, point, pending, reads } = this.get();
    if (pending.has(CONNECTING)) {
      return;
    }
    const { snapshot } = this.#parts.session.get();
    const cards = cardsOf(snapshot?.points.find((each) => each.point.id === point) ?? null);
    const catalogue = reads.get(point ?? "")?.catalogue ?? null;
    const problem = problemOf(draft, catalogue, cards);
    const terminal = terminalOf(draft, cards);
    if (problem !== null || draft.service === null || terminal === null) {
      this.dispatch({ type: "kept", problem: problem ?? { kind: "no_matter" } });
      return;
    }
    const request = requestOf(draft, draft.service, terminal.id, { now: this.now(), language });
    const ack = await this.#command(CONNECTING, "request_for_customer", request);
    if (ack?.contact) {
      this.dispatch({ type: "connected", contact: ack.contact, terminal: terminal.id });
    } else if (this.get().failures.get(CONNECTING) === "ring.closed") {
      await this.readCatalogue();
    }
  }

  /** Whether leaving the page would lose something that was written. */
  hasText(): boolean {
    const { draft, amending } = this.get();
    return hasText(draft) || (amending !== null && !sameNote(amending.from, amending.note));
  }

  async saveAmend(): Promise<void> {
    const { amending } = this.get();
    if (amending === null || tooLong(amending.note) !== null) {
      return;
    }
    const { contact, note } = amending;
    const handoff = handoffOf(note) ?? { what: "" };
    const done = await this.act(contact, "amend_handoff", { contact, handoff });
    // What was written on meanwhile is not thrown away.
    if (done && this.get().amending?.note === note) {
      this.dispatch({ type: "amend_closed" });
    }
  }

  async addMatter(contact: string, service: string): Promise<void> {
    if (await this.act(contact, "add_matter", { contact, matter: { service } })) {
      this.dispatch({ type: "opened_closed" });
    }
  }

  async closeContact(contact: string): Promise<void> {
    this.dispatch({ type: "opened_closed" });
    await this.act(contact, "close_contact", { contact });
  }

  async finish(contact: string): Promise<void> {
    if (await this.act(contact, "finish_contact", { contact })) {
      const { shown } = this.get();
      if (shown.kind === "contact" && shown.contact === contact) {
        this.dispatch({ type: "looked_away" });
      }
    }
  }

  /** One thing at a time is asked of a contact. Resolves to whether it was done; a refusal is told at the contact. */
  async act<C extends CommandType>(contact: string, type: C, fields: FieldsOf<C>): Promise<boolean> {
    return !this.get().pending.has(contact) && (await this.#command(contact, type, fields)) !== null;
  }

  async #command<C extends CommandType>(place: DeskPlace, type: C, fields: FieldsOf<C>): Promise<Ack | null> {
    this.dispatch({ type: "sent", place });
    try {
      const ack = await this.#parts.session.command(type, fields);
      this.dispatch({ type: "done", place });
      return ack;
    } catch (error: unknown) {
      this.dispatch({ type: "failed", place, code: this.#codeOf(error) });
      return null;
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
    const { snapshot } = this.#parts.session.get();
    if (snapshot === null) {
      return;
    }
    const before = this.get().point;
    this.dispatch({ type: "boards", points: snapshot.points, at: this.now() });
    if (this.#watching && this.get().point !== before) {
      this.readCatalogue().catch(this.#parts.report);
    }
  }
}
