/** A value that changes, shaped for `useSyncExternalStore`: `get()` is the same object until the value changes. */
export interface Observable<T> {
  get: () => T;
  /** Calls `listener` after each change; the returned function ends that. */
  subscribe: (listener: () => void) => () => void;
}

/** The plain implementation. Listeners may subscribe, unsubscribe and `set` while they are called. */
export class Value<T> implements Observable<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  readonly get = (): T => this.#value;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  set(value: T): void {
    if (Object.is(value, this.#value)) {
      return;
    }
    this.#value = value;
    for (const listener of [...this.#listeners]) {
      listener();
    }
  }
}
