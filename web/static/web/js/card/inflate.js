// Deflate (RFC 1951) read as strictly as zlib reads it, and never further than the caller allows.
//
// fflate writes our streams; it reads them too kindly: code sets that are incomplete, distances
// before the start, bytes behind the end. Two readers that differ there give two answers about one
// QR code. The bound holds while inflating, byte by byte.

import { Refused, unreadable } from "./refused.js";

const CODE_BITS_MAX = 15;
const END_OF_BLOCK = 256;
const LITERALS_MAX = 286;
const DISTANCES_MAX = 30;
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
];
const DISTANCE_EXTRA = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];

const bad = () => unreadable("not a deflate stream");

/**
 * A canonical code: how many codes of each length, and the symbols in the order of their codes.
 * Over-subscribed sets are refused, incomplete ones too unless they are one code of one bit.
 */
function makeCode(lengths, { mayBeSingle = false } = {}) {
  const counts = new Uint16Array(CODE_BITS_MAX + 1);
  for (const length of lengths) counts[length] += 1;
  let left = 1;
  for (let bits = 1; bits <= CODE_BITS_MAX; bits += 1) {
    left = left * 2 - counts[bits];
    if (left < 0) throw bad();
  }
  const used = lengths.length - counts[0];
  if (left > 0 && used > 0 && !(mayBeSingle && used === 1 && counts[1] === 1)) throw bad();
  if (!used && !mayBeSingle) throw bad();
  const offsets = new Uint16Array(CODE_BITS_MAX + 2);
  for (let bits = 1; bits <= CODE_BITS_MAX; bits += 1) offsets[bits + 1] = offsets[bits] + counts[bits];
  const symbols = new Uint16Array(lengths.length);
  lengths.forEach((length, symbol) => {
    if (length) symbols[offsets[length]++] = symbol;
  });
  return { counts, symbols };
}

const filled = (...runs) => runs.flatMap(([count, length]) => Array(count).fill(length));
// The distance set has 32 members, of which the last two must not occur (RFC 1951 section 3.2.6).
const FIXED = {
  literals: makeCode(filled([144, 8], [112, 9], [24, 7], [8, 8])),
  distances: makeCode(filled([32, 5])),
};

class Stream {
  constructor(input, bytesMax, dictionary) {
    this.input = input;
    this.at = 0;
    this.held = 0;
    this.heldBits = 0;
    this.start = dictionary.length;
    this.end = this.start + bytesMax;
    // Grown when needed: a bound of megabytes must not cost megabytes for a short stream.
    this.output = new Uint8Array(Math.min(this.end, this.start + 4 * input.length + 1_024));
    this.output.set(dictionary);
    this.length = this.start;
  }

  bits(count) {
    while (this.heldBits < count) {
      if (this.at === this.input.length) throw bad();
      this.held |= this.input[this.at] << this.heldBits;
      this.at += 1;
      this.heldBits += 8;
    }
    const value = this.held & ((1 << count) - 1);
    this.held >>>= count;
    this.heldBits -= count;
    return value;
  }

  symbol({ counts, symbols }) {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let bits = 1; bits <= CODE_BITS_MAX; bits += 1) {
      code |= this.bits(1);
      const count = counts[bits];
      if (code - count < first) return symbols[index + code - first];
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw bad();
  }

  put(byte) {
    if (this.length === this.end) throw new Refused("inflates-too-far");
    if (this.length === this.output.length) {
      const grown = new Uint8Array(Math.min(this.end, 2 * this.length));
      grown.set(this.output);
      this.output = grown;
    }
    this.output[this.length] = byte;
    this.length += 1;
  }

  stored() {
    this.held = 0;
    this.heldBits = 0;
    const length = this.bits(16);
    if (this.bits(16) !== (~length & 0xffff)) throw bad();
    for (let count = 0; count < length; count += 1) this.put(this.bits(8));
  }

  codes() {
    const [literals, distances, lengths] = [this.bits(5) + 257, this.bits(5) + 1, this.bits(4) + 4];
    if (literals > LITERALS_MAX || distances > DISTANCES_MAX) throw bad();
    const ofLengths = Array(19).fill(0);
    for (let index = 0; index < lengths; index += 1) ofLengths[ORDER[index]] = this.bits(3);
    const all = this.codeLengths(makeCode(ofLengths), literals + distances);
    if (!all[END_OF_BLOCK]) throw bad();
    return {
      literals: makeCode(all.slice(0, literals), { mayBeSingle: true }),
      distances: makeCode(all.slice(literals), { mayBeSingle: true }),
    };
  }

  codeLengths(code, count) {
    const lengths = [];
    while (lengths.length < count) {
      const symbol = this.symbol(code);
      if (symbol < 16) {
        lengths.push(symbol);
        continue;
      }
      if (symbol === 16 && !lengths.length) throw bad();
      const [length, times] =
        symbol === 16 ? [lengths.at(-1), 3 + this.bits(2)] : [0, symbol === 17 ? 3 + this.bits(3) : 11 + this.bits(7)];
      if (lengths.length + times > count) throw bad();
      lengths.push(...Array(times).fill(length));
    }
    return lengths;
  }

  block({ literals, distances }) {
    for (;;) {
      const symbol = this.symbol(literals);
      if (symbol === END_OF_BLOCK) return;
      if (symbol < END_OF_BLOCK) {
        this.put(symbol);
        continue;
      }
      const place = symbol - 257;
      if (place >= LENGTH_BASE.length) throw bad();
      const length = LENGTH_BASE[place] + this.bits(LENGTH_EXTRA[place]);
      const far = this.symbol(distances);
      if (far >= DISTANCES_MAX) throw bad();
      const distance = DISTANCE_BASE[far] + this.bits(DISTANCE_EXTRA[far]);
      if (distance > this.length) throw bad();
      for (let count = 0; count < length; count += 1) this.put(this.output[this.length - distance]);
    }
  }

  run() {
    let isLast = false;
    while (!isLast) {
      isLast = this.bits(1) === 1;
      const kind = this.bits(2);
      if (kind === 3) throw bad();
      if (kind === 0) this.stored();
      else this.block(kind === 1 ? FIXED : this.codes());
    }
    return this.output.subarray(this.start, this.length);
  }
}

/**
 * What `input` holds and how many of its bytes were read. Throws `unreadable` for a bad stream and
 * `inflates-too-far` as soon as there is more than `bytesMax`.
 * @param {Uint8Array} input @param {{bytesMax: number, dictionary?: Uint8Array}} options
 */
export function inflate(input, { bytesMax, dictionary = new Uint8Array() }) {
  const stream = new Stream(input, bytesMax, dictionary);
  const output = stream.run();
  return { output, read: stream.at };
}

function adler32(bytes) {
  let [low, high] = [1, 0];
  for (const byte of bytes) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  return high * 65_536 + low;
}

/** What a whole zlib stream (RFC 1950) holds. @param {Uint8Array} input @param {{bytesMax: number}} options */
export function inflateZlib(input, { bytesMax }) {
  const [method, flags] = input;
  const isZlib = (method & 15) === 8 && method >> 4 <= 7 && (method * 256 + flags) % 31 === 0 && !(flags & 32);
  if (!isZlib) throw unreadable("not a zlib stream");
  const { output, read } = inflate(input.subarray(2), { bytesMax });
  const rest = input.subarray(2 + read);
  if (rest.length !== 4) throw unreadable("a zlib stream that does not end where it must");
  const check = new DataView(rest.buffer, rest.byteOffset, 4).getUint32(0);
  if (check !== adler32(output)) throw unreadable("a zlib stream that was changed");
  return output;
}
