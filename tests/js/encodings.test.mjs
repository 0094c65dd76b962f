// The small encodings: one spelling for one value, or refused.

import assert from "node:assert/strict";
import test from "node:test";
import * as base45 from "../../web/static/web/js/card/base45.js";
import * as base64url from "../../web/static/web/js/card/base64url.js";
import { Fraction, parse } from "../../web/static/web/js/card/strict-json.js";
import { counterCode, newChallenge, readCounterCode } from "../../web/static/web/js/card/venue-code.js";

const bytes = (text) => new TextEncoder().encode(text);
const code = (work) => {
  try {
    work();
    return "taken";
  } catch (error) {
    return error.code;
  }
};

test("base45 gives the examples of RFC 9285 section 4.3", () => {
  for (const [plain, encoded] of [["AB", "BB8"], ["Hello!!", "%69 VD92EX0"], ["base-45", "UJCLQE7W581"], ["ietf!", "QED8WEX0"]]) {
    assert.equal(base45.encode(bytes(plain)), encoded);
    assert.deepEqual(base45.decode(encoded), bytes(plain));
  }
  assert.equal(code(() => base45.decode(":::")), "cut-off"); // 91124 is no two bytes
  assert.equal(code(() => base45.decode("GGW")), "cut-off"); // 65536
  assert.deepEqual(base45.decode("FGW"), Uint8Array.of(255, 255));
  assert.equal(code(() => base45.decode("U5")), "taken"); // 255
  assert.equal(code(() => base45.decode("V5")), "cut-off"); // 256
  assert.equal(code(() => base45.decode("AAAA")), "cut-off");
  assert.equal(code(() => base45.decode("AAa")), "unreadable");
  assert.equal(code(() => base45.decode("AA\u0130")), "unreadable"); // code point 304: not character 48
});

test("base64url has one spelling for each value", () => {
  for (let length = 0; length < 70; length += 1) {
    const raw = crypto.getRandomValues(new Uint8Array(length));
    assert.equal(base64url.encode(raw), Buffer.from(raw).toString("base64url"));
    assert.deepEqual(base64url.decode(base64url.encode(raw)), raw);
  }
  for (const text of ["QQ==", "QR", "Q", "Q+", "Q/", "Q Q", "Q\n", "QQQ\u0141"]) assert.equal(code(() => base64url.decode(text)), "unreadable", text);
});

test("JSON is read strictly", () => {
  const refused = [
    "", "{", "{'a':1}", '{"a":1,}', "[1,]", "01", "+1", "1.", ".5", "NaN", "Infinity", "tru", '"\t"', '"\\x41"', '"\\ud800"',
    '{"a" 1}', "1 2", "\ufeff1", "1e400", "9".repeat(400), "[".repeat(1_200) + "]".repeat(1_200), '{"a":1}}', "\u00a01", '"',
  ];
  for (const text of refused) assert.equal(code(() => parse(bytes(text))), "unreadable", text.slice(0, 20));
  assert.equal(code(() => parse(Uint8Array.of(0x22, 0xff, 0x22))), "unreadable");
  for (const text of ['{"a":1,"a":1}', '{"a":1,"\\u0061":2}', '[{"b":{"a":1,"a":2}}]']) {
    assert.equal(code(() => parse(bytes(text))), "duplicate-json-key", text);
  }
  assert.deepEqual(parse(bytes(' {"a" : [ 1 , -0 , true , null , "\\u3042" ] }\n')), { __proto__: null, a: [1, -0, true, null, "あ"] });
});

test("a number with a point or an exponent is no integer, whatever its value", () => {
  for (const text of ["1.0", "1e0", "1E2"]) assert.ok(parse(bytes(text)) instanceof Fraction);
  assert.equal(parse(bytes("1")), 1);
});

test("a claim called __proto__ is a claim and nothing else", () => {
  const value = parse(bytes('{"__proto__":{"admin":true},"constructor":1}'));
  assert.equal(value.admin, undefined);
  assert.deepEqual(Object.keys(value), ["__proto__", "constructor"]);
});

test("a counter's code is read back, and one changed or swapped character is not", () => {
  const [venue, challenge] = ["SAKV0002", newChallenge()];
  assert.match(challenge, /^[0-9A-HJKMNP-TV-Z]{20}$/);
  assert.deepEqual(readCounterCode(counterCode(venue, challenge)), { venue, challenge });
  for (let at = 0; at < 8; at += 1) {
    for (const char of "0123456789ABCDEFGHJKMNPQRSTVWXYZ") {
      if (char !== venue[at]) assert.equal(readCounterCode(`SKV1:${venue.slice(0, at)}${char}${venue.slice(at + 1)}:${challenge}`), null);
    }
    const swapped = venue.slice(0, at) + (venue[at + 1] ?? "") + venue[at] + venue.slice(at + 2);
    if (at < 7 && swapped !== venue) assert.equal(readCounterCode(counterCode(swapped, challenge)), null, swapped);
  }
  for (const text of ["", "SK1:AAA", `skv1:${venue}:${challenge}`, `SKV1:${venue}:${challenge}0`, `SKV1:${venue}:${challenge.slice(1)}`, ` SKV1:${venue}:${challenge}`]) {
    assert.equal(readCounterCode(text), null, text);
  }
});
