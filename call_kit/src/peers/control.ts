import type { LocalMediaState } from "../media/types";

/** What an end says about one of its lines. `pending`: the device is being opened, media will come. */
export type LineUse = "pending" | "on" | "off" | "none";

/** What each end tells the other over the data channel `control`, at first and after each change. */
export interface Sending {
  readonly type: "sending";
  readonly audio: LineUse;
  readonly video: LineUse;
}

const USES: readonly unknown[] = ["pending", "on", "off", "none"] satisfies LineUse[];

export function sendingOf({ stream, failure, audioOn, videoOn }: LocalMediaState): Sending {
  const use = (tracks: readonly MediaStreamTrack[] | undefined, on: boolean): LineUse => {
    if (tracks?.length) {
      return on ? "on" : "off";
    }
    return stream || failure ? "none" : "pending";
  };
  return {
    type: "sending",
    audio: use(stream?.getAudioTracks(), audioOn),
    video: use(stream?.getVideoTracks(), videoOn),
  };
}

/** Reads a message of the peer; null for anything that is not a `sending`, such as a newer peer may say. */
export function readSending(text: unknown): Sending | null {
  const value = typeof text === "string" ? parse(text) : null;
  if (typeof value !== "object" || value === null) {
    return null;
  }
  const { type, audio, video } = value as Partial<Record<keyof Sending, unknown>>;
  return type === "sending" && USES.includes(audio) && USES.includes(video) ? (value as Sending) : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
