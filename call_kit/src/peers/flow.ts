import type { Sending } from "./control";

/** What has come from a peer since its connection was made. */
export interface Received {
  readonly audioPackets: number;
  readonly framesDecoded: number;
}

export const NOTHING: Received = { audioPackets: 0, framesDecoded: 0 };

/** What a statistics report says was received on the lines with these mids (null: not negotiated yet). */
export function receivedOf(report: RTCStatsReport, audioMid: string | null, cameraMid: string | null): Received {
  let { audioPackets, framesDecoded } = NOTHING;
  for (const entry of (report as ReadonlyMap<string, unknown>).values()) {
    const { type, kind, mid, packetsReceived, framesDecoded: frames } = entry as Partial<RTCInboundRtpStreamStats>;
    if (type === "inbound-rtp" && kind === "audio" && mid === audioMid) {
      audioPackets += packetsReceived ?? 0;
    } else if (type === "inbound-rtp" && kind === "video" && mid === cameraMid) {
      framesDecoded += frames ?? 0;
    }
  }
  return { audioPackets, framesDecoded };
}

/**
 * Whether media flow: of each kind that the peer sends more has come since the last look. Until the peer has said
 * what it sends, both are expected.
 */
export function flows(before: Received, now: Received, sending: Sending | null): boolean {
  const grows = (use: string | undefined, from: number, to: number): boolean => use === "none" || to > from;
  return (
    grows(sending?.audio, before.audioPackets, now.audioPackets) &&
    grows(sending?.video, before.framesDecoded, now.framesDecoded)
  );
}
