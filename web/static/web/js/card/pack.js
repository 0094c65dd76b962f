// QR text <-> SD-JWT: `SK1:` + base45(pack), or `SK0:` + base45(SD-JWT). See docs/card-format.

import { deflateSync } from "../../../vendor/fflate/browser.js";
import * as base45 from "./base45.js";
import * as base64url from "./base64url.js";
import { DICTIONARY } from "./dictionary.js";
import { inflate } from "./inflate.js";
import { digestOf, work } from "./jws.js";
import { Refused, unreadable } from "./refused.js";
import { DISCLOSURES_MAX, split } from "./sdjwt.js";

export const TEXT_CHARS_MAX = 3_100;
export const PACK_BYTES_MAX = 2_048;
export const INFLATED_BYTES_MAX = 8_192;
const RUN_BYTES_MIN = 12;
const RUN_BYTES_MAX = 255;
const SIGNATURE_BYTES = 64;
const CONTROL = /[\u0000-\u001f]/;

const toBytes = (text) => Uint8Array.from(text, (char) => char.charCodeAt(0));
function toText(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

// -- reading ---------------------------------------------------------------------------------

/** Characters are code points, as everywhere but in JavaScript's own `length`. */
const isTooLong = (text) =>
  text.length > TEXT_CHARS_MAX && (text.length > 2 * TEXT_CHARS_MAX || [...text].length > TEXT_CHARS_MAX);

/** The SD-JWT in a QR text, as a string of bytes. @param {string} text */
export async function unpack(text) {
  if (isTooLong(text)) throw new Refused("too-long");
  const prefix = text.slice(0, 4);
  if (prefix !== "SK1:" && prefix !== "SK0:") throw new Refused("not-a-card");
  const body = text.slice(4);
  if (/[^\u0000-\u007f]/.test(body)) throw unreadable("not base45");
  if (Math.floor((body.length * 2) / 3) > PACK_BYTES_MAX) throw new Refused("too-long");
  const raw = base45.decode(body);
  return prefix === "SK0:" ? toText(raw) : restore(raw);
}

function inflateParts(z) {
  work.inflates += 1;
  const { output, read } = inflate(z, { bytesMax: INFLATED_BYTES_MAX, dictionary: DICTIONARY });
  if (read !== z.length) throw unreadable("bytes behind the deflate stream");
  return toText(output);
}

async function restore(raw) {
  if (raw.length < 3) throw new Refused("cut-off");
  if (raw[0] !== 1) throw unreadable("another version of the pack");
  let at = 3 + raw[1] * 256 + raw[2];
  if (at > raw.length) throw new Refused("cut-off");
  const parts = inflateParts(raw.subarray(3, at)).split("\0");
  if (parts.length <= 2) throw unreadable("too few parts");

  function take(length) {
    const start = at;
    at += length;
    if (at > raw.length) throw new Refused("cut-off");
    return base64url.encode(raw.subarray(start, at));
  }
  function expand(part) {
    const [first, ...marked] = part.split("\u0001");
    return marked.reduce((text, piece) => {
      const length = piece ? piece.charCodeAt(0) : 0;
      if (length < RUN_BYTES_MIN) throw unreadable("a run too short, or without a length");
      return text + take(length) + piece.slice(1);
    }, first);
  }
  function plain(part) {
    const expanded = expand(part);
    if (CONTROL.test(expanded)) throw unreadable("a stray control byte");
    return base64url.encode(toBytes(expanded));
  }

  const binding = parts.at(-1) ? parts.slice(-2) : [];
  const last = parts.length - (binding.length ? 2 : 1);
  if (last < 2 || last - 2 > DISCLOSURES_MAX) throw unreadable("too few parts, or too many");
  const issuer = parts.slice(0, 2).map(plain);
  const disclosures = parts.slice(2, last).map(plain);
  const [header, claims] = binding.map(expand);
  if (binding.length && CONTROL.test(header)) throw unreadable("a stray control byte");
  const presentation = [[...issuer, take(SIGNATURE_BYTES)].join("."), ...disclosures, ""].join("~");
  if (!binding.length) {
    if (at !== raw.length) throw unreadable("bytes after the end");
    return presentation;
  }
  const signature = take(SIGNATURE_BYTES);
  if (at !== raw.length) throw unreadable("bytes after the end");
  const restored = claims.includes("\u0002") ? claims.replaceAll("\u0002", await digestOf(presentation)) : claims;
  if (CONTROL.test(restored)) throw unreadable("a stray control byte");
  const bound = [header, restored].map((part) => base64url.encode(toBytes(part)));
  return presentation + [...bound, signature].join(".");
}

// -- writing ---------------------------------------------------------------------------------

/** The QR text of an SD-JWT; throws where neither form can hold it. @param {string} sdJwt */
export async function pack(sdJwt) {
  try {
    const text = `SK1:${base45.encode(await shorten(sdJwt))}`;
    if ((await unpack(text)) === sdJwt) return text;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
  if (sdJwt.length > PACK_BYTES_MAX) throw new RangeError("too long for a QR code");
  return `SK0:${base45.encode(toBytes(sdJwt))}`;
}

async function shorten(sdJwt) {
  const whole = split(sdJwt);
  const tokens = [whole.issuerJwt, ...(whole.keyBinding ? [whole.keyBinding] : [])].map((token) => token.split("."));
  const signatures = tokens.map((token) => base64url.decode(token.pop()));
  const decoded = tokens.map((token) => token.map((part) => toText(base64url.decode(part))));
  const [issuer, binding] = decoded;
  const parts = [...issuer, ...whole.disclosures.map((one) => toText(base64url.decode(one))), ...(binding ?? [""])];
  if (parts.some((part) => CONTROL.test(part))) throw unreadable("a control byte would be taken for a mark");
  if (binding) parts[parts.length - 1] = parts.at(-1).replaceAll(await digestOf(whole.presentation), "\u0002");
  const runs = [];
  const shortened = parts.map((part) =>
    part.replace(/[A-Za-z0-9_-]{16,}/g, (text) => {
      let run;
      try {
        run = base64url.decode(text);
      } catch {
        return text;
      }
      if (run.length < RUN_BYTES_MIN || run.length > RUN_BYTES_MAX) return text;
      runs.push(run);
      return `\u0001${String.fromCharCode(run.length)}`;
    }),
  );
  const z = deflateSync(toBytes(shortened.join("\0")), { level: 9, dictionary: DICTIONARY });
  const pieces = [Uint8Array.of(1, z.length >> 8, z.length & 255), z, ...runs, ...signatures];
  const packed = new Uint8Array(pieces.reduce((total, piece) => total + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    packed.set(piece, at);
    at += piece.length;
  }
  return packed;
}
