import { type Observable, Value } from "../observable";
import type { LocalMediaState } from "./types";

/** Camera and microphone of this device. */
export class LocalMedia implements Observable<LocalMediaState> {
  readonly #state = new Value<LocalMediaState>({ stream: null, failure: null, audioOn: false, videoOn: false });
  readonly get = this.#state.get;
  readonly subscribe = this.#state.subscribe;

  /** Resolves when it is open or has failed; never rejects. */
  open(): Promise<void> {
    this.#state.set(this.get());
    return Promise.resolve();
  }

  close(): void {
    this.#state.set(this.get());
  }

  setAudio(_on: boolean): void {
    this.#state.set(this.get());
  }

  setVideo(_on: boolean): void {
    this.#state.set(this.get());
  }
}
