/**
 * The media lines of a peer connection. They are allocated once, by the one who offers first, in a fixed order: audio,
 * camera, document or screen. The other end takes them from the offer by that order. From then on only tracks are
 * replaced, which needs no negotiation.
 */
type Line = RTCRtpTransceiver | null;

export interface MediaLines {
  readonly audio: Line;
  readonly camera: Line;
  readonly document: Line;
}

export interface LocalTracks {
  readonly audio: MediaStreamTrack | null;
  readonly camera: MediaStreamTrack | null;
  readonly document: MediaStreamTrack | null;
}

/** Not yet in the compiler's DOM library. */
interface SendParameters extends RTCRtpSendParameters {
  degradationPreference?: "maintain-framerate" | "maintain-resolution" | "balanced";
}

export function allocateLines(connection: RTCPeerConnection): MediaLines {
  const add = (kind: "audio" | "video"): RTCRtpTransceiver =>
    connection.addTransceiver(kind, { direction: "sendrecv" });
  return { audio: add("audio"), camera: add("video"), document: add("video") };
}

/** The lines of the remote offer that was just applied, opened in both directions. A plainer peer has fewer. */
export function adoptLines(connection: RTCPeerConnection): MediaLines {
  const transceivers = connection.getTransceivers();
  for (const transceiver of transceivers) {
    transceiver.direction = "sendrecv";
  }
  const of = (kind: string): RTCRtpTransceiver[] =>
    transceivers.filter((transceiver) => transceiver.receiver.track.kind === kind);
  const [audio = null] = of("audio");
  const [camera = null, document = null] = of("video");
  return { audio, camera, document };
}

export async function sendTracks(lines: MediaLines, tracks: LocalTracks): Promise<void> {
  await Promise.all(
    (["audio", "camera", "document"] as const).map((name) => lines[name]?.sender.replaceTrack(tracks[name])),
  );
}

/**
 * What gives way when the line is thin: for faces and signing the resolution, for documents the frame rate; sound goes
 * before both. To be called once negotiated: before, a sender has no encodings.
 */
export async function setPriorities(lines: MediaLines): Promise<void> {
  const tune = async (line: Line, change: (parameters: SendParameters) => void): Promise<void> => {
    const parameters: SendParameters | undefined = line?.sender.getParameters();
    if (line && parameters?.encodings.length) {
      change(parameters);
      await line.sender.setParameters(parameters);
    }
  };
  await tune(lines.audio, ({ encodings }) => {
    for (const encoding of encodings) {
      encoding.priority = "high";
      encoding.networkPriority = "high";
    }
  });
  await tune(lines.camera, (parameters) => {
    parameters.degradationPreference = "maintain-framerate";
  });
  await tune(lines.document, (parameters) => {
    parameters.degradationPreference = "maintain-resolution";
  });
}
