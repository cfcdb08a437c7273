/** More than the server keeps for a client. */
const REMEMBERED = 1024;

/** The ids of the newest signals. After a resume one may come again under another number. */
export class Handled {
  readonly #ids = new Set<string>();

  /** The signal is being handled; false when it has been before. */
  add(id: string): boolean {
    if (this.#ids.has(id)) {
      return false;
    }
    this.#ids.add(id);
    if (this.#ids.size > REMEMBERED) {
      for (const oldest of this.#ids) {
        this.#ids.delete(oldest);
        break;
      }
    }
    return true;
  }
}
