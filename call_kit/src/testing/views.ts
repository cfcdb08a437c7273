/** Parts of snapshots for tests of this package. */
import type {
  CallView,
  ContactView,
  NamedView,
  PeerView,
  PointView,
  RingView,
  StaffSnapshot,
  TerminalSnapshot,
} from "../generated/wire";

export const NOW = "2026-11-23T08:15:00Z";

export function named(id: string): NamedView {
  return { id, names: { fi: id, sv: id, en: id } };
}

const point: PointView = { ...named("mikkeli"), host: named("mikkelin-kaupunki") };

export function contactView(id: string, state: ContactView["state"] = "waiting"): ContactView {
  return { id, state, matter: null, queue: null, to_continue: null, outcome: null, situation: null };
}

export function ringView(id: string, ready = 0): RingView {
  return {
    ring: named(id),
    provider: named("kela"),
    open: true,
    closes_at: null,
    opens_at: null,
    waiting: [],
    ready,
    offered: 0,
    in_call: 0,
    wrap_up: 0,
    paused: 0,
    served_after_closing: true,
    members: null,
  };
}

export function terminalSnapshot(change: Partial<TerminalSnapshot> = {}): TerminalSnapshot {
  return {
    role: "terminal",
    terminal: { ...named("mikkeli-kioski-1"), kind: "kiosk", point },
    contact: null,
    call: null,
    ...change,
  };
}

export function staffSnapshot(change: Partial<StaffSnapshot> = {}): StaffSnapshot {
  return {
    role: "staff",
    staff: {
      ...named("asiantuntija-1"),
      name: "Asiantuntija 1",
      organisation: named("kela"),
      organisation_kinds: ["provider"],
      roles: ["expert"],
      pause_reasons: [named("break"), named("lunch")],
    },
    presence: { state: "ready", reason: null, reason_names: null, since: NOW, wrap_up: null },
    offer: null,
    call: null,
    rings: [],
    points: [],
    ...change,
  };
}

/** A call of the seats `me` and `others`; `epoch` is that of `me`. */
export function callView(me: string, epoch: number, peers: PeerView[], change: Partial<CallView> = {}): CallView {
  return {
    id: "call-1",
    contact: "contact-1",
    state: "opening",
    topology: "mesh",
    me,
    seats: [
      {
        id: me,
        kind: "expert",
        state: epoch > 0 ? "joined" : "joining",
        epoch,
        away_until: null,
        label: named(me).names,
      },
      ...peers.map((peer) => ({
        id: peer.seat,
        kind: "terminal" as const,
        state: "joined" as const,
        epoch: peer.generation - epoch,
        away_until: null,
        label: named(peer.seat).names,
      })),
    ],
    peers,
    matter: null,
    started_at: NOW,
    connected_at: null,
    ended_at: null,
    outcome: null,
    brief: null,
    ...change,
  };
}
