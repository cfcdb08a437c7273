/** What the call screen shows: whose picture is large, who else is there, and the one notice that matters most. */

import type { CallMediaState, CallView, NamesView, RemotePeer, SeatView } from "@palvelurinki/call_kit";

export type CallNotice =
  /** The pictures are on their way for the first time. */
  | "connecting"
  /** Sound comes, the picture not yet. */
  | "picture_coming"
  | "interrupted"
  /** The connection will not mend by itself and is being built anew. */
  | "rebuilding"
  /** The expert's console has lost the server; media may go on. */
  | "expert_away"
  /** This device has lost the server; media go on. */
  | "server_away"
  | "expert_muted"
  | "expert_hidden";

export interface Tile {
  seat: string;
  kind: SeatView["kind"];
  label: NamesView;
  stream: MediaStream | null;
  /** Whether there is a picture to look at. */
  picture: boolean;
}

export interface CallScene {
  main: Tile | null;
  others: Tile[];
  notice: CallNotice | null;
}

/** `call` is null while the contact is in a call of which nothing is known yet. */
export function callScene(call: CallView | null, media: CallMediaState, online: boolean): CallScene {
  const seats = (call?.seats ?? []).filter((seat) => seat.id !== call?.me && seat.state !== "left");
  const peers = new Map(media.call === call?.id ? media.peers.map((peer) => [peer.seat, peer]) : []);
  const tiles = seats.map((seat) => tileOf(seat, peers.get(seat.id)));
  // The expert is whom the customer came for; while there is none, whoever is there.
  const mainSeat = seats.find((seat) => seat.kind === "expert") ?? seats[0];
  const main = tiles.find((tile) => tile.seat === mainSeat?.id) ?? null;
  return {
    main,
    others: tiles.filter((tile) => tile !== main),
    notice: noticeOf(mainSeat, main === null ? undefined : peers.get(main.seat), online),
  };
}

function tileOf(seat: SeatView, peer: RemotePeer | undefined): Tile {
  return {
    seat: seat.id,
    kind: seat.kind,
    label: seat.label,
    stream: peer?.stream ?? null,
    picture: peer !== undefined && peer.framesDecoded > 0 && peer.videoOn,
  };
}

function noticeOf(seat: SeatView | undefined, peer: RemotePeer | undefined, online: boolean): CallNotice | null {
  if (peer?.connection === "failed") {
    return "rebuilding";
  }
  if (peer?.connection === "interrupted") {
    return "interrupted";
  }
  if (!online) {
    return "server_away";
  }
  if (seat?.state === "away") {
    return "expert_away";
  }
  if (peer === undefined || (peer.audioPackets === 0 && peer.framesDecoded === 0)) {
    return "connecting";
  }
  if (!peer.videoOn) {
    return "expert_hidden";
  }
  if (peer.framesDecoded === 0) {
    return "picture_coming";
  }
  return peer.audioOn ? null : "expert_muted";
}
