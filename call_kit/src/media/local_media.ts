import { type Observable, Value } from "../observable";
import { type Diagnosis, diagnose } from "./failures";
import type { LocalMediaState, MediaFailure } from "./types";

/** The parts of `navigator.mediaDevices` and `navigator.permissions` that are used; tests make their own. */
export interface Devices {
  readonly getUserMedia: (constraints: MediaStreamConstraints) => Promise<MediaStream>;
  readonly addEventListener: (type: "devicechange", listener: () => void) => void;
  readonly removeEventListener: (type: "devicechange", listener: () => void) => void;
}
export interface Permissions {
  readonly query: (descriptor: { name: PermissionName }) => Promise<{ readonly state: PermissionState }>;
}

export interface LocalMediaOptions {
  /** Undefined where the browser offers none: without a secure context. */
  readonly devices?: Devices | undefined;
  readonly permissions?: Permissions | undefined;
  readonly newStream?: (tracks: MediaStreamTrack[]) => MediaStream;
  readonly audio?: MediaTrackConstraints;
  readonly video?: MediaTrackConstraints;
}

type Kind = "audio" | "video";
const MISSING: Readonly<Record<Kind, MediaFailure>> = { audio: "no_microphone", video: "no_camera" };
const OTHER: Readonly<Record<Kind, Kind>> = { audio: "video", video: "audio" };
const MISSING_DEVICES: readonly (MediaFailure | null)[] = ["no_camera", "no_microphone", "no_devices"];

// EN 301 549, 6.5: at least VGA preferred, at least 20 frames a second.
const VIDEO: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30 },
  facingMode: "user",
};
const AUDIO: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/**
 * Camera and microphone of this device. When one of them cannot be had, the other is opened alone and `failure` says
 * what is missing; when one is unplugged while open likewise, and when it is plugged in again it is taken again.
 */
export class LocalMedia implements Observable<LocalMediaState> {
  readonly #devices: Devices | undefined;
  readonly #permissions: Permissions | undefined;
  readonly #newStream: (tracks: MediaStreamTrack[]) => MediaStream;
  readonly #constraints: Readonly<Record<Kind, MediaTrackConstraints>>;
  readonly #wished: Record<Kind, boolean> = { audio: true, video: true };
  readonly #state = new Value<LocalMediaState>({ stream: null, failure: null, audioOn: false, videoOn: false });
  readonly get = this.#state.get;
  readonly subscribe = this.#state.subscribe;
  /** Grows with each `open` and `close`: what an earlier one still brings is let go. */
  #turn = 0;
  #opening: Promise<void> | null = null;
  #open = false;

  constructor(options: LocalMediaOptions = {}) {
    this.#devices = "devices" in options ? options.devices : globalThis.navigator?.mediaDevices;
    this.#permissions = "permissions" in options ? options.permissions : globalThis.navigator?.permissions;
    this.#newStream = options.newStream ?? ((tracks): MediaStream => new MediaStream(tracks));
    this.#constraints = { audio: { ...AUDIO, ...options.audio }, video: { ...VIDEO, ...options.video } };
  }

  /**
   * Asks for camera and microphone; called again, for what is still missing. Resolves when they are open or have
   * failed; never rejects.
   */
  open(): Promise<void> {
    if (!this.#open) {
      this.#open = true;
      this.#devices?.addEventListener("devicechange", this.#devicesChanged);
    }
    if (this.#opening !== null) {
      return this.#opening;
    }
    const missing = this.#missing();
    return missing.length > 0 ? this.#acquire(missing) : Promise.resolve();
  }

  /** Turns camera and microphone off. */
  close(): void {
    this.#open = false;
    this.#turn += 1;
    this.#opening = null;
    this.#devices?.removeEventListener("devicechange", this.#devicesChanged);
    for (const track of this.#tracks()) {
      track.stop();
    }
    this.#state.set({ stream: null, failure: null, audioOn: false, videoOn: false });
  }

  /** Whether sound is sent; a wish that outlives closing and unplugging. */
  setAudio(on: boolean): void {
    this.#wish("audio", on);
  }

  setVideo(on: boolean): void {
    this.#wish("video", on);
  }

  #wish(kind: Kind, on: boolean): void {
    this.#wished[kind] = on;
    const { stream, failure } = this.get();
    this.#show(stream, failure);
  }

  #tracks(): MediaStreamTrack[] {
    return this.get().stream?.getTracks() ?? [];
  }

  #missing(): Kind[] {
    const present = new Set(this.#tracks().map((track) => track.kind));
    return (["audio", "video"] as const).filter((kind) => !present.has(kind));
  }

  #acquire(kinds: readonly Kind[]): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    const opening = this.#tryAll(kinds).then(({ tracks, failure }) => {
      if (turn === this.#turn) {
        this.#opening = null;
        this.#take(tracks, failure);
      } else {
        for (const track of tracks) {
          track.stop();
        }
      }
    });
    this.#opening = opening;
    return opening;
  }

  /** Both at once, which asks the person once; then, where that can help, each alone. */
  async #tryAll(kinds: readonly Kind[]): Promise<{ tracks: MediaStreamTrack[]; failure: MediaFailure | null }> {
    const first = await this.#try(kinds);
    if ("tracks" in first) {
      return { tracks: first.tracks, failure: null };
    }
    const [only] = kinds;
    if (kinds.length === 1 && only) {
      return { tracks: [], failure: first.failure === "no_devices" ? MISSING[only] : first.failure };
    }
    for (const kind of await this.#worthTrying(first)) {
      const alone = await this.#try([kind]);
      if ("tracks" in alone) {
        const failure =
          first.failure === "no_devices" || first.failure === "failed" ? MISSING[OTHER[kind]] : first.failure;
        return { tracks: alone.tracks, failure };
      }
    }
    return { tracks: [], failure: first.failure };
  }

  /** Without sound there is no conversation for most, so it goes before the picture. */
  async #worthTrying({ failure, apart }: Diagnosis): Promise<readonly Kind[]> {
    if (apart) {
      return ["audio", "video"];
    }
    if (failure !== "denied" || !this.#permissions) {
      return [];
    }
    // Where only one of the two is denied the other may be had; asking again after "no" to both would be rude.
    const [camera, microphone] = await Promise.all([this.#denied("camera"), this.#denied("microphone")]);
    if (camera === microphone) {
      return [];
    }
    return camera ? ["audio"] : ["video"];
  }

  async #denied(name: PermissionName): Promise<boolean> {
    try {
      return (await this.#permissions?.query({ name }))?.state === "denied";
    } catch {
      // A browser that does not know this permission's name cannot have denied it apart.
      return false;
    }
  }

  async #try(kinds: readonly Kind[]): Promise<{ tracks: MediaStreamTrack[] } | Diagnosis> {
    if (!this.#devices) {
      return { failure: "unsupported", apart: false, plainer: false };
    }
    const wanted = (plain: boolean): MediaStreamConstraints =>
      Object.fromEntries(kinds.map((kind) => [kind, plain ? true : this.#constraints[kind]]));
    try {
      return { tracks: (await this.#devices.getUserMedia(wanted(false))).getTracks() };
    } catch (error) {
      const diagnosis = diagnose(error);
      if (!diagnosis.plainer) {
        return diagnosis;
      }
    }
    try {
      return { tracks: (await this.#devices.getUserMedia(wanted(true))).getTracks() };
    } catch (error) {
      return diagnose(error);
    }
  }

  #take(tracks: readonly MediaStreamTrack[], failure: MediaFailure | null): void {
    for (const track of tracks) {
      if (track.kind === "video") {
        track.contentHint = "motion";
      }
      track.addEventListener("ended", () => this.#ended(track));
    }
    const all = [...this.#tracks(), ...tracks];
    this.#show(all.length > 0 ? this.#newStream(all) : null, failure);
  }

  /** The device was unplugged, or the permission taken back. Stopping a track ourselves does not come here. */
  #ended(track: MediaStreamTrack): void {
    const left = this.#tracks().filter((each) => each !== track);
    if (!this.#open || left.length === this.#tracks().length) {
      return;
    }
    const failure = left.length > 0 ? MISSING[track.kind === "audio" ? "audio" : "video"] : "no_devices";
    this.#show(left.length > 0 ? this.#newStream(left) : null, failure);
  }

  readonly #devicesChanged = (): void => {
    if (this.#opening !== null || !MISSING_DEVICES.includes(this.get().failure)) {
      return;
    }
    this.#acquire(this.#missing()).catch((error: unknown) => this.#show(this.get().stream, diagnose(error).failure));
  };

  #show(stream: MediaStream | null, failure: MediaFailure | null): void {
    const turn = (tracks: MediaStreamTrack[] | undefined, on: boolean): boolean => {
      for (const track of tracks ?? []) {
        track.enabled = on;
      }
      return on && Boolean(tracks?.length);
    };
    const audioOn = turn(stream?.getAudioTracks(), this.#wished.audio);
    const videoOn = turn(stream?.getVideoTracks(), this.#wished.video);
    const old = this.get();
    if (stream !== old.stream || failure !== old.failure || audioOn !== old.audioOn || videoOn !== old.videoOn) {
      this.#state.set({ stream, failure, audioOn, videoOn });
    }
  }
}
