import { isDark, lightOf } from "./measures";
import type { CameraFinding } from "./types";
import { pause } from "./waiting";

/** A camera that has just been opened may take a second to find how light it is. */
const WITHIN_MS = 2000;
const LOOK_MS = 40;
const FRAMES = 2;
const SIZE = { width: 32, height: 18 } as const;

/** Looks at the camera's own picture until it is one, or has stayed dark or away for too long. */
export async function watchCamera(track: MediaStreamTrack, signal: AbortSignal): Promise<CameraFinding> {
  const video = await playing(new MediaStream([track]));
  try {
    const canvas = Object.assign(document.createElement("canvas"), SIZE);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    const begun = performance.now();
    while (performance.now() - begun < WITHIN_MS) {
      await pause(LOOK_MS, signal);
      if (context && video.getVideoPlaybackQuality().totalVideoFrames >= FRAMES) {
        context.drawImage(video, 0, 0, SIZE.width, SIZE.height);
        if (!isDark(lightOf(context.getImageData(0, 0, SIZE.width, SIZE.height).data))) {
          return "seen";
        }
      }
    }
    // No picture at all, or a black one: to a person both are a covered camera.
    return "dark";
  } finally {
    video.srcObject = null;
  }
}

/** A video element that plays the stream without sound and without being seen. */
export async function playing(stream: MediaStream): Promise<HTMLVideoElement> {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  // It begins when there is something to play, for which nobody waits here; taking the stream away ends it.
  video.play().catch(() => undefined);
  await Promise.resolve();
  return video;
}
