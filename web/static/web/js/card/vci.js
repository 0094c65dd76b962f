// OpenID4VCI 1.0 for this phone: offer -> token (tx_code, DPoP) -> nonce -> two credential requests.

import { encode } from "./base64url.js";
import { sha256, sign } from "./jws.js";
import { claimsOf } from "./present.js";
import { alone, deviceKey, makeKey, publicJwk, readCard, writeCard } from "./wallet-store.js";

const PRE_AUTHORIZED = "urn:ietf:params:oauth:grant-type:pre-authorized_code";
const VENUE = "disability-card-venue";
const FULL = "disability-card-full";
const BATCH = 10;
const PATIENCE_MS = 15_000;

/** The server's own word: `code` is OAuth's `error`; `serverTime` in seconds, where it was told. */
export class IssuerRefused extends Error {
  constructor(code, serverTime = null) {
    super(code);
    this.code = code;
    this.serverTime = serverTime;
  }
}

const address = (path) => `${location.origin}/api/v1/${path}`;
const seconds = (offset) => Math.floor(Date.now() / 1000) + offset;

async function send(path, { headers = {}, body } = {}) {
  const response = await fetch(address(path), {
    method: "POST",
    credentials: "omit",
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE_MS),
    headers,
    body,
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new IssuerRefused(answer.error ?? String(response.status), answer.server_time);
  return answer;
}

/** `work`, and once more where the server refused it with `code` after `mend`. */
async function twice(code, mend, work) {
  try {
    return await work();
  } catch (error) {
    if (error.code !== code) throw error;
    mend(error);
    return work();
  }
}

async function dpop(path, offset, accessToken) {
  const key = await deviceKey();
  const header = { alg: "ES256", typ: "dpop+jwt", jwk: await publicJwk(key) };
  const jti = encode(crypto.getRandomValues(new Uint8Array(16)));
  const claims = { jti, htm: "POST", htu: address(path), iat: seconds(offset) };
  if (accessToken) claims.ath = encode(await sha256(accessToken));
  return sign(header, claims, key.privateKey);
}

/** Keep how far this phone's clock is off; a second is the network's. */
function setClock(card, serverTime) {
  const offset = serverTime - seconds(0);
  card.offset = Math.abs(offset) <= 1 ? 0 : offset;
}

async function askToken(card, form) {
  // A clock that is hours off makes proofs that nobody takes; the refusal says what time it is.
  const mend = ({ serverTime }) => serverTime && setClock(card, serverTime);
  const token = await twice("invalid_dpop_proof", mend, async () =>
    send("oauth/token", {
      headers: { DPoP: await dpop("oauth/token", card.offset) },
      body: new URLSearchParams(form),
    }),
  );
  if (token.server_time) setClock(card, token.server_time);
  return token;
}

async function proofFor(key, issuer, nonce, offset) {
  const header = { alg: "ES256", typ: "openid4vci-proof+jwt", jwk: await publicJwk(key) };
  return sign(header, { aud: issuer, iat: seconds(offset), nonce }, key.privateKey);
}

async function askCredentials(card, configuration, keys) {
  const { c_nonce: nonce } = await send("vci/nonce");
  const jwt = await Promise.all(keys.map((key) => proofFor(key, card.issuer, nonce, card.offset)));
  return send("vci/credential", {
    headers: {
      "Content-Type": "application/json",
      Authorization: `DPoP ${card.accessToken}`,
      DPoP: await dpop("vci/credential", card.offset, card.accessToken),
    },
    body: JSON.stringify({ credential_configuration_id: configuration, proofs: { jwt } }),
  });
}

/** `count` new credentials, each with the key that it is bound to. */
async function fetchCredentials(card, configuration, count) {
  const keys = await Promise.all(Array.from({ length: count }, makeKey));
  const { credentials } = await twice("invalid_nonce", () => null, () => askCredentials(card, configuration, keys));
  const keyOf = new Map(await Promise.all(keys.map(async (key) => [(await publicJwk(key)).x, key.privateKey])));
  return credentials.map(({ credential: sdJwt }) => {
    const key = keyOf.get(claimsOf(sdJwt).cnf.jwk.x);
    if (!key) throw new IssuerRefused("not_our_key");
    return { sdJwt, key, shownAt: 0 };
  });
}

async function keepBatch(card, token) {
  card.accessToken = token.access_token;
  card.refreshToken = token.refresh_token;
  await writeCard(card); // the rotated token first: an answer lost behind it costs nothing
  card.venue = await fetchCredentials(card, VENUE, BATCH);
  await writeCard(card); // a card without its details is a card
  [card.full] = await fetchCredentials(card, FULL, 1);
  Object.assign(card, { refreshedAt: Date.now(), accessToken: null, standing: "good" });
  await writeCard(card);
  return card;
}

/** Put a card on this phone. @param {{id: string, name: string, person: string, isGuardian: boolean}} facts */
export function enrol(facts, offerUri, txCode) {
  return alone(`card ${facts.id}`, async () => {
    const offer = JSON.parse(new URL(offerUri).searchParams.get("credential_offer"));
    const code = offer.grants[PRE_AUTHORIZED]["pre-authorized_code"];
    // What an earlier enrolment left stays good until the new batch is here.
    const before = (await readCard(facts.id)) ?? { venue: [], full: null, refreshedAt: 0 };
    const card = { ...before, ...facts, issuer: offer.credential_issuer, offset: 0 };
    const form = { grant_type: PRE_AUTHORIZED, "pre-authorized_code": code, tx_code: txCode };
    return keepBatch(card, await askToken(card, form));
  });
}

/** Fetch another batch into `card`. The old one is left to expire. */
export function refresh(card) {
  return alone(`card ${card.id}`, async () => {
    const kept = await readCard(card.id);
    if (!kept) throw new IssuerRefused("card_removed");
    const isBehind = kept.refreshToken !== card.refreshToken;
    Object.assign(card, kept);
    if (isBehind) return card; // another tab was faster
    return keepBatch(card, await askToken(card, { grant_type: "refresh_token", refresh_token: card.refreshToken }));
  });
}
