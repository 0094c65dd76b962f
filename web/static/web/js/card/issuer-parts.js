// The issuer parts that were good lately, by their very text; the one unused longest goes first.
// A part gets in only after its signature held, so nobody can fill it with rubbish. It spares the
// parse and one signature; whether the key still counts is asked at every scan.

const PARTS_MAX = 512;

export class IssuerParts {
  #parts = new Map();
  #partsMax;

  /** @param {{partsMax?: number}} [options] */
  constructor({ partsMax = PARTS_MAX } = {}) {
    this.#partsMax = partsMax;
  }

  /** @param {string} presentation @returns {{card: object, kid: string, keyName: string}|null} */
  get(presentation) {
    const part = this.#parts.get(presentation) ?? null;
    if (part) {
      this.#parts.delete(presentation);
      this.#parts.set(presentation, part);
    }
    return part;
  }

  put(presentation, part) {
    this.#parts.set(presentation, part);
    if (this.#parts.size > this.#partsMax) this.#parts.delete(this.#parts.keys().next().value);
  }
}
