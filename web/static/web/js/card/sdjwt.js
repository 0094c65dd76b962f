// SD-JWT (RFC 9901): taken apart at its tildes, disclosures put in place by the rules of 7.1.

import { decode } from "./base64url.js";
import { digestOf } from "./jws.js";
import { Refused, unreadable } from "./refused.js";
import { Fraction, has, isObject, parse as parseJson } from "./strict-json.js";

export const CREDENTIAL_TYP = "dc+sd-jwt";
export const KEY_BINDING_TYP = "kb+jwt";
export const DISCLOSURES_MAX = 16;
const NESTING_MAX = 32;
const RESERVED = new Set(["_sd", "..."]);

/** @param {string} text */
export function split(text) {
  const cut = text.lastIndexOf("~") + 1;
  const [issuerJwt, ...disclosures] = text.slice(0, cut).split("~");
  if (!cut) throw unreadable("no tilde");
  disclosures.pop();
  if (disclosures.length > DISCLOSURES_MAX) throw unreadable("too many disclosures");
  if (disclosures.includes("")) throw unreadable("an empty disclosure");
  return { issuerJwt, disclosures, keyBinding: text.slice(cut) || null, presentation: text.slice(0, cut) };
}

/** Each disclosure's array by its digest. */
export async function readDisclosures(disclosures) {
  const arrays = new Map();
  for (const disclosure of disclosures) {
    const array = parseJson(decode(disclosure));
    if (!Array.isArray(array) || (array.length !== 2 && array.length !== 3)) throw unreadable("not a disclosure");
    if (typeof array[0] !== "string") throw unreadable("a salt that is no text");
    if (array.length === 3 && typeof array[1] !== "string") throw unreadable("a claim name that is no text");
    arrays.set(await digestOf(disclosure), array);
  }
  if (arrays.size !== disclosures.length) throw new Refused("duplicate-digest");
  return arrays;
}

/** The claims with what is disclosed put in its place. */
export function disclosedClaims(payload, arrays) {
  if (has(payload, "_sd_alg") && payload._sd_alg !== "sha-256") throw unreadable("_sd_alg");
  const met = new Set();
  let used = 0;

  function meet(digest) {
    if (typeof digest !== "string") throw unreadable("a digest that is no text");
    if (met.has(digest)) throw new Refused("duplicate-digest");
    met.add(digest);
    const array = arrays.get(digest);
    if (array) used += 1;
    return array;
  }

  function valueOf(node, depth) {
    if (depth > NESTING_MAX) throw unreadable("nested too deep");
    if (Array.isArray(node)) return elementsOf(node, depth);
    return isObject(node) ? claimsOf(node, depth) : node;
  }

  function claimsOf(node, depth) {
    if (has(node, "...")) throw new Refused("reserved-claim-name");
    const result = Object.create(null);
    for (const [name, value] of Object.entries(node)) if (name !== "_sd") result[name] = valueOf(value, depth + 1);
    const digests = has(node, "_sd") ? node._sd : [];
    if (!Array.isArray(digests)) throw unreadable("_sd is not an array");
    for (const digest of digests) {
      const array = meet(digest);
      if (!array) continue;
      if (array.length !== 3) throw unreadable("a disclosure without a claim name");
      const [, name, value] = array;
      if (RESERVED.has(name)) throw new Refused("reserved-claim-name");
      if (has(result, name)) throw new Refused("disclosure-overrides-claim");
      result[name] = valueOf(value, depth + 1);
    }
    return result;
  }

  function elementsOf(node, depth) {
    const result = [];
    for (const element of node) {
      if (!isObject(element) || Object.keys(element).length !== 1 || !has(element, "...")) {
        result.push(valueOf(element, depth + 1));
        continue;
      }
      const array = meet(element["..."]);
      if (!array) continue;
      if (array.length !== 2) throw unreadable("a named disclosure in an array");
      result.push(valueOf(array[1], depth + 1));
    }
    return result;
  }

  if (!arrays.size && !has(payload, "_sd")) return payload;
  const claims = claimsOf(payload, 0);
  delete claims._sd_alg;
  if (used !== arrays.size) throw new Refused("unreferenced-disclosure");
  return claims;
}

export { Fraction };
