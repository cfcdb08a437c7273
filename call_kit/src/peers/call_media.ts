import type { CallView, PeerView, Signalled } from "../generated/wire";
import type { LocalMediaState } from "../media/types";
import { type Observable, Value } from "../observable";
import { type Backoff, backoffMs } from "../session/backoff";
import { systemTimers } from "../session/timers";
import { CommandError, type SessionLike, type Timers } from "../session/types";
import { sendingOf } from "./control";
import type { LocalTracks } from "./lines";
import { Member } from "./member";
import { PeerLink } from "./peer_link";
import { hears, type Membership, planOf } from "./plan";
import { SignalBox } from "./signal_box";
import type { CallMediaState, RemotePeer } from "./types";

export interface CallMediaOptions {
  readonly timers?: Timers;
  readonly random?: () => number;
  readonly newConnection?: (configuration: RTCConfiguration) => RTCPeerConnection;
  readonly newStream?: () => MediaStream;
  /** Hears of failures that need no action of people; the call's own recovery mends them. */
  readonly trouble?: (what: string, error: unknown) => void;
}

const REBUILD: Backoff = { baseMs: 1000, capMs: 30_000 };
/** How often the statistics are looked at: often until media flow, so that the record's `connected` is prompt. */
const LOOK_MS = { opening: 250, flowing: 1000 } as const;
/** The server was out of reach, or could do nothing: what was asked was not done. */
const UNDONE: ReadonlySet<string> = new Set(["offline", "server.busy"]);
const NO_CALL: CallMediaState = { call: null, peers: [], fingerprintCode: null };

/**
 * The media of the session's call. It follows `session.get().snapshot.call` by itself: joins with new media, connects
 * to the peers that the server names, rebuilds what would not connect, and reports when media flow. While the
 * signalling is down nothing of it is touched (I10).
 */
export class CallMedia implements Observable<CallMediaState> {
  readonly #session: SessionLike;
  readonly #local: Observable<LocalMediaState>;
  readonly #timers: Timers;
  readonly #random: () => number;
  readonly #newConnection: (configuration: RTCConfiguration) => RTCPeerConnection;
  readonly #newStream: () => MediaStream;
  readonly #trouble: (what: string, error: unknown) => void;

  readonly #state = new Value<CallMediaState>(NO_CALL);
  readonly get = this.#state.get;
  readonly subscribe = this.#state.subscribe;

  readonly #box = new SignalBox();
  #members: readonly Member[] = [];
  #membership: Membership | null = null;
  #epoch = 0;
  #joining = false;
  #joins = 0;
  #reported = false;
  #cancelJoin: (() => void) | null = null;
  #cancelLook: (() => void) | null = null;
  #ends: (() => void)[] = [];

  constructor(session: SessionLike, local: Observable<LocalMediaState>, options: CallMediaOptions = {}) {
    this.#session = session;
    this.#local = local;
    this.#timers = options.timers ?? systemTimers;
    this.#random = options.random ?? Math.random;
    this.#newConnection =
      options.newConnection ?? ((configuration): RTCPeerConnection => new RTCPeerConnection(configuration));
    this.#newStream = options.newStream ?? ((): MediaStream => new MediaStream());
    this.#trouble = options.trouble ?? warn;
  }

  start(): void {
    if (this.#ends.length > 0) {
      return;
    }
    this.#ends = [
      this.#session.subscribe(() => this.#follow()),
      this.#session.onSignal((signal) => this.#signal(signal)),
      this.#local.subscribe(() => this.#localChanged()),
    ];
    this.#follow();
  }

  /** Ends the media of this page. The seat is kept: `leave_call` is what hangs up. */
  stop(): void {
    for (const end of this.#ends) {
      end();
    }
    this.#ends = [];
    this.#leave();
  }

  // ---- Following the call

  #follow(): void {
    const plan = planOf(this.#session.get(), this.#membership);
    if (plan.kind === "wait") {
      return;
    }
    if (plan.kind === "leave") {
      this.#leave();
      return;
    }
    if (plan.membership !== this.#membership) {
      this.#leave();
      this.#membership = plan.membership;
    }
    if (plan.kind === "join") {
      this.#join(plan.call.id);
    } else {
      this.#connect(plan.call, plan.epoch);
    }
    this.#publish();
  }

  #leave(): void {
    for (const member of this.#members) {
      member.close();
    }
    this.#members = [];
    this.#membership = null;
    this.#epoch = 0;
    this.#joins = 0;
    this.#joining = false;
    this.#reported = false;
    this.#box.clear();
    this.#cancelJoin?.();
    this.#cancelJoin = null;
    this.#cancelLook?.();
    this.#cancelLook = null;
    this.#state.set(NO_CALL);
  }

  #online(): boolean {
    return this.#session.get().connection.kind === "online";
  }

  /** Joins, at first or to rebuild: one at a time, only when it can be heard, and the more seldom the more often. */
  #join(call: string): void {
    if (this.#joining || this.#cancelJoin || !this.#online()) {
      return;
    }
    this.#joining = true;
    const membership = this.#membership;
    const again = this.#joins > 0;
    this.#joins += 1;
    const done = (error?: unknown): void => {
      if (this.#membership !== membership) {
        return;
      }
      this.#joining = false;
      if (error !== undefined) {
        this.#trouble(again ? "join_call again" : "join_call", error);
        this.#joinLater();
      }
    };
    this.#session.command("join_call", { call }).then(() => done(), done);
  }

  #joinLater(): void {
    if (this.#cancelJoin || this.#joining) {
      return;
    }
    const wait = backoffMs(Math.max(0, this.#joins - 1), this.#random(), REBUILD);
    this.#cancelJoin = this.#timers.after(wait, () => {
      this.#cancelJoin = null;
      const plan = planOf(this.#session.get(), this.#membership);
      // Meanwhile the media may have come by themselves, or the connections have been replaced.
      if (plan.kind === "join" || (plan.kind === "follow" && this.#members.some((member) => member.beyondRepair))) {
        this.#join(plan.call.id);
      }
    });
  }

  #connect(call: CallView, epoch: number): void {
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#reported = false;
    }
    const old = new Map(this.#members.map((member) => [member.seat, member]));
    this.#members = call.peers.map((peer) => {
      const member = old.get(peer.seat);
      if (member && member.link.role.generation >= peer.generation) {
        old.delete(peer.seat);
        return member;
      }
      return this.#newMember(call, peer);
    });
    for (const member of old.values()) {
      member.close();
    }
    const online = this.#online();
    for (const member of this.#members) {
      member.signalling(online && hears(call, member.seat));
      for (const signal of this.#box.take(member.seat, member.link.role.generation)) {
        member.link.receive(signal);
      }
    }
    if (online && this.#members.some((member) => member.beyondRepair)) {
      this.#joinLater();
    }
    if (this.#members.length > 0) {
      this.#lookLater();
    }
  }

  #newMember(call: CallView, peer: PeerView): Member {
    const link = new PeerLink({
      connection: this.#newConnection({
        iceServers: this.#session.get().iceServers,
        bundlePolicy: "max-bundle",
      }),
      stream: this.#newStream(),
      role: { generation: peer.generation, polite: peer.polite, offersFirst: peer.offers_first },
      tracks: this.#tracks(),
      sending: sendingOf(this.#local.get()),
      outside: {
        send: (signal) => {
          this.#session
            .command("signal", { call: call.id, to: peer.seat, generation: peer.generation, ...signal })
            .catch((error: unknown) => this.#trouble("signal", error));
        },
        changed: () => {
          member.connectionChanged();
          this.#publish();
        },
        trouble: this.#trouble,
      },
    });
    const kind = call.seats.find((seat) => seat.id === peer.seat)?.kind ?? "observer";
    const member: Member = new Member({ id: peer.seat, kind }, link, this.#timers, {
      restart: () => link.restartIce(this.#session.get().iceServers),
      rebuild: () => this.#joinLater(),
    });
    return member;
  }

  // ---- Signals and local media

  #signal(signal: Signalled): void {
    if (signal.call !== this.#session.get().snapshot?.call?.id) {
      return;
    }
    const link = this.#members.find((member) => member.seat === signal.sender)?.link;
    if (this.#box.sort(signal, link?.role.generation)) {
      link?.receive(signal);
    }
  }

  #tracks(): LocalTracks {
    const { stream } = this.#local.get();
    const [audio = null] = stream?.getAudioTracks() ?? [];
    const [camera = null] = stream?.getVideoTracks() ?? [];
    return { audio, camera, document: null };
  }

  #localChanged(): void {
    for (const member of this.#members) {
      member.link.setTracks(this.#tracks(), sendingOf(this.#local.get()));
    }
  }

  // ---- What comes from the peers

  #lookLater(): void {
    if (this.#cancelLook || this.#members.length === 0) {
      return;
    }
    const wait = this.#members.every((member) => member.flowing) ? LOOK_MS.flowing : LOOK_MS.opening;
    const cancel = this.#timers.after(wait, () => {
      this.#look()
        .catch((error: unknown) => this.#trouble("statistics", error))
        .finally(() => {
          // Unless this call was left meanwhile, and another one is being looked at.
          if (this.#cancelLook === cancel) {
            this.#cancelLook = null;
            this.#lookLater();
          }
        });
    });
    this.#cancelLook = cancel;
  }

  async #look(): Promise<void> {
    const members = this.#members;
    await Promise.all(members.map((member) => member.look()));
    if (members !== this.#members) {
      return;
    }
    if (members.length > 0 && members.every((member) => member.flowing)) {
      this.#joins = 1;
      this.#report();
    }
    this.#publish();
  }

  /** Says once for each join that media flow with all peers in both directions. */
  #report(): void {
    const call = this.#membership?.call;
    if (this.#reported || !call || !this.#online()) {
      return;
    }
    this.#reported = true;
    const epoch = this.#epoch;
    this.#session.command("report_media", { call }).catch((error: unknown) => {
      this.#trouble("report_media", error);
      // The next look says it again, unless the server refused it for good.
      if (this.#epoch === epoch && error instanceof CommandError && UNDONE.has(error.code)) {
        this.#reported = false;
      }
    });
  }

  #publish(): void {
    const peers = this.#members.map((member) => member.view());
    const next: CallMediaState = {
      call: this.#membership?.call ?? null,
      peers,
      fingerprintCode: peers[0]?.fingerprintCode ?? null,
    };
    if (!same(this.#state.get(), next)) {
      this.#state.set(next);
    }
  }
}

function warn(what: string, error: unknown): void {
  // biome-ignore lint/suspicious/noConsole: for whoever looks into a call that went badly; it names no person
  console.warn(`call media: ${what}`, error);
}

function same(one: CallMediaState, other: CallMediaState): boolean {
  const peers: readonly RemotePeer[] = other.peers;
  return (
    one.call === other.call &&
    one.fingerprintCode === other.fingerprintCode &&
    one.peers.length === peers.length &&
    one.peers.every((peer, place) => peer === peers[place])
  );
}
