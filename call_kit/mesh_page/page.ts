/** What the test drives: seats of one call, all in this page, each with its own session, camera and connections. */
import { CallMedia, LocalMedia, type RemotePeer } from "../src/index";
import { Hub } from "./hub";
import type { MemorySession } from "./session";

interface Place {
  readonly session: MemorySession;
  readonly local: LocalMedia;
  readonly media: CallMedia;
  readonly connections: RTCPeerConnection[];
  readonly troubles: string[];
}

export interface PeerReport extends Pick<RemotePeer, "seat" | "connection" | "audioOn" | "videoOn"> {
  readonly audioPackets: number;
  readonly framesDecoded: number;
  readonly fingerprintCode: string | null;
  readonly tracks: number;
}

const hub = new Hub();
const places: Place[] = [];

function placeOf(index: number): Place {
  const place = places[index];
  if (!place) {
    throw new Error(`nobody sits at ${index}`);
  }
  return place;
}

export const mesh = {
  async sit(kind: "terminal" | "expert" | "interpreter"): Promise<void> {
    const connections: RTCPeerConnection[] = [];
    const troubles: string[] = [];
    const session = hub.sit(kind);
    const local = new LocalMedia({ video: { width: 320, height: 240, frameRate: 15 } });
    const media = new CallMedia(session, local, {
      newConnection: (configuration) => {
        const connection = new RTCPeerConnection(configuration);
        connections.push(connection);
        return connection;
      },
      trouble: (what, error) => troubles.push(`${what}: ${String(error)}`),
    });
    places.push({ session, local, media, connections, troubles });
    media.start();
    await local.open();
  },

  peers(index: number): PeerReport[] {
    return placeOf(index)
      .media.get()
      .peers.map(({ stream, kind, ...peer }) => ({ ...peer, tracks: stream.getTracks().length }));
  },

  code: (index: number): string | null => placeOf(index).media.get().fingerprintCode,
  failure: (index: number): string | null => placeOf(index).local.get().failure,
  troubles: (index: number): string[] => placeOf(index).troubles,
  connections: (index: number): number => placeOf(index).connections.length,
  commands: (index: number, type: string): number =>
    placeOf(index).session.commands.filter((command) => command.type === type).length,
  offersHeard: (index: number): number =>
    placeOf(index).session.heard.filter(({ description }) => description?.type === "offer").length,

  /** Both ends want to negotiate in the same moment. */
  renegotiateAll(): void {
    for (const { connections } of places) {
      connections.at(-1)?.restartIce();
    }
  },

  async rejoin(index: number): Promise<void> {
    await placeOf(index).session.command("join_call", { call: "call-1" });
  },

  /** Repeats to a seat every signal that it has heard so far: each is of a generation that is past or present. */
  repeatHeard(index: number, generation: number): number {
    const { session } = placeOf(index);
    const old = session.heard.filter((signal) => signal.generation === generation);
    for (const signal of old) {
      session.hear(signal);
    }
    return old.length;
  },

  generation: (index: number): number => placeOf(index).session.get().snapshot?.call?.peers.at(0)?.generation ?? 0,
  camera: (index: number, use: "on" | "off"): void => placeOf(index).local.setVideo(use === "on"),
  signalling: (index: number, state: "up" | "down"): void => placeOf(index).session.connect(state === "up"),
  /** The connection dies without a word, as when a process is killed. */
  kill: (index: number): void => placeOf(index).connections.at(-1)?.close(),
  end: (): void => hub.end(),
};

Object.assign(globalThis, { mesh });
