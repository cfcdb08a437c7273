import type { SeatKind } from "../generated/wire";
import type { Timers } from "../session/types";
import { flows, NOTHING, type Received } from "./flow";
import type { PeerLink } from "./peer_link";
import { Recovery, type RecoveryInput } from "./recovery";
import type { RemotePeer } from "./types";

/** Two who send nothing can still read the code to each other: so long it waits for media. */
const LOOKS_FOR_CODE = 8;

/** What a peer's recovery needs from outside. */
export interface Remedies {
  readonly restart: () => void;
  readonly rebuild: () => void;
}

/** One peer of the call: its connection, what came through it, and what is done when it breaks. */
export class Member {
  readonly seat: string;
  readonly kind: SeatKind;
  readonly link: PeerLink;
  /** Whether media came at the last look, of each kind that the peer sends. */
  flowing = false;
  readonly #recovery: Recovery;
  readonly #timers: Timers;
  readonly #remedies: Remedies;
  #cancel: (() => void) | null = null;
  #received: Received = NOTHING;
  #state: RTCPeerConnectionState = "new";
  #view: RemotePeer | null = null;
  /** How often it was looked at while connected. */
  #looks = 0;

  constructor(
    seat: { readonly id: string; readonly kind: SeatKind },
    link: PeerLink,
    timers: Timers,
    remedies: Remedies,
  ) {
    this.seat = seat.id;
    this.kind = seat.kind;
    this.link = link;
    this.#timers = timers;
    this.#remedies = remedies;
    this.#recovery = new Recovery(link.role.offersFirst);
    this.#apply(this.#recovery.begin());
  }

  /** Whether only a rebuild can help. */
  get beyondRepair(): boolean {
    return this.#recovery.rebuilding;
  }

  /** To be called when the connection's state may have changed. */
  connectionChanged(): void {
    const { state } = this.link;
    if (state === this.#state) {
      return;
    }
    this.#state = state;
    if (state === "connected" || state === "disconnected" || state === "failed") {
      this.#handle({ kind: state });
    }
  }

  /** To be called with whether both ends can be signalled. */
  signalling(up: boolean): void {
    this.#handle({ kind: "signalling", up });
  }

  /** Looks at what came since the last look. */
  async look(): Promise<void> {
    const now = await this.link.received();
    this.flowing = this.link.state === "connected" && flows(this.#received, now, this.link.sending);
    this.#received = now;
    if (this.link.state === "connected") {
      this.#looks += 1;
      if (this.flowing || this.#looks >= LOOKS_FOR_CODE) {
        this.link.workOutCode();
      }
    }
  }

  /** The same object as long as nothing changed. */
  view(): RemotePeer {
    const view: RemotePeer = {
      seat: this.seat,
      kind: this.kind,
      stream: this.link.stream,
      connection: this.#connection(),
      audioOn: isOn(this.link.sending?.audio),
      videoOn: isOn(this.link.sending?.video),
      ...this.#received,
      fingerprintCode: this.link.code,
    };
    const keys = Object.keys(view) as (keyof RemotePeer)[];
    const old = this.#view;
    if (!(old && keys.every((key) => old[key] === view[key]))) {
      this.#view = view;
    }
    return this.#view ?? view;
  }

  close(): void {
    this.#cancel?.();
    this.link.close();
  }

  #connection(): RemotePeer["connection"] {
    const { state, everConnected } = this.link;
    if (state === "connected" || state === "failed") {
      return state;
    }
    return everConnected ? "interrupted" : "connecting";
  }

  #handle(input: RecoveryInput): void {
    this.#apply(this.#recovery.handle(input));
  }

  #apply({ timer, act }: ReturnType<Recovery["handle"]>): void {
    if (timer !== undefined) {
      this.#cancel?.();
      this.#cancel = timer === null ? null : this.#timers.after(timer, () => this.#handle({ kind: "timer" }));
    }
    if (act) {
      this.#remedies[act]();
    }
  }
}

function isOn(use: string | undefined): boolean {
  return use !== "off" && use !== "none";
}
