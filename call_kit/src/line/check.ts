/**
 * The line check: whether this terminal can call, proven before anybody is rung for it. All that can be done side by
 * side is: on a good line it takes about a second.
 */
import type { LocalMediaState, MediaFailure } from "../media/types";
import { BrowserProbes, type LineProbes } from "./probes";
import type {
  Absence,
  CameraFinding,
  LineCheck,
  LineFindings,
  LineProgress,
  LineStep,
  PathFinding,
  SoundFinding,
} from "./types";
import { stepState, verdict } from "./verdict";

/** Carries an offer (SDP) to the server's echo; its answer (SDP). Rejects with a CommandError when the server refuses. */
export type Exchange = (offer: string, signal: AbortSignal) => Promise<string>;

export interface LineCheckOptions {
  /** What `LocalMedia` has, or how to open it. */
  readonly media: LocalMediaState | (() => Promise<LocalMediaState>);
  readonly iceServers: RTCIceServer[];
  readonly exchange: Exchange;
  /** Hears of each change. */
  readonly progress?: (progress: LineProgress) => void;
  readonly signal?: AbortSignal;
  readonly probes?: LineProbes;
  /** Hears of what the browser failed at; the check goes on without it. */
  readonly trouble?: (what: string, error: unknown) => void;
}

/** Resolves with what was found, whatever it is; rejects only when `signal` ends it. Nothing of it is left running. */
export async function checkLine(options: LineCheckOptions): Promise<LineCheck> {
  const ended = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, ended.signal]) : ended.signal;
  signal.throwIfAborted();
  const probes = options.probes ?? new BrowserProbes();
  try {
    return await new Check(options, probes, signal).run();
  } finally {
    ended.abort();
    probes.close();
  }
}

class Check {
  readonly #options: LineCheckOptions;
  readonly #probes: LineProbes;
  readonly #signal: AbortSignal;
  #progress: LineProgress;

  constructor(options: LineCheckOptions, probes: LineProbes, signal: AbortSignal) {
    this.#options = options;
    this.#probes = probes;
    this.#signal = signal;
    const steps: LineStep[] = ["camera", "microphone", "loudspeaker", "network"];
    this.#progress = Object.fromEntries(
      [...steps, ...(hasTurn(options.iceServers) ? (["relay"] as const) : [])].map((step) => [step, "pending"]),
    );
  }

  async run(): Promise<LineCheck> {
    const { media } = this.#options;
    this.#show({ camera: "running", microphone: "running" });
    const local = typeof media === "function" ? await this.#unlessAborted(media()) : media;
    const [camera, sound, paths] = await Promise.all([this.#camera(local), this.#sound(local), this.#paths(local)]);
    const findings: LineFindings = { camera, ...sound, ...paths };
    this.#signal.throwIfAborted();
    return verdict(findings);
  }

  async #camera(local: LocalMediaState): Promise<CameraFinding> {
    const track = trackOf(local, "video");
    let camera: CameraFinding = track ? "off" : absence(local);
    // What the person has turned off stays off, and is not looked into.
    if (track && local.videoOn) {
      camera = await this.#try("camera", () => this.#probes.camera(track, this.#signal), "dark");
    }
    this.#tell("camera", { camera });
    return camera;
  }

  async #sound(local: LocalMediaState): Promise<SoundFinding> {
    const track = trackOf(local, "audio");
    let sound: SoundFinding = { microphone: track ? "off" : absence(local), loudspeaker: "untried", level: 0 };
    if (track && local.audioOn) {
      this.#show({ loudspeaker: "running" });
      sound = await this.#try("sound", () => this.#probes.sound(track, this.#signal), UNHEARD);
    }
    this.#tell("microphone", sound);
    this.#tell("loudspeaker", sound);
    return sound;
  }

  async #paths(local: LocalMediaState): Promise<Pick<LineFindings, "echo" | "relay">> {
    this.#show({ network: "running" });
    const [echo, relay] = await Promise.all([this.#echo(local), this.#relay(local)]);
    this.#tell("network", { echo, relay });
    return { echo, relay };
  }

  #echo(local: LocalMediaState): Promise<PathFinding> {
    const { iceServers, exchange } = this.#options;
    const camera = trackOf(local, "video");
    return this.#twice("echo", () => this.#probes.echo(camera, iceServers, exchange, this.#signal));
  }

  async #relay(local: LocalMediaState): Promise<PathFinding | null> {
    const { iceServers } = this.#options;
    if (!hasTurn(iceServers)) {
      return null;
    }
    this.#show({ relay: "running" });
    const relay = await this.#twice("relay", () =>
      this.#probes.relay(trackOf(local, "video"), iceServers, this.#signal),
    );
    this.#tell("relay", { relay });
    return relay;
  }

  /** No fault may come of a moment's trouble, nor of an echo that has just been started again. */
  async #twice(what: string, probe: () => Promise<PathFinding>): Promise<PathFinding> {
    const found = await this.#try(what, probe, UNOPENED);
    return found.kind === "broken" ? await this.#try(what, probe, UNOPENED) : found;
  }

  /** A browser that fails at this has not shown what was to be shown. */
  async #try<F>(what: string, probe: () => Promise<F>, otherwise: F): Promise<F> {
    this.#signal.throwIfAborted();
    try {
      return await probe();
    } catch (error) {
      this.#signal.throwIfAborted();
      (this.#options.trouble ?? warn)(what, error);
      return otherwise;
    }
  }

  #tell(step: LineStep, found: Partial<LineFindings>): void {
    this.#show({ [step]: stepState(step, { ...UNKNOWN, ...found }) });
  }

  #show(change: LineProgress): void {
    if (this.#signal.aborted) {
      return;
    }
    this.#progress = { ...this.#progress, ...change };
    this.#options.progress?.(this.#progress);
  }

  /** The devices know nothing of our being ended. */
  #unlessAborted<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#signal.addEventListener("abort", () => reject(this.#signal.reason), { once: true });
      promise.then(resolve, reject);
    });
  }
}

const UNOPENED: PathFinding = { kind: "broken", connected: false };
const UNHEARD: SoundFinding = { microphone: "silent", loudspeaker: "untried", level: 0 };
/** Of the steps that are not told of yet. */
const UNKNOWN: LineFindings = {
  camera: "missing",
  microphone: "missing",
  loudspeaker: "untried",
  level: 0,
  echo: { kind: "refused" },
  relay: null,
};

function trackOf({ stream }: LocalMediaState, kind: "audio" | "video"): MediaStreamTrack | null {
  return stream?.getTracks().find((track) => track.kind === kind && track.readyState === "live") ?? null;
}

const DENIED: readonly (MediaFailure | null)[] = ["denied"];

function absence({ failure }: LocalMediaState): Absence {
  return DENIED.includes(failure) ? "denied" : "missing";
}

function hasTurn(servers: readonly RTCIceServer[]): boolean {
  return servers.some(({ urls }) => [urls].flat().some((url) => url.startsWith("turn")));
}

function warn(what: string, error: unknown): void {
  // biome-ignore lint/suspicious/noConsole: for whoever looks into a terminal that is refused; it names no person
  console.warn(`line check: ${what}`, error);
}
