/** Rings: sound while an offer is open, and a notification when the page is out of sight. */

import type { MatterView, Observable } from "@palvelurinki/call_kit";
import { stageOf } from "../model/stage";
import type { ConsoleState } from "../model/state";

export interface Tone {
  start: () => void;
  stop: () => void;
}

export interface Notice {
  close: () => void;
}

export interface AlarmParts {
  readonly tone: Tone;
  /** Null when the person has not allowed it. */
  readonly notify: (offer: string, matter: MatterView) => Notice | null;
  readonly isHidden: () => boolean;
}

/** Follows the state; the returned function ends that and silences what rings. */
export function followRinging(store: Observable<ConsoleState>, parts: AlarmParts): () => void {
  let ringing: string | null = null;
  let notice: Notice | null = null;
  const silence = (): void => {
    ringing = null;
    parts.tone.stop();
    notice?.close();
    notice = null;
  };
  const look = (): void => {
    const { memory, snapshot, connection } = store.get();
    const stage = stageOf(memory, snapshot);
    // With the line lost the offer goes to somebody else: nothing is left to answer.
    const offer = stage.kind === "ringing" && connection.kind !== "offline" ? stage.offer.id : null;
    if (offer === ringing) {
      return;
    }
    silence();
    if (offer !== null && stage.kind === "ringing") {
      ringing = offer;
      parts.tone.start();
      notice = parts.isHidden() ? parts.notify(offer, stage.matter) : null;
    }
  };
  const stop = store.subscribe(look);
  look();
  return () => {
    stop();
    silence();
  };
}
