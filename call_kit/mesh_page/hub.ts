/**
 * A call in memory: as much of the server as the mesh needs. It gives seats, epochs, peers and roles by the rules of
 * `domain/call.py`, relays signals, and hands out call views.
 */
import type { CallView, CommandType, FieldsOf, SeatView, Signalled } from "../src/index";
import { MemorySession } from "./session";

const CALL = "call-1";
const START = "2026-11-23T08:15:00Z";

export class Hub {
  readonly sessions = new Map<string, MemorySession>();
  readonly #seats: SeatView[] = [];
  #seq = 0;

  sit(kind: SeatView["kind"]): MemorySession {
    const id = `seat-${this.#seats.length + 1}`;
    this.#seats.push({
      id,
      kind,
      state: "joining",
      epoch: 0,
      away_until: null,
      label: { fi: id, sv: id, en: id },
    });
    const session = new MemorySession((from, message) => this.take(from, message), id);
    this.sessions.set(id, session);
    this.#showAll();
    return session;
  }

  take(from: string, message: { type: CommandType }): void {
    if (message.type === "join_call") {
      for (const seat of this.#seats) {
        if (seat.id === from) {
          seat.epoch += 1;
          seat.state = "joined";
        }
      }
      this.#showAll();
    } else if (message.type === "signal") {
      const { to, ...rest } = message as FieldsOf<"signal"> & { type: "signal" };
      this.relay(to, { ...rest, sender: from });
    }
  }

  relay(to: string, signal: Omit<Signalled, "seq" | "id">): void {
    this.#seq += 1;
    this.sessions.get(to)?.hear({ ...signal, seq: this.#seq, id: `signal-${this.#seq}` });
  }

  end(): void {
    for (const session of this.sessions.values()) {
      session.show({ ...this.#viewOf(session.seat), state: "ended", peers: [] });
    }
  }

  #showAll(): void {
    for (const session of this.sessions.values()) {
      session.show(this.#viewOf(session.seat));
    }
  }

  #viewOf(me: string): CallView {
    const mine = this.#seats.findIndex((seat) => seat.id === me);
    const epoch = this.#seats[mine]?.epoch ?? 0;
    return {
      id: CALL,
      contact: "contact-1",
      state: "opening",
      topology: "mesh",
      me,
      seats: this.#seats.map((seat) => ({ ...seat })),
      peers: this.#seats.flatMap((seat, place) =>
        epoch > 0 && seat.epoch > 0 && place !== mine
          ? [{ seat: seat.id, generation: epoch + seat.epoch, polite: mine < place, offers_first: mine > place }]
          : [],
      ),
      matter: null,
      started_at: START,
      connected_at: null,
      ended_at: null,
      outcome: null,
      brief: null,
    };
  }
}
