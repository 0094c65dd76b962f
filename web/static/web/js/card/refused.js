// Every reason for which a card is not honoured, under the stable codes of docs/card-format.

export class Refused extends Error {
  /** @param {string} code @param {string} [detail] */
  constructor(code, detail = "") {
    super(detail || code);
    this.code = code;
    this.medium = null;
    this.asOf = null;
  }
}

/** @returns {Refused} */
export const unreadable = (detail) => new Refused("unreadable", detail);
