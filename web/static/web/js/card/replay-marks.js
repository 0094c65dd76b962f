// Which scan of a QR code was the first, and when. No window lets a code live longer than 180 seconds, so a
// mark may go after that.

import { openDatabase } from "../database.js";

const TTL = 180;
const MARKS_MAX = 20_000;
const DATABASE = "kaiteki-replay";

/** Marks of one page, for as long as it is open; the oldest go when there are too many. */
export class MarksInMemory {
  #first = new Map();
  #marksMax;

  /** @param {{marksMax?: number}} [options] */
  constructor({ marksMax = MARKS_MAX } = {}) {
    this.#marksMax = marksMax;
  }

  /**
   * The first scan of `digest`: this one, unless there was one before.
   * @param {string} digest @param {string} scan @param {number} now in seconds
   * @returns {{scan: string, at: number}}
   */
  firstSeen(digest, scan, now) {
    if (!this.#first.has(digest)) this.#first.set(digest, { scan, at: now });
    const first = this.#first.get(digest);
    if (this.#first.size > this.#marksMax) this.#first.delete(this.#first.keys().next().value);
    return first;
  }
}

/**
 * Marks of one device, shared by its tabs and kept when the page is loaded again: or a used code
 * would count as new for two minutes after a reload without a network.
 */
export class MarksOnDevice {
  #opening = null;

  #open() {
    this.#opening ??= openDatabase(DATABASE, (made) => made.createObjectStore("marks").createIndex("at", "at"));
    return this.#opening;
  }

  /** As in `MarksInMemory`; look-up and insert are one transaction, whichever tab asks. */
  async firstSeen(digest, scan, now) {
    const database = await this.#open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction("marks", "readwrite");
      const store = transaction.objectStore("marks");
      let first = { scan, at: now };
      store.get(digest).onsuccess = ({ target }) => {
        if (target.result) first = target.result;
        else store.put(first, digest);
        store.index("at").openKeyCursor(IDBKeyRange.upperBound(now - TTL, true)).onsuccess = sweep;
      };
      function sweep({ target: { result: cursor } }) {
        if (!cursor) return;
        if (cursor.primaryKey !== digest) store.delete(cursor.primaryKey);
        cursor.continue();
      }
      transaction.oncomplete = () => resolve(first);
      transaction.onabort = () => reject(transaction.error);
    });
  }
}
