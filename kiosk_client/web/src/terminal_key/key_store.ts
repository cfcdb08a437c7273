/** Where the terminal's keys are kept: the one in use, and the one that is to follow it. */

import type { TerminalKey } from "./key";

export type Slot = "current" | "next";

/** Why this browser cannot hold a key. */
export type Obstacle = "storage" | "insecure";

export class KeyUnavailable extends Error {
  override readonly name = "KeyUnavailable";
  readonly obstacle: Obstacle;

  constructor(obstacle: Obstacle, options: ErrorOptions = {}) {
    super(`this browser cannot hold a key: ${obstacle}`, options);
    this.obstacle = obstacle;
  }
}

/** Every method rejects with KeyUnavailable when the browser does not let the page store anything. */
export interface KeyStore {
  read: (slot: Slot) => Promise<TerminalKey | null>;
  /** The key with its count raised by one; the raised count is stored before it is returned. */
  raise: (slot: Slot) => Promise<TerminalKey | null>;
  put: (slot: Slot, key: TerminalKey) => Promise<void>;
  /** The next key takes the current one's place, in one step. Nothing happens when there is no next key. */
  promote: () => Promise<void>;
  remove: (slot: Slot) => Promise<void>;
}
