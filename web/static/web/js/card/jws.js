// Compact JWS (RFC 7515), ES256 only, read strictly: typ is checked, dates are JSON integers.

import { decode, encode } from "./base64url.js";
import { Refused, unreadable } from "./refused.js";
import { has, isObject, parseObject } from "./strict-json.js";

const DATE_MAX = 253_402_300_799;
const ASCII = new TextEncoder();
const ES256 = { name: "ECDSA", hash: "SHA-256" };

/** A token taken apart; nothing is verified yet. @param {unknown} token */
export function parse(token) {
  if (typeof token !== "string") throw unreadable("not a token");
  const parts = token.split(".");
  if (parts.length !== 3) throw unreadable("not three parts");
  const [header, payload, signature] = parts;
  return {
    header: parseObject(decode(header)),
    payload: parseObject(decode(payload)),
    signingInput: ASCII.encode(`${header}.${payload}`),
    signature: decode(signature),
  };
}

export function checkHeader(header, typ) {
  const { alg } = header;
  if (alg !== "ES256") {
    const isNone = typeof alg === "string" && alg.toLowerCase() === "none";
    throw new Refused(isNone ? "alg-none" : "wrong-alg");
  }
  if (header.typ !== typ) throw new Refused("wrong-typ");
  if (has(header, "crit")) throw unreadable("an extension that must be understood");
}

export const work = { signatures: 0, inflates: 0 }; // counted for the tests' promise

export async function isSigned(key, token) {
  work.signatures += 1;
  if (token.signature.length !== 64) return false;
  return crypto.subtle.verify(ES256, key, token.signature, token.signingInput);
}

function coordinate(value) {
  if (typeof value !== "string" || value.length !== 43) throw unreadable("not a coordinate");
  decode(value);
  return value;
}

/** The P-256 public key of a JWK; anything else is unreadable. */
export async function keyFromJwk(jwk) {
  if (!isObject(jwk) || jwk.kty !== "EC" || jwk.crv !== "P-256") throw unreadable("not a P-256 key");
  if (has(jwk, "d")) throw unreadable("a private key where a public one belongs");
  const bare = { kty: "EC", crv: "P-256", x: coordinate(jwk.x), y: coordinate(jwk.y) };
  try {
    const key = await crypto.subtle.importKey("jwk", bare, { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]);
    return { key, jwk: bare };
  } catch {
    throw unreadable("not a point on P-256");
  }
}

export async function sha256(text) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", typeof text === "string" ? ASCII.encode(text) : text));
}

export const digestOf = async (text) => encode(await sha256(text));

/** RFC 7638 */
export const thumbprintOf = ({ crv, kty, x, y }) => digestOf(JSON.stringify({ crv, kty, x, y }));

export function numericDate(claims, name) {
  const value = has(claims, name) ? claims[name] : undefined;
  if (!Number.isInteger(value) || value < 0 || value > DATE_MAX) throw unreadable(`${name} is not a NumericDate`);
  return value;
}

export const optionalDate = (claims, name) => (has(claims, name) ? numericDate(claims, name) : null);

export function textClaim(claims, name) {
  const value = has(claims, name) ? claims[name] : undefined;
  if (typeof value !== "string" || !value) throw unreadable(`${name} is not a text`);
  return value;
}

/** Sign with a WebCrypto key that never leaves the browser. */
export async function sign(header, payload, privateKey) {
  const json = (value) => encode(ASCII.encode(JSON.stringify(value)));
  const input = `${json(header)}.${json(payload)}`;
  const signature = await crypto.subtle.sign(ES256, privateKey, ASCII.encode(input));
  return `${input}.${encode(new Uint8Array(signature))}`;
}
