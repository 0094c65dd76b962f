// Show a card: the next credential of the batch at each session, a fresh key binding every 15 s.

import { decode, encode } from "./base64url.js";
import { digestOf, sign } from "./jws.js";
import { pack } from "./pack.js";
import { split } from "./sdjwt.js";

const REFILL_UNDER = 3;
const REFRESH_AFTER_MS = 3 * 86_400_000;
const json = (part) => JSON.parse(new TextDecoder().decode(decode(part)));

export const claimsOf = (sdJwt) => json(sdJwt.split(".")[1]);

const goodOf = (card, now) => card.venue.filter(({ sdJwt }) => claimsOf(sdJwt).exp > now);

/** The credential for this session: one not shown yet, else the least recently shown. */
export function nextCredential(card, now) {
  return goodOf(card, now).sort((one, other) => one.shownAt - other.shownAt)[0] ?? null;
}

/** Whether another batch is wanted: few unshown ones left, or the batch is some days old. */
export function wantsRefill(card, nowMs) {
  const unshown = goodOf(card, nowMs / 1000 + card.offset).filter(({ shownAt }) => !shownAt).length;
  return unshown < REFILL_UNDER || nowMs - card.refreshedAt > REFRESH_AFTER_MS;
}

async function bind(presentation, key, { issuer, now, venue, challenge }) {
  const claims = {
    iat: Math.floor(now),
    aud: venue ? `${issuer}/venue/${venue}` : `${issuer}/venue`,
    nonce: challenge ?? encode(crypto.getRandomValues(new Uint8Array(12))),
    sd_hash: await digestOf(presentation),
  };
  return presentation + (await sign({ alg: "ES256", typ: "kb+jwt" }, claims, key));
}

/** QR text of the default screen. `bound` is {venue, challenge} of a scanned counter code. */
export async function showCard(card, credential, { now, bound = {} }) {
  return pack(await bind(credential.sdJwt, credential.key, { issuer: card.issuer, now, ...bound }));
}

/** Each selective claim of the full card: {name, value, disclosure}; none before it has come. */
export function selectiveClaims(card) {
  if (!card.full) return [];
  return split(card.full.sdJwt).disclosures.map((disclosure) => {
    const [, name, value] = json(disclosure);
    return { name, value, disclosure };
  });
}

/** QR text of the full card with the chosen claims; class and caregivers always go along. */
export async function showDetails(card, names, { now, bound = {} }) {
  const { issuerJwt } = split(card.full.sdJwt);
  const always = ["discount_class", "caregivers"];
  const chosen = selectiveClaims(card).filter(({ name }) => names.includes(name) || always.includes(name));
  const presentation = [issuerJwt, ...chosen.map(({ disclosure }) => disclosure), ""].join("~");
  return pack(await bind(presentation, card.full.key, { issuer: card.issuer, now, ...bound }));
}
