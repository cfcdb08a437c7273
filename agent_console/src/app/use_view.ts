import { useCallback, useSyncExternalStore } from "react";

const CHANGED = "palvelurinki:view";

function subscribe(listener: () => void): () => void {
  globalThis.addEventListener("popstate", listener);
  globalThis.addEventListener(CHANGED, listener);
  return () => {
    globalThis.removeEventListener("popstate", listener);
    globalThis.removeEventListener(CHANGED, listener);
  };
}

function read(): string | null {
  return new URLSearchParams(location.search).get("view");
}

/** The part of the console that the address names; the browser's back button goes through them. */
export function useView(): [string | null, (view: string) => void] {
  const view = useSyncExternalStore(subscribe, read);
  const choose = useCallback((next: string) => {
    const address = new URL(location.href);
    address.searchParams.set("view", next);
    history.pushState(null, "", address);
    globalThis.dispatchEvent(new Event(CHANGED));
  }, []);
  return [view, choose];
}
