import { FakeTrack } from "./fake_media";

/**
 * An RTCPeerConnection without media or network, which keeps the rules that negotiation depends on: signalling states,
 * implicit rollback, `negotiationneeded` only when stable, and operations that take their time.
 */
const LINES = /lines (.*)\r/;

interface FakeTransceiver {
  readonly mid: string;
  direction: string;
  sent: unknown;
  readonly receiver: { readonly track: FakeTrack };
  readonly sender: {
    readonly replaceTrack: (track: unknown) => Promise<void>;
    readonly getParameters: () => { encodings: object[]; degradationPreference?: string };
    readonly setParameters: (parameters: object) => Promise<void>;
  };
}

type FakeChannel = EventTarget & { readyState: string; sent: string[]; send: (text: string) => void };

export class FakeConnection extends EventTarget {
  signalingState = "stable";
  connectionState: RTCPeerConnectionState = "new";
  localDescription: { type: "offer" | "answer"; sdp: string } | null = null;
  remoteDescription: { type: "offer" | "answer"; sdp: string } | null = null;
  configuration: RTCConfiguration;
  candidates: string[] = [];
  restarts = 0;
  closed = false;
  received = { audioPackets: 0, framesDecoded: 0 };
  readonly transceivers: FakeTransceiver[] = [];
  readonly channels: FakeChannel[] = [];
  readonly parameters: object[] = [];
  readonly #fingerprint: string;
  #stable: FakeConnection["localDescription"] = null;
  #wanted = false;
  #descriptions = 0;

  constructor(configuration: RTCConfiguration = {}, fingerprint = "AA:AA") {
    super();
    this.configuration = configuration;
    this.#fingerprint = fingerprint;
  }

  addTransceiver(kind: string, { direction }: { direction: string }): FakeTransceiver {
    const transceiver: FakeTransceiver = {
      mid: String(this.transceivers.length),
      direction,
      sent: null,
      receiver: { track: new FakeTrack(kind) },
      sender: {
        replaceTrack: async (track) => {
          await Promise.resolve();
          transceiver.sent = track;
        },
        getParameters: () => ({ encodings: [{}] }),
        setParameters: async (parameters) => {
          await Promise.resolve();
          this.parameters.push(parameters);
        },
      },
    };
    this.transceivers.push(transceiver);
    this.#want();
    return transceiver;
  }

  getTransceivers(): FakeTransceiver[] {
    return [...this.transceivers];
  }

  createDataChannel(): FakeChannel {
    const channel: FakeChannel = Object.assign(new EventTarget(), {
      readyState: "connecting",
      sent: [] as string[],
      send: (text: string): void => {
        channel.sent.push(text);
      },
    });
    this.channels.push(channel);
    return channel;
  }

  async setLocalDescription(): Promise<void> {
    await Promise.resolve();
    const type = this.signalingState === "have-remote-offer" ? "answer" : "offer";
    this.#descriptions += 1;
    this.localDescription = {
      type,
      sdp: `a=fingerprint:sha-256 ${this.#fingerprint}\r\nlines ${this.transceivers.map(({ receiver }) => receiver.track.kind).join(" ")}\r\nnumber ${this.#descriptions}`,
    };
    this.signalingState = type === "offer" ? "have-local-offer" : "stable";
    this.#wanted = false;
    this.#settle();
  }

  async setRemoteDescription(description: { type: "offer" | "answer"; sdp: string }): Promise<void> {
    await Promise.resolve();
    const wrong = description.type === "answer" && this.signalingState !== "have-local-offer";
    if (wrong || this.closed) {
      throw new DOMException(`called in wrong state: ${this.signalingState}`, "InvalidStateError");
    }
    const rolledBack = description.type === "offer" && this.signalingState === "have-local-offer";
    if (rolledBack) {
      this.localDescription = this.#stable;
      this.#wanted = true;
    }
    this.remoteDescription = description;
    this.signalingState = description.type === "offer" ? "have-remote-offer" : "stable";
    const kinds = LINES.exec(description.sdp)?.[1]?.split(" ") ?? [];
    for (const kind of kinds.slice(this.transceivers.length)) {
      this.addTransceiver(kind, { direction: "recvonly" });
      this.#wanted = rolledBack;
    }
    this.#settle();
  }

  async addIceCandidate({ candidate }: { candidate: string }): Promise<void> {
    await Promise.resolve();
    if (!this.remoteDescription) {
      throw new DOMException("no remote description", "InvalidStateError");
    }
    if (candidate === "alien") {
      throw new DOMException("unknown ufrag", "OperationError");
    }
    this.candidates.push(candidate);
  }

  getConfiguration(): RTCConfiguration {
    return this.configuration;
  }

  setConfiguration(configuration: RTCConfiguration): void {
    this.configuration = configuration;
  }

  restartIce(): void {
    this.restarts += 1;
    this.#want();
  }

  async getStats(): Promise<Map<string, object>> {
    await Promise.resolve();
    return new Map<string, object>([
      ["a", { type: "inbound-rtp", kind: "audio", mid: "0", packetsReceived: this.received.audioPackets }],
      ["v", { type: "inbound-rtp", kind: "video", mid: "1", framesDecoded: this.received.framesDecoded }],
      ["d", { type: "inbound-rtp", kind: "video", mid: "2", framesDecoded: 1000 }],
      ["o", { type: "outbound-rtp", kind: "video", mid: "1" }],
    ]);
  }

  close(): void {
    this.closed = true;
    this.connectionState = "closed";
  }

  /** The connection comes to this state by itself. */
  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }

  gather(candidate: string | null): void {
    this.dispatchEvent(
      Object.assign(new Event("icecandidate"), { candidate: candidate === null ? null : { candidate, sdpMid: "0" } }),
    );
  }

  openControl(): void {
    for (const channel of this.channels) {
      channel.readyState = "open";
      channel.dispatchEvent(new Event("open"));
    }
  }

  hearControl(data: string): void {
    for (const channel of this.channels) {
      channel.dispatchEvent(new MessageEvent("message", { data }));
    }
  }

  #want(): void {
    this.#wanted = true;
    queueMicrotask(() => this.#settle());
  }

  #settle(): void {
    if (this.signalingState !== "stable") {
      return;
    }
    this.#stable = this.localDescription;
    if (this.#wanted && !this.closed) {
      this.#wanted = false;
      this.dispatchEvent(new Event("negotiationneeded"));
    }
  }
}
