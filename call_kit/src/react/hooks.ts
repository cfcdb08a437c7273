import { useEffect, useState, useSyncExternalStore } from "react";
import type { Observable } from "../observable";

/** The observable's value, rendered anew when it changes. */
export function useObservable<T>(observable: Observable<T>): T {
  return useSyncExternalStore(observable.subscribe, observable.get, observable.get);
}

/** The local time in ms, renewed every `intervalMs`: for clocks and countdowns. Add `clockOffsetMs` for the server's. */
export function useNow(intervalMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), intervalMs);
    return () => clearInterval(ticking);
  }, [intervalMs]);
  return now;
}
