/** What `attachStream` needs of a video element and of the page; tests make their own. */
export interface Player {
  srcObject: MediaProvider | null;
  play: () => Promise<void>;
}
export interface Gestures {
  addEventListener: (type: string, listener: () => void) => void;
  removeEventListener: (type: string, listener: () => void) => void;
}

const GESTURES = ["pointerdown", "keydown"];

/**
 * Plays the stream in the element until the returned function is called.
 *
 * A browser may refuse sound before the person has touched the page (NotAllowedError): then it plays at the first
 * touch or key. A play that is cut short by another stream (AbortError) is no failure.
 */
export function attachStream(
  player: Player,
  stream: MediaStream | null,
  page: Gestures = globalThis.document,
): () => void {
  let attached = true;
  const forget = (): void => {
    for (const gesture of GESTURES) {
      page.removeEventListener(gesture, play);
    }
  };
  const play = (): void => {
    forget();
    player.play().catch((error: unknown) => {
      if (!attached || (error instanceof DOMException && error.name === "AbortError")) {
        return;
      }
      for (const gesture of GESTURES) {
        page.addEventListener(gesture, play);
      }
    });
  };
  player.srcObject = stream;
  if (stream) {
    play();
  }
  return () => {
    attached = false;
    forget();
    player.srcObject = null;
  };
}
