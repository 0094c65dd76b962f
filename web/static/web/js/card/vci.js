// OpenID4VCI 1.0 for this phone: offer -> token (tx_code, DPoP) -> nonce -> two credential requests.

import { encode } from "./base64url.js";
import { sha256, sign } from "./jws.js";
import { deviceKey, makeKey, publicJwk, writeCard } from "./wallet-store.js";

const PRE_AUTHORIZED = "urn:ietf:params:oauth:grant-type:pre-authorized_code";
const VENUE = "disability-card-venue";
const FULL = "disability-card-full";
const BATCH = 10;

/** The server's own word: `code` is OAuth's `error`. */
export class IssuerRefused extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

const address = (path) => `${location.origin}/api/v1/${path}`;
const seconds = (offset) => Math.floor(Date.now() / 1000) + offset;

async function dpop(url, offset, accessToken) {
  const key = await deviceKey();
  const header = { alg: "ES256", typ: "dpop+jwt", jwk: await publicJwk(key) };
  const jti = encode(crypto.getRandomValues(new Uint8Array(16)));
  const claims = { jti, htm: "POST", htu: url, iat: seconds(offset) };
  if (accessToken) claims.ath = encode(await sha256(accessToken));
  return sign(header, claims, key.privateKey);
}

async function answerOf(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new IssuerRefused(body.error ?? String(response.status));
  return body;
}

async function askToken(form, offset) {
  const url = address("oauth/token");
  const response = await fetch(url, {
    method: "POST",
    credentials: "omit",
    headers: { DPoP: await dpop(url, offset) },
    body: new URLSearchParams(form),
  });
  return answerOf(response);
}

async function proofFor(key, issuer, nonce, offset) {
  const header = { alg: "ES256", typ: "openid4vci-proof+jwt", jwk: await publicJwk(key) };
  return sign(header, { aud: issuer, iat: seconds(offset), nonce }, key.privateKey);
}

async function fetchCredentials(card, configuration, count) {
  const { c_nonce: nonce } = await answerOf(await fetch(address("vci/nonce"), { method: "POST", credentials: "omit" }));
  const keys = await Promise.all(Array.from({ length: count }, makeKey));
  const jwt = await Promise.all(keys.map((key) => proofFor(key, card.issuer, nonce, card.offset)));
  const url = address("vci/credential");
  const response = await fetch(url, {
    method: "POST",
    credentials: "omit",
    headers: {
      "Content-Type": "application/json",
      Authorization: `DPoP ${card.accessToken}`,
      DPoP: await dpop(url, card.offset, card.accessToken),
    },
    body: JSON.stringify({ credential_configuration_id: configuration, proofs: { jwt } }),
  });
  const { credentials } = await answerOf(response);
  return credentials.map(({ credential }, index) => ({ sdJwt: credential, key: keys[index].privateKey, shownAt: 0 }));
}

async function keepBatch(card, token) {
  const offset = token.server_time ? token.server_time - Math.floor(Date.now() / 1000) : 0;
  card.offset = Math.abs(offset) <= 1 ? 0 : offset;
  card.accessToken = token.access_token;
  card.refreshToken = token.refresh_token;
  await writeCard(card); // the rotated token first: an answer lost behind it costs nothing
  const venue = await fetchCredentials(card, VENUE, BATCH);
  const [full] = await fetchCredentials(card, FULL, 1);
  Object.assign(card, { venue, full, refreshedAt: Date.now(), accessToken: null });
  await writeCard(card);
  return card;
}

/** Put a card on this phone. @param {{id: string, name: string, isGuardian: boolean}} facts */
export async function enrol(facts, offerUri, txCode) {
  const offer = JSON.parse(new URL(offerUri).searchParams.get("credential_offer"));
  const grant = offer.grants[PRE_AUTHORIZED];
  const token = await askToken(
    { grant_type: PRE_AUTHORIZED, "pre-authorized_code": grant["pre-authorized_code"], tx_code: txCode }, 0,
  );
  return keepBatch({ ...facts, issuer: offer.credential_issuer, offset: 0 }, token);
}

/** Fetch another batch. The old one is left to expire. */
export async function refresh(card) {
  const token = await askToken({ grant_type: "refresh_token", refresh_token: card.refreshToken }, card.offset);
  return keepBatch(card, token);
}
