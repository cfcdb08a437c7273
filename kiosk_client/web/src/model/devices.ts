/** Whether the customer can be seen and heard, from what the device's media tell. */

import type { LocalMediaState, MediaFailure } from "@palvelurinki/call_kit";

/**
 * - `opening`: the device is being asked; a question for permission may be on the screen.
 * - `ready`: both work. `sound_only`, `picture_only`: one works, `cause` says why not the other.
 * - `none`: neither works, and no contact can be made.
 */
export type Devices =
  | { kind: "opening" }
  | { kind: "ready" }
  | { kind: "sound_only" | "picture_only" | "none"; cause: MediaFailure };

export function devicesOf(media: LocalMediaState): Devices {
  const sound = (media.stream?.getAudioTracks().length ?? 0) > 0;
  const picture = (media.stream?.getVideoTracks().length ?? 0) > 0;
  if (sound && picture) {
    return { kind: "ready" };
  }
  if (sound) {
    return { kind: "sound_only", cause: media.failure ?? "no_camera" };
  }
  if (picture) {
    return { kind: "picture_only", cause: media.failure ?? "no_microphone" };
  }
  return media.failure === null ? { kind: "opening" } : { kind: "none", cause: media.failure };
}

/** Whether a contact can be made: something of the customer goes over. */
export function canConnect(devices: Devices): boolean {
  return devices.kind !== "opening" && devices.kind !== "none";
}
