/** Calls the advisor who does other work meanwhile: a sound, and a notification when the page is out of sight. */

import type { AdvisorCall } from "../model/desk/attention";
import type { Notice } from "./alarm";

export interface DeskTone {
  start: () => void;
  stop: () => void;
  once: () => void;
}

export interface DeskAlarmParts {
  readonly tone: DeskTone;
  /** Null when the person has not allowed it. */
  readonly notify: (call: AdvisorCall) => Notice | null;
  readonly isHidden: () => boolean;
}

/** Who asks for the advisor is heard until they are; that the expert has answered, or the line has failed, is told once. */
function rings({ kind }: AdvisorCall): boolean {
  return kind === "customer" || kind === "expert";
}

export class DeskAlarm {
  readonly #parts: DeskAlarmParts;
  #told: ReadonlySet<string> = new Set();
  readonly #notices = new Map<string, Notice>();

  constructor(parts: DeskAlarmParts) {
    this.#parts = parts;
  }

  /** Those who call now; to be told whenever they change. */
  look(calls: readonly AdvisorCall[]): void {
    const { tone, notify, isHidden } = this.#parts;
    const sounding = calls.filter(({ sounds }) => sounds);
    const fresh = sounding.filter(({ key }) => !this.#told.has(key));
    this.#told = new Set(sounding.map(({ key }) => key));
    for (const call of fresh) {
      const notice = isHidden() ? notify(call) : null;
      if (notice !== null) {
        this.#notices.set(call.key, notice);
      }
    }
    for (const [key, notice] of this.#notices) {
      if (!this.#told.has(key)) {
        notice.close();
        this.#notices.delete(key);
      }
    }
    if (sounding.some(rings)) {
      tone.start();
    } else {
      tone.stop();
      if (fresh.length > 0) {
        tone.once();
      }
    }
  }
}
