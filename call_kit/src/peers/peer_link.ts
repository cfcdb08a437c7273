/**
 * The one connection with one other seat, of one generation: perfect negotiation as the WebRTC specification describes
 * it, with the roles that the server gave. It ends when a higher generation replaces it or the seat leaves; a link is
 * never used again after `close()`.
 */
import type { Candidate, Description, Signalled } from "../generated/wire";
import { readSending, type Sending } from "./control";
import { fingerprintCode, fingerprintOf } from "./fingerprint";
import { NOTHING, type Received, receivedOf } from "./flow";
import { adoptLines, allocateLines, type LocalTracks, type MediaLines, sendTracks, setPriorities } from "./lines";

export interface LinkRole {
  readonly generation: number;
  readonly polite: boolean;
  readonly offersFirst: boolean;
}

export interface LinkOutside {
  /** Sends a description or a candidate to the peer. */
  readonly send: (signal: { description: Description } | { candidate: Candidate }) => void;
  /** The connection's state, the peer's media or the code changed. */
  readonly changed: () => void;
  /** Something failed that the connection's own recovery has to mend. */
  readonly trouble: (what: string, error: unknown) => void;
}

export class PeerLink {
  readonly role: LinkRole;
  readonly stream: MediaStream;
  code: string | null = null;
  sending: Sending | null = null;

  readonly #connection: RTCPeerConnection;
  readonly #outside: LinkOutside;
  #tracks: LocalTracks;
  #mine: Sending;
  #lines: MediaLines | null = null;
  #control: RTCDataChannel | null = null;
  #makingOffer = false;
  #ignoringOffer = false;
  #early: Candidate[] = [];
  #inbox: Promise<void> = Promise.resolve();
  #closed = false;
  #everConnected = false;
  #coding = false;

  constructor(options: {
    readonly connection: RTCPeerConnection;
    readonly stream: MediaStream;
    readonly role: LinkRole;
    readonly tracks: LocalTracks;
    readonly sending: Sending;
    readonly outside: LinkOutside;
  }) {
    this.#connection = options.connection;
    this.stream = options.stream;
    this.role = options.role;
    this.#tracks = options.tracks;
    this.#mine = options.sending;
    this.#outside = options.outside;
    this.#listen();
    if (this.role.offersFirst) {
      this.#adopt(allocateLines(this.#connection));
    }
  }

  get state(): RTCPeerConnectionState {
    return this.#connection.connectionState;
  }

  /** Whether it was connected at any time: what is shown as interrupted rather than connecting. */
  get everConnected(): boolean {
    return this.#everConnected;
  }

  /** Takes a signal of this generation. Signals are handled one after the other, in the order of their coming. */
  receive({ description, candidate }: Pick<Signalled, "description" | "candidate">): void {
    this.#then("signal", async () => {
      if (description) {
        await this.#description(description);
      } else if (candidate) {
        await this.#candidate(candidate);
      }
    });
  }

  /** What this end sends from now on. */
  setTracks(tracks: LocalTracks, sending: Sending): void {
    this.#tracks = tracks;
    this.#mine = sending;
    this.#tell();
    const lines = this.#lines;
    if (lines) {
      this.#then("replaceTrack", () => sendTracks(lines, tracks));
    }
  }

  /** New ways through the network, with fresh credentials; what flows goes on meanwhile. */
  restartIce(iceServers: RTCIceServer[]): void {
    this.#connection.setConfiguration({ ...this.#connection.getConfiguration(), iceServers });
    this.#connection.restartIce();
  }

  /** What has come from the peer so far. */
  async received(): Promise<Received> {
    if (!this.#lines || this.#closed) {
      return NOTHING;
    }
    const { audio, camera } = this.#lines;
    return receivedOf(await this.#connection.getStats(), audio?.mid ?? null, camera?.mid ?? null);
  }

  close(): void {
    this.#closed = true;
    this.#connection.close();
  }

  #listen(): void {
    const connection = this.#connection;
    connection.addEventListener("negotiationneeded", () => this.#negotiate());
    connection.addEventListener("icecandidate", ({ candidate }) => {
      this.#send({
        candidate: {
          candidate: candidate?.candidate ?? "",
          sdp_mid: candidate?.sdpMid ?? null,
          sdp_m_line_index: candidate?.sdpMLineIndex ?? null,
          username_fragment: candidate?.usernameFragment ?? null,
        },
      });
    });
    connection.addEventListener("connectionstatechange", () => this.#connectionChanged());
  }

  #connectionChanged(): void {
    if (this.#closed) {
      return;
    }
    if (this.state === "connected") {
      this.#everConnected = true;
    }
    this.#outside.changed();
  }

  /** Works out the code, once; it costs a tenth of a second of processor, which the first pictures need more. */
  workOutCode(): void {
    if (this.#coding) {
      return;
    }
    const mine = fingerprintOf(this.#connection.localDescription);
    const theirs = fingerprintOf(this.#connection.remoteDescription);
    if (mine && theirs) {
      this.#coding = true;
      fingerprintCode(mine, theirs).then(
        (code) => {
          this.code = code;
          this.#changed();
        },
        (error: unknown) => this.#trouble("fingerprint code", error),
      );
    }
  }

  #negotiate(): void {
    this.#makingOffer = true;
    this.#connection
      .setLocalDescription()
      .then(() => this.#sendDescription())
      .catch((error: unknown) => this.#trouble("offer", error))
      .finally(() => {
        this.#makingOffer = false;
      });
  }

  /**
   * On glare the polite end lets its own offer go (the browser rolls it back), the other ignores the one that came. An
   * answer that is still being applied cannot be mistaken for readiness here, because signals are handled in turn.
   */
  async #description(description: Description): Promise<void> {
    const connection = this.#connection;
    const collides = description.type === "offer" && (this.#makingOffer || connection.signalingState !== "stable");
    this.#ignoringOffer = collides && !this.role.polite;
    if (this.#ignoringOffer) {
      return;
    }
    await connection.setRemoteDescription(description);
    if (description.type === "offer") {
      if (!this.#lines) {
        this.#adopt(adoptLines(connection));
      }
      await connection.setLocalDescription();
      this.#sendDescription();
    }
    this.#then("setParameters", () => this.#prioritise());
    const early = this.#early;
    this.#early = [];
    for (const candidate of early) {
      await this.#candidate(candidate);
    }
  }

  async #candidate(candidate: Candidate): Promise<void> {
    if (!this.#connection.remoteDescription) {
      this.#early.push(candidate);
      return;
    }
    try {
      await this.#connection.addIceCandidate({
        candidate: candidate.candidate,
        sdpMid: candidate.sdp_mid ?? null,
        sdpMLineIndex: candidate.sdp_m_line_index ?? null,
        usernameFragment: candidate.username_fragment ?? null,
      });
    } catch (error) {
      // Those of an offer that was ignored belong to nothing.
      if (!this.#ignoringOffer) {
        throw error;
      }
    }
  }

  #adopt(lines: MediaLines): void {
    this.#lines = lines;
    for (const line of [lines.audio, lines.camera]) {
      if (line) {
        this.stream.addTrack(line.receiver.track);
      }
    }
    const control = this.#connection.createDataChannel("control", { negotiated: true, id: 0 });
    this.#control = control;
    control.addEventListener("open", () => this.#tell());
    control.addEventListener("message", (event: MessageEvent<unknown>) => {
      const sending = readSending(event.data);
      if (sending) {
        this.sending = sending;
        this.#changed();
      }
    });
    this.#then("replaceTrack", () => sendTracks(lines, this.#tracks));
  }

  /** Before the first picture is sent: changed in the middle of it, the encoder would begin anew. */
  async #prioritise(): Promise<void> {
    if (this.#lines && !this.#closed) {
      await setPriorities(this.#lines);
    }
  }

  #tell(): void {
    if (this.#control?.readyState === "open") {
      this.#control.send(JSON.stringify(this.#mine));
    }
  }

  #sendDescription(): void {
    const description = this.#connection.localDescription;
    if (description && (description.type === "offer" || description.type === "answer")) {
      this.#send({ description: { type: description.type, sdp: description.sdp } });
    }
  }

  #send(signal: { description: Description } | { candidate: Candidate }): void {
    if (!this.#closed) {
      this.#outside.send(signal);
    }
  }

  #changed(): void {
    if (!this.#closed) {
      this.#outside.changed();
    }
  }

  #trouble(what: string, error: unknown): void {
    if (!this.#closed) {
      this.#outside.trouble(what, error);
    }
  }

  #then(what: string, task: () => Promise<void>): void {
    this.#inbox = this.#inbox.then(task).catch((error: unknown) => this.#trouble(what, error));
  }
}
