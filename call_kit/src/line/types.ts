import type { LineFault } from "../generated/wire";

/** What could not be proven, or does not keep the terminal from calling. */
export type LineWarning = "loudspeaker_silent" | "echo_unavailable";

export type LineStep = "camera" | "microphone" | "loudspeaker" | "network" | "relay";
export type LineStepState = "pending" | "running" | "passed" | "failed" | "unsure";

/** How far the check is. Without TURN servers there is no step `relay`. */
export type LineProgress = Readonly<Partial<Record<LineStep, LineStepState>>>;

export interface LineCheck {
  readonly passed: boolean;
  readonly faults: readonly LineFault[];
  readonly warnings: readonly LineWarning[];
  /** To the server's echo and back, or, when only the relay could be asked, through it and back. */
  readonly roundTripMs: number | null;
  /** The loudest that the microphone heard meanwhile, of full scale: 0 to 1. */
  readonly level: number;
}

/** Why there is no track of a kind. */
export type Absence = "missing" | "denied";

/** `off`: the person has turned it off, so there is nothing to be seen or heard, and nothing wrong. */
export type CameraFinding = Absence | "seen" | "dark" | "off";
export type MicrophoneFinding = Absence | "heard" | "silent" | "off";
export type LoudspeakerFinding = "heard" | "unheard" | "untried";

export interface SoundFinding {
  readonly microphone: MicrophoneFinding;
  readonly loudspeaker: LoudspeakerFinding;
  readonly level: number;
}

/**
 * What a way through the network has shown: `proven`, that sound, picture and data came through; `broken`, that not
 * all of them did; `refused`, that the server answered and gave no echo; `unreachable`, that it did not answer.
 */
export type PathFinding =
  | { readonly kind: "proven"; readonly roundTripMs: number }
  | { readonly kind: "broken"; readonly connected: boolean }
  | { readonly kind: "refused" }
  | { readonly kind: "unreachable" };

/** Null: there are no TURN servers. */
export interface LineFindings extends SoundFinding {
  readonly camera: CameraFinding;
  readonly echo: PathFinding;
  readonly relay: PathFinding | null;
}
