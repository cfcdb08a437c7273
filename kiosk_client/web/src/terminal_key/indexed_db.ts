/**
 * The keys in IndexedDB, which stores a key that cannot be taken out as it is.
 *
 * The connection is opened for each use: that is seldom, and one that the browser has closed is no case of its own.
 * What is written is on the disk when its transaction says so, or a crash could make the counter smaller than what the
 * server has seen.
 */

import type { TerminalKey } from "./key";
import { type KeyStore, KeyUnavailable, type Slot } from "./key_store";

const DATABASE = "palvelurinki.terminal";
const STORE = "keys";

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the database was not opened"));
  });
}

/** Does `work` in one transaction; resolves when it is stored, with what `work` passed to `keep`. */
async function inTransaction<T>(
  mode: IDBTransactionMode,
  initial: T,
  work: (store: IDBObjectStore, keep: (value: T) => void) => void,
): Promise<T> {
  try {
    const database = await opened();
    try {
      return await new Promise<T>((resolve, reject) => {
        let kept = initial;
        const transaction = database.transaction(STORE, mode, { durability: "strict" });
        transaction.oncomplete = () => resolve(kept);
        transaction.onabort = () => reject(transaction.error ?? new Error("the transaction was broken off"));
        work(transaction.objectStore(STORE), (value) => {
          kept = value;
        });
      });
    } finally {
      database.close();
    }
  } catch (error: unknown) {
    throw new KeyUnavailable("storage", { cause: error });
  }
}

function withKey(store: IDBObjectStore, slot: Slot, then: (key: TerminalKey) => void): void {
  const request: IDBRequest<TerminalKey | undefined> = store.get(slot);
  request.onsuccess = () => {
    if (request.result !== undefined) {
      then(request.result);
    }
  };
}

export const storedKeys: KeyStore = {
  read: (slot) =>
    inTransaction<TerminalKey | null>("readonly", null, (store, keep) => {
      withKey(store, slot, keep);
    }),
  raise: (slot) =>
    inTransaction<TerminalKey | null>("readwrite", null, (store, keep) => {
      withKey(store, slot, (key) => {
        const raised = { ...key, count: key.count + 1 };
        store.put(raised, slot);
        keep(raised);
      });
    }),
  put: (slot, key) =>
    inTransaction("readwrite", undefined, (store) => {
      store.put(key, slot);
    }),
  promote: () =>
    inTransaction("readwrite", undefined, (store) => {
      withKey(store, "next", (key) => {
        store.put(key, "current");
        store.delete("next");
      });
    }),
  remove: (slot) =>
    inTransaction("readwrite", undefined, (store) => {
      store.delete(slot);
    }),
};
