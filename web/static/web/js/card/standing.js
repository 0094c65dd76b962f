// Whether a card may still be shown, as the published status list says it now. The list is fetched
// whole and without a cookie: nobody learns which card was asked about.

import { parse } from "./jws.js";
import { claimsOf } from "./present.js";
import { decodeList } from "./statuslist.js";

const PATIENCE_MS = 5_000;
const STANDINGS = ["good", "ended", "suspended"];

/** No answer from the city's server, whatever the network says of itself. */
export class NoAnswer extends Error {}

async function listAt(uri) {
  const { pathname } = new URL(uri);
  let response;
  try {
    response = await fetch(location.origin + pathname, {
      credentials: "omit",
      cache: "no-cache",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch (error) {
    throw new NoAnswer(error.message);
  }
  if (response.status >= 500) throw new NoAnswer(String(response.status));
  if (!response.ok) throw new Error(String(response.status));
  return parse(await response.text()).payload.status_list;
}

/**
 * "good", "suspended" or "ended". Unsigned here on purpose: the list can only take a QR code from
 * this screen, and the counter checks the signature itself.
 * @param {string} sdJwt
 */
export async function standingOf(sdJwt) {
  const { idx, uri } = claimsOf(sdJwt).status.status_list;
  const { lst, bits } = await listAt(uri);
  return STANDINGS[decodeList(lst, bits).at(idx)] ?? "ended";
}
