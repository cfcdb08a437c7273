import { describe, expect, it } from "vitest";
import type { ServerEvent, StaffSnapshot, TerminalSnapshot } from "../generated/wire";
import { chance } from "../testing/chance";
import { callView, contactView, NOW, named, ringView, staffSnapshot, terminalSnapshot } from "../testing/views";
import { SessionMachine } from "./machine";
import { applyEvent } from "./snapshot";
import type { AnySnapshot } from "./types";

type Change = [AnySnapshot, ServerEvent];
type Changer<S> = (snapshot: S, seq: number, pick: (bound: number) => number) => Change;

const terminalChanges: Changer<TerminalSnapshot>[] = [
  (snapshot, seq, pick) => {
    const contact = pick(4) === 0 ? null : contactView(`contact-${pick(3)}`, pick(2) ? "waiting" : "offered");
    return [
      { ...snapshot, contact },
      { type: "contact", seq, contact },
    ];
  },
  (snapshot, seq, pick) => {
    const call = pick(3) === 0 ? null : callView("seat-1", pick(5), []);
    return [
      { ...snapshot, call },
      { type: "call", seq, call },
    ];
  },
];

const staffChanges: Changer<StaffSnapshot>[] = [
  (snapshot, seq, pick) => {
    const ring = ringView(`ring-${pick(4)}`, pick(9));
    const rings = snapshot.rings.some((each) => each.ring.id === ring.ring.id)
      ? snapshot.rings.map((each) => (each.ring.id === ring.ring.id ? ring : each))
      : [...snapshot.rings, ring];
    return [
      { ...snapshot, rings },
      { type: "ring", seq, ring },
    ];
  },
  (snapshot, seq, pick) => {
    const reason = pick(2) ? "lunch" : "break";
    const presence = {
      state: "paused",
      reason,
      reason_names: named(reason).names,
      since: NOW,
      wrap_up: null,
    } as const;
    return [
      { ...snapshot, presence },
      { type: "presence", seq, presence },
    ];
  },
  (snapshot, seq, pick) => {
    const offer = pick(2)
      ? null
      : ({
          id: `offer-${seq}`,
          state: "ringing",
          contact: "contact-1",
          matter: null,
          opened_at: NOW,
          expires_at: NOW,
          others: 0,
          why: null,
          reason: null,
          brief: null,
        } as const);
    return [
      { ...snapshot, offer },
      { type: "offer", seq, offer },
    ];
  },
  (snapshot, seq) => [
    snapshot,
    { type: "signal", seq, id: "signal-1", call: "call-1", sender: "seat-2", generation: 2 },
  ],
  (snapshot, seq, pick) => {
    const board = { point: named(`point-${pick(3)}`), terminals: [] };
    const points = snapshot.points.filter((each) => each.point.id !== board.point.id);
    return points.length < snapshot.points.length
      ? [snapshot, { type: "point", seq, point: board }]
      : [
          { ...snapshot, points: [...points, board] },
          { type: "point", seq, point: board },
        ];
  },
];

describe.each(Array.from({ length: 20 }, (_, index) => index + 1))("with the chance of seed %i", (seed) => {
  function history(start: AnySnapshot): [AnySnapshot[], ServerEvent[]] {
    const random = chance(seed);
    const pick = (bound: number): number => Math.floor(random() * bound);
    const truth = [start];
    const events: ServerEvent[] = [];
    for (let seq = 1; seq <= 60; seq++) {
      const last = truth.at(-1) ?? start;
      const [next, event] =
        last.role === "terminal"
          ? (terminalChanges[pick(terminalChanges.length)]?.(last, seq, pick) ?? never())
          : (staffChanges[pick(staffChanges.length)]?.(last, seq, pick) ?? never());
      truth.push(next);
      events.push(event);
    }
    return [truth, events];
  }

  it.each([terminalSnapshot(), staffSnapshot()])(
    "a $role's snapshot and the events since equal a fresh snapshot",
    (start) => {
      const [truth, events] = history(start);
      for (const from of [0, 7, 30, 59]) {
        const begun = truth[from] ?? never();
        expect(events.slice(from).reduce(applyEvent, begun)).toEqual(truth.at(-1));
      }
    },
  );

  it("a machine that loses its socket anywhere ends with the same state", () => {
    const [truth, events] = history(staffSnapshot());
    const random = chance(seed + 1000);
    const machine = new SessionMachine({ random, newId: () => "generated-id" });
    const attempt = { now: 1 };
    const feed = (message: object): void => {
      machine.handle({ kind: "message", attempt: attempt.now, text: JSON.stringify(message) }, 0);
    };
    const connect = (snapshot: AnySnapshot | null, seq: number): void => {
      machine.handle({ kind: "opened", attempt: attempt.now }, 0);
      feed({
        type: "welcome",
        resume_token: "resume-token",
        resumed: snapshot === null,
        seq,
        snapshot,
        heartbeat_s: 10,
        ice_servers: [],
        server_time: NOW,
      });
    };
    machine.handle({ kind: "start" }, 0);
    machine.handle({ kind: "ticket", attempt: 1, result: { ticket: "ticket" } }, 0);
    connect(truth[0] ?? never(), 0);
    let replayFrom = 0;
    for (let index = 0; index < events.length; index++) {
      if (random() < 0.2) {
        machine.handle({ kind: "closed", attempt: attempt.now }, 0);
        // Giving the attempt up and making a new one count one each.
        machine.handle({ kind: "timer", name: "retry" }, 0);
        attempt.now += 2;
        connect(null, index);
        // What was not acknowledged comes again, seen or not.
        for (const event of events.slice(replayFrom, index)) {
          feed(event);
        }
        replayFrom = Math.floor(random() * index);
      }
      feed(events[index] ?? never());
    }
    expect(machine.state.connection.kind).toBe("online");
    expect(machine.state.snapshot).toEqual(truth.at(-1));
  });
});

it("leaves alone what a snapshot of this kind does not have", () => {
  const snapshot = terminalSnapshot();
  expect(applyEvent(snapshot, { type: "ring", seq: 1, ring: ringView("ring-1") })).toBe(snapshot);
});

function never(): never {
  throw new Error("the test's own history is incomplete");
}
