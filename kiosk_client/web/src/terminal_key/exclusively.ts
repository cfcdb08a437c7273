/** What several windows of one browser must not do at once. */

const LOCK = "palvelurinki.terminal_key";

/** Waits for its turn among all windows of this origin. Where there are no locks (http), there are no keys either. */
export function oneWindowAtATime<T>(work: () => Promise<T>): Promise<T> {
  // The types promise what an insecure page does not have.
  const locks = (globalThis.navigator as { locks?: LockManager }).locks;
  return locks === undefined ? work() : locks.request(LOCK, work);
}
