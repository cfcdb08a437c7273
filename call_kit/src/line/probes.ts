import { watchCamera } from "./camera";
import type { Exchange } from "./check";
import { echoPath, relayPath } from "./paths";
import { Sounds } from "./sounds";
import type { CameraFinding, PathFinding, SoundFinding } from "./types";

/** The looks that a line check takes; tests make their own. None of them rejects, unless `signal` ends it. */
export interface LineProbes {
  readonly camera: (track: MediaStreamTrack, signal: AbortSignal) => Promise<CameraFinding>;
  readonly sound: (track: MediaStreamTrack, signal: AbortSignal) => Promise<SoundFinding>;
  readonly echo: (
    camera: MediaStreamTrack | null,
    iceServers: RTCIceServer[],
    exchange: Exchange,
    signal: AbortSignal,
  ) => Promise<PathFinding>;
  readonly relay: (
    camera: MediaStreamTrack | null,
    iceServers: RTCIceServer[],
    signal: AbortSignal,
  ) => Promise<PathFinding>;
  readonly close: () => void;
}

/** The browser's own devices and connections. */
export class BrowserProbes implements LineProbes {
  readonly #sounds = new Sounds();

  camera = watchCamera;

  sound = (track: MediaStreamTrack, signal: AbortSignal): Promise<SoundFinding> => this.#sounds.listen(track, signal);

  echo: LineProbes["echo"] = async (camera, iceServers, exchange, signal) =>
    echoPath({ camera, tone: await this.#sounds.tone(), sounds: this.#sounds, iceServers, signal }, exchange);

  relay: LineProbes["relay"] = async (camera, iceServers, signal) =>
    relayPath({ camera, tone: await this.#sounds.tone(), sounds: this.#sounds, iceServers, signal });

  close = (): void => this.#sounds.close();
}
