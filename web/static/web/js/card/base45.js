// Base45 (RFC 9285): three characters of a QR code's alphanumeric mode for two bytes.

import { Refused, unreadable } from "./refused.js";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const VALUES = new Int8Array(256).fill(-1);
for (let index = 0; index < 45; index += 1) VALUES[ALPHABET.charCodeAt(index)] = index;

/** @param {Uint8Array} bytes */
export function encode(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 2) {
    const isPair = at + 1 < bytes.length;
    let value = isPair ? bytes[at] * 256 + bytes[at + 1] : bytes[at];
    for (let count = isPair ? 3 : 2; count; count -= 1) {
      text += ALPHABET[value % 45];
      value = Math.floor(value / 45);
    }
  }
  return text;
}

/** @param {string} text */
export function decode(text) {
  if (text.length % 3 === 1) throw new Refused("cut-off");
  const values = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) {
    const value = VALUES[text.charCodeAt(index)] ?? -1;
    if (value < 0) throw unreadable("not a base45 character");
    values[index] = value;
  }
  const rest = text.length % 3;
  const bytes = new Uint8Array(Math.floor(text.length / 3) * 2 + (rest ? 1 : 0));
  let at = 0;
  for (let index = 0; index + 2 < text.length; index += 3) {
    const value = values[index] + values[index + 1] * 45 + values[index + 2] * 2025;
    if (value > 0xffff) throw new Refused("cut-off");
    bytes[at] = value >> 8;
    bytes[at + 1] = value & 255;
    at += 2;
  }
  if (rest) {
    const value = values[text.length - 2] + values[text.length - 1] * 45;
    if (value > 255) throw new Refused("cut-off");
    bytes[at] = value;
  }
  return bytes;
}
