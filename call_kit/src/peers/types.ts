import type { SeatKind } from "../generated/wire";

export interface RemotePeer {
  readonly seat: string;
  readonly kind: SeatKind;
  /** Sound and camera picture of the peer. */
  readonly stream: MediaStream;
  readonly connection: "connecting" | "connected" | "interrupted" | "failed";
  /** Whether the peer says that it sends sound and picture now; true until it has said otherwise. */
  readonly audioOn: boolean;
  readonly videoOn: boolean;
  readonly audioPackets: number;
  readonly framesDecoded: number;
  /** The code of this pair, see `CallMediaState.fingerprintCode`. */
  readonly fingerprintCode: string | null;
}

export interface CallMediaState {
  readonly call: string | null;
  readonly peers: readonly RemotePeer[];
  /**
   * "4821 7730": what both ends of the pair can read aloud to know that nobody sits between. It is that of the first
   * peer by seat, which for the customer and the expert is each other.
   */
  readonly fingerprintCode: string | null;
}
