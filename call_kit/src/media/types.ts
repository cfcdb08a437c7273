/** Why there is no picture, no sound, or neither. With one of the two left, `stream` carries it. */
export type MediaFailure =
  | "denied"
  | "no_camera"
  | "no_microphone"
  | "no_devices"
  | "in_use"
  | "unsupported"
  | "failed";

export interface LocalMediaState {
  /** What this device sends: sound and picture, or one of them. Null until opened, and when both failed. */
  readonly stream: MediaStream | null;
  readonly failure: MediaFailure | null;
  /** Whether sound is being sent: there is a microphone and it is not turned off. */
  readonly audioOn: boolean;
  readonly videoOn: boolean;
}
