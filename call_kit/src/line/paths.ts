/** Two ways through the network: to the server's echo and back, and through the relay and back. */
import { CommandError } from "../session/types";
import { playing } from "./camera";
import type { Exchange } from "./check";
import { PathJudge } from "./path_judge";
import type { Sounds } from "./sounds";
import type { PathFinding } from "./types";
import { pause } from "./waiting";

const LOOK_MS = 40;
/** Small and slow enough for any processor, and still a picture. */
const ENCODING: RTCRtpEncodingParameters = { scaleResolutionDownBy: 4, maxFramerate: 15 };
/** A way that takes longer to be found is not offered; one that the far end can find by itself still is used. */
const GATHER_MS = 1000;
/** Once there is one by a TURN server, others of the same kind follow soon. */
const GATHER_MORE_MS = 100;

export interface PathInputs {
  readonly camera: MediaStreamTrack | null;
  /** Null when no sound can be made; then none is listened for. */
  readonly tone: MediaStreamTrack | null;
  readonly sounds: Sounds;
  readonly iceServers: RTCIceServer[];
  readonly signal: AbortSignal;
}

/** To the echo, by whichever way it is reached. */
export async function echoPath(inputs: PathInputs, exchange: Exchange): Promise<PathFinding> {
  const connection = new RTCPeerConnection({ iceServers: inputs.iceServers, bundlePolicy: "max-bundle" });
  try {
    const channel = sendInto(connection, inputs, "sendrecv");
    await connection.setLocalDescription();
    await gathered(connection, inputs);
    let answer: string;
    try {
      answer = await exchange(connection.localDescription?.sdp ?? "", inputs.signal);
    } catch (error) {
      inputs.signal.throwIfAborted();
      return { kind: error instanceof CommandError && error.code !== "offline" ? "refused" : "unreachable" };
    }
    await connection.setRemoteDescription({ type: "answer", sdp: answer });
    return await watch(inputs, { near: connection, far: connection, channel, gaveUp: () => false });
  } finally {
    connection.close();
  }
}

/**
 * From one connection to another of this page, each through the TURN servers alone. Nothing but the relay has a part in
 * it: whether it is reached, takes the credentials, and carries sound and picture.
 */
export async function relayPath(inputs: PathInputs): Promise<PathFinding> {
  const configuration: RTCConfiguration = {
    iceServers: inputs.iceServers,
    iceTransportPolicy: "relay",
    bundlePolicy: "max-bundle",
  };
  const [near, far] = [new RTCPeerConnection(configuration), new RTCPeerConnection(configuration)];
  try {
    let relays = 0;
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.addEventListener("icecandidate", ({ candidate }) => {
        relays += candidate ? 1 : 0;
        // One that comes after the end belongs to nothing.
        to.addIceCandidate(candidate ?? undefined).catch(() => undefined);
      });
    }
    far.addEventListener("datachannel", ({ channel: back }) => {
      back.addEventListener("message", ({ data }: MessageEvent<string>) => back.send(data));
    });
    const channel = sendInto(near, inputs, "sendonly");
    const offer = await near.createOffer();
    // In this order no candidate comes before the description that it belongs to.
    await far.setRemoteDescription(offer);
    await near.setLocalDescription(offer);
    const answer = await far.createAnswer();
    await near.setRemoteDescription(answer);
    await far.setLocalDescription(answer);
    const gaveUp = (): boolean =>
      relays === 0 && [near, far].every(({ iceGatheringState }) => iceGatheringState === "complete");
    return await watch(inputs, { near, far, channel, gaveUp });
  } finally {
    near.close();
    far.close();
  }
}

function sendInto(
  connection: RTCPeerConnection,
  { tone, camera }: PathInputs,
  direction: RTCRtpTransceiverDirection,
): RTCDataChannel {
  connection.addTransceiver(tone ?? "audio", { direction });
  if (camera) {
    connection.addTransceiver(camera, { direction, sendEncodings: [ENCODING] });
  }
  return connection.createDataChannel("line");
}

/** Waits until the ways to this end are known as far as needed, for the echo is told of them once. */
async function gathered(connection: RTCPeerConnection, { iceServers, signal }: PathInputs): Promise<void> {
  const begun = performance.now();
  let enoughAt = begun + GATHER_MS;
  connection.addEventListener("icecandidate", ({ candidate }) => {
    if (iceServers.length > 0 && candidate?.type === "relay") {
      enoughAt = Math.min(enoughAt, performance.now() + GATHER_MORE_MS);
    }
  });
  while (connection.iceGatheringState !== "complete" && performance.now() < enoughAt) {
    await pause(LOOK_MS / 2, signal);
  }
}

interface Way {
  /** What is sent from, and what it comes to. */
  readonly near: RTCPeerConnection;
  readonly far: RTCPeerConnection;
  /** What is sent over it comes back over it. */
  readonly channel: RTCDataChannel;
  readonly gaveUp: () => boolean;
}

/** Looks at what comes through until that is enough, or will not be. */
async function watch(
  { camera, tone, sounds, signal }: PathInputs,
  { near, far, channel, gaveUp }: Way,
): Promise<PathFinding> {
  const judge = new PathJudge({ tone: tone !== null, frames: camera !== null }, performance.now());
  channel.addEventListener("message", ({ data }: MessageEvent<string>) => {
    const now = performance.now();
    judge.roundTrip(now - Number(data), now);
  });
  const stream = new MediaStream(far.getReceivers().map(({ track }) => track));
  // Some browsers decode, and hand sound on, only what an element plays.
  const element = await playing(stream);
  const hears = tone ? sounds.ear(stream) : (): boolean => false;
  try {
    for (;;) {
      await pause(LOOK_MS, signal);
      if (channel.readyState === "open") {
        judge.opened(performance.now());
        channel.send(String(performance.now()));
      }
      if (hears()) {
        judge.tone();
      }
      judge.frames(await framesDecoded(far));
      if (near.connectionState === "failed" || channel.readyState === "closed" || gaveUp()) {
        judge.failed();
      }
      const found = judge.at(performance.now());
      if (found) {
        return found;
      }
    }
  } finally {
    element.srcObject = null;
  }
}

async function framesDecoded(connection: RTCPeerConnection): Promise<number> {
  let frames = 0;
  for (const entry of ((await connection.getStats()) as ReadonlyMap<string, unknown>).values()) {
    const { type, framesDecoded: decoded } = entry as Partial<RTCInboundRtpStreamStats>;
    frames += type === "inbound-rtp" ? (decoded ?? 0) : 0;
  }
  return frames;
}
