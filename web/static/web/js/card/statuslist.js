// Token Status List: zlib, entries fill each byte from the low bits.

import { decode } from "./base64url.js";
import { inflateZlib } from "./inflate.js";
import { checkHeader, isSigned, numericDate, parse, textClaim } from "./jws.js";
import { Refused, unreadable } from "./refused.js";
import { isObject } from "./strict-json.js";

const TYP = "statuslist+jwt";
const BITS = new Set([1, 2, 4, 8]);
const BYTES_MAX = 1 << 20; // 2^20 entries of 8 bits: the end of an inflate bomb

/** The entries of `lst`: an object with `length` and `at(index)`. */
export function decodeList(lst, bits) {
  if (typeof lst !== "string" || !BITS.has(bits)) throw unreadable("not a status list");
  const packed = inflateZlib(decode(lst), { bytesMax: BYTES_MAX });
  const mask = (1 << bits) - 1;
  return {
    length: (packed.length * 8) / bits,
    at: (index) => (packed[(index * bits) >> 3] >> ((index * bits) & 7)) & mask,
  };
}

/** The list if its signature, typ, sub and shape hold. `keyOf(parsed)` gives the status key. */
export async function openStatusList(token, keyOf) {
  const parsed = parse(token);
  checkHeader(parsed.header, TYP);
  if (!(await isSigned(await keyOf(parsed), parsed))) throw new Refused("forged");
  const { payload } = parsed;
  const iss = textClaim(payload, "iss");
  const uri = textClaim(payload, "sub");
  if (!uri.startsWith(`${iss}/status/`)) throw new Refused("status-list-bad");
  if (!isObject(payload.status_list)) throw unreadable("no status_list");
  return {
    uri,
    iat: numericDate(payload, "iat"),
    exp: numericDate(payload, "exp"),
    entries: decodeList(payload.status_list.lst, payload.status_list.bits),
  };
}
