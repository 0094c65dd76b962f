// JSON as tokens must have it: UTF-8 without BOM, no duplicate keys, no lone surrogates. A number
// that is not written as an integer stays apart from the integer of the same value.

import { Refused, unreadable } from "./refused.js";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const NESTING_MAX = 1_000;
const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const LITERALS = { true: true, false: false, null: null };
const LITERAL = /true|false|null/y;

/** A number with a fraction or an exponent: never a date, an index or a class. */
export class Fraction {
  constructor(text) {
    this.text = text;
  }
}

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at += found[0].length;
    return found;
  }

  value(depth) {
    if (depth > NESTING_MAX) throw unreadable("nested too deep");
    this.match(SPACE);
    const first = this.text[this.at];
    let value;
    if (first === "{") value = this.object(depth);
    else if (first === "[") value = this.array(depth);
    else if (first === '"') value = this.string();
    else value = this.scalar();
    this.match(SPACE);
    return value;
  }

  string() {
    const found = this.match(STRING);
    if (!found) throw unreadable("not JSON");
    const value = JSON.parse(found[0]);
    if (!value.isWellFormed()) throw unreadable("a lone surrogate");
    return value;
  }

  scalar() {
    const literal = this.match(LITERAL);
    if (literal) return LITERALS[literal[0]];
    const number = this.match(NUMBER);
    if (!number) throw unreadable("not JSON");
    // Readers differ in what they make of a number that no double can hold.
    if (!Number.isFinite(Number(number[0]))) throw unreadable("a number out of range");
    return number[1] || number[2] ? new Fraction(number[0]) : Number(number[0]);
  }

  take(char) {
    if (this.text[this.at] !== char) return false;
    this.at += 1;
    return true;
  }

  array(depth) {
    this.at += 1;
    const items = [];
    this.match(SPACE);
    if (this.take("]")) return items;
    do items.push(this.value(depth + 1));
    while (this.take(","));
    if (!this.take("]")) throw unreadable("not JSON");
    return items;
  }

  object(depth) {
    this.at += 1;
    const members = new Map();
    let isTwice = false;
    this.match(SPACE);
    if (!this.take("}")) {
      do {
        this.match(SPACE);
        const name = this.string();
        this.match(SPACE);
        if (!this.take(":")) throw unreadable("not JSON");
        isTwice ||= members.has(name);
        members.set(name, this.value(depth + 1));
      } while (this.take(","));
      if (!this.take("}")) throw unreadable("not JSON");
    }
    if (isTwice) this.isTwice = true;
    const value = Object.create(null); // a claim called __proto__ is a claim like any other
    for (const [name, member] of members) value[name] = member;
    return value;
  }
}

/** The value that the bytes spell. @param {Uint8Array} bytes */
export function parse(bytes) {
  let text;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw unreadable("not UTF-8");
  }
  const reader = new Reader(text);
  const value = reader.value(0);
  if (reader.at !== text.length) throw unreadable("not JSON");
  if (reader.isTwice) throw new Refused("duplicate-json-key");
  return value;
}

export const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Fraction);

/** @param {Uint8Array} bytes */
export function parseObject(bytes) {
  const value = parse(bytes);
  if (!isObject(value)) throw unreadable("not a JSON object");
  return value;
}

export const has = (object, name) => Object.hasOwn(object, name);
