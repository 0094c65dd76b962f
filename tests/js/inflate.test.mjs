// Our inflate against zlib itself (node's): the same bytes, or both refuse.

import assert from "node:assert/strict";
import test from "node:test";
import zlib from "node:zlib";
import { inflate, inflateZlib } from "../../web/static/web/js/card/inflate.js";

const BYTES_MAX = 8_192;

/** Numbers that are the same each time (xorshift), so that a failure replays. */
function numbers(seed) {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function someBytes(next) {
  const alphabet = 1 + next(next(2) ? 4 : 256);
  return Uint8Array.from({ length: next(6_000) }, () => next(alphabet));
}

const WAYS = [0, 1, 6, 9].flatMap((level) =>
  [zlib.constants.Z_DEFAULT_STRATEGY, zlib.constants.Z_HUFFMAN_ONLY, zlib.constants.Z_RLE, zlib.constants.Z_FIXED].map(
    (strategy) => ({ level, strategy }),
  ),
);

function ofZlib(z, dictionary) {
  try {
    const { buffer, engine } = zlib.inflateRawSync(z, { dictionary, info: true });
    return { text: buffer.toString("hex"), read: engine.bytesWritten };
  } catch {
    return "refused";
  }
}

function ofOurs(z, dictionary) {
  try {
    const { output, read } = inflate(z, { bytesMax: 1 << 20, dictionary });
    return { text: Buffer.from(output).toString("hex"), read };
  } catch (error) {
    assert.equal(error.code, "unreadable");
    return "refused";
  }
}

test("whatever zlib writes is read, in every way of writing it", () => {
  const next = numbers(1);
  for (const way of [...WAYS, ...WAYS, ...WAYS]) {
    const dictionary = Buffer.from(someBytes(next).subarray(0, 1_500));
    const content = Buffer.concat([dictionary.subarray(10, 90), someBytes(next)]);
    const z = zlib.deflateRawSync(content, { ...way, dictionary });
    assert.deepEqual(ofOurs(z, dictionary), { text: content.toString("hex"), read: z.length });
  }
});

test("what zlib refuses is refused, and what it takes is taken: 4,000 damaged streams", () => {
  const next = numbers(2);
  const tally = { refused: 0, taken: 0 };
  for (let count = 0; count < 4_000; count += 1) {
    const dictionary = Buffer.from(someBytes(next).subarray(0, 200));
    const z = zlib.deflateRawSync(Buffer.from(someBytes(next).subarray(0, 300)), { ...WAYS[next(WAYS.length)], dictionary });
    const damaged = next(3) ? Buffer.from(z) : z.subarray(0, next(z.length));
    for (let times = 1 + next(3); times && damaged.length; times -= 1) damaged[next(Math.min(damaged.length, 40))] = next(256);
    const expected = ofZlib(damaged, dictionary);
    assert.deepEqual(ofOurs(damaged, dictionary), expected, damaged.toString("hex"));
    tally[expected === "refused" ? "refused" : "taken"] += 1;
  }
  assert.ok(tally.refused > 500 && tally.taken > 500, JSON.stringify(tally));
});

test("random bytes are refused or read as zlib reads them", () => {
  const next = numbers(3);
  for (let count = 0; count < 4_000; count += 1) {
    const z = Buffer.from(Uint8Array.from({ length: next(60) }, () => next(256)));
    assert.deepEqual(ofOurs(z, Buffer.alloc(0)), ofZlib(z), z.toString("hex"));
  }
});

test("8,192 bytes are read and one more is not", () => {
  const read = (length) => inflate(zlib.deflateRawSync(Buffer.alloc(length)), { bytesMax: BYTES_MAX }).output.length;
  assert.equal(read(BYTES_MAX), BYTES_MAX);
  assert.throws(() => read(BYTES_MAX + 1), { code: "inflates-too-far" });
});

test("a bomb stops at the bound, however far it would go", () => {
  const bomb = zlib.deflateRawSync(Buffer.alloc(50_000_000));
  const start = performance.now();
  assert.throws(() => inflate(bomb, { bytesMax: BYTES_MAX }), { code: "inflates-too-far" });
  assert.ok(performance.now() - start < 50);
});

test("a zlib stream is read whole or not at all", () => {
  const z = zlib.deflateSync(Buffer.from("a list of statuses"));
  const read = (bytes) => Buffer.from(inflateZlib(bytes, { bytesMax: 100 })).toString();
  assert.equal(read(z), "a list of statuses");
  for (let at = 0; at < z.length; at += 1) {
    assert.throws(() => read(z.subarray(0, at)), { code: "unreadable" }, `cut at ${at}`);
    const changed = Buffer.from(z);
    changed[at] ^= 0x11;
    assert.throws(() => read(changed), ({ code }) => code === "unreadable" || code === "inflates-too-far", `byte ${at}`);
  }
  assert.throws(() => read(Buffer.concat([z, Buffer.alloc(1)])), { code: "unreadable" });
  assert.throws(() => read(zlib.deflateSync("x", { dictionary: Buffer.from("xyz") })), { code: "unreadable" });
});
