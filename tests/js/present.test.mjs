// Which credential a phone shows, when it wants more, and what the QR code then holds.

import assert from "node:assert/strict";
import test from "node:test";
import { sign } from "../../web/static/web/js/card/jws.js";
import { nextCredential, selectiveClaims, showCard, showDetails, wantsRefill } from "../../web/static/web/js/card/present.js";
import { unpack } from "../../web/static/web/js/card/pack.js";

const ISSUER = "https://card.example/202177";
const NOW = 1_800_000_000;
const DAY = 86_400;
const { privateKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
const base64 = (text) => Buffer.from(text).toString("base64url");

async function credential({ exp = NOW + DAY, shownAt = 0 } = {}) {
  const jwt = await sign({ alg: "ES256", typ: "dc+sd-jwt", kid: "2026-1" }, { iss: ISSUER, exp }, privateKey);
  return { sdJwt: `${jwt}~`, key: privateKey, shownAt };
}

async function makeCard(...facts) {
  const venue = await Promise.all(facts.map(credential));
  return { issuer: ISSUER, venue, full: null, offset: 0, refreshedAt: NOW * 1000 };
}

const bindingOf = async (text) => {
  const [, payload] = (await unpack(text)).split("~").at(-1).split(".");
  return JSON.parse(Buffer.from(payload, "base64url"));
};

test("a credential not shown yet comes first, then the one shown longest ago", async () => {
  const card = await makeCard({ shownAt: 5 }, { shownAt: 0 }, { shownAt: 3 });
  assert.equal(nextCredential(card, NOW), card.venue[1]);
  card.venue[1].shownAt = 9;
  assert.equal(nextCredential(card, NOW), card.venue[2]);
});

test("a credential that has ended is never shown, and nothing is where all have", async () => {
  const card = await makeCard({ exp: NOW }, { exp: NOW + 1, shownAt: 7 });
  assert.equal(nextCredential(card, NOW), card.venue[1]);
  assert.equal(nextCredential(card, NOW + 1), null);
});

test("a refill is wanted under three unshown good ones, or after three days", async () => {
  const three = await makeCard({}, {}, {});
  assert.equal(wantsRefill(three, NOW * 1000), false);
  assert.equal(wantsRefill(three, (NOW + 3 * DAY) * 1000 + 1), true);
  assert.equal(wantsRefill(await makeCard({}, {}, { shownAt: 1 }), NOW * 1000), true);
  assert.equal(wantsRefill(await makeCard({}, {}, { exp: NOW }), NOW * 1000), true);
});

test("a one-way screen has a nonce of its own each time", async () => {
  const card = await makeCard({});
  const [first, second] = [await bindingOf(await showCard(card, card.venue[0], { now: NOW })), await bindingOf(await showCard(card, card.venue[0], { now: NOW }))];
  assert.equal(first.aud, `${ISSUER}/venue`);
  assert.equal(first.iat, NOW);
  assert.match(first.nonce, /^[A-Za-z0-9_-]{16}$/);
  assert.notEqual(first.nonce, second.nonce);
});

test("a screen for one counter names it and carries its challenge", async () => {
  const card = await makeCard({});
  const bound = { venue: "SAKV0002", challenge: "7ZZZ0123456789ABCDEF" };
  const { aud, nonce } = await bindingOf(await showCard(card, card.venue[0], { now: NOW, bound }));
  assert.deepEqual([aud, nonce], [`${ISSUER}/venue/SAKV0002`, "7ZZZ0123456789ABCDEF"]);
});

test("only what was chosen is shown, with class and caregivers, which decide the answer", async () => {
  const card = await makeCard();
  const claims = { name: "見本 花子", grade: "1級", discount_class: 1, caregivers: 1 };
  const disclosures = Object.entries(claims).map((claim) => base64(JSON.stringify(["salt", ...claim])));
  card.full = await credential();
  card.full.sdJwt = `${card.full.sdJwt}${disclosures.join("~")}~`;
  assert.deepEqual(selectiveClaims(card).map(({ name }) => name), Object.keys(claims));
  const presented = (await unpack(await showDetails(card, ["grade"], { now: NOW }))).split("~").slice(1, -1);
  assert.deepEqual(presented, disclosures.slice(1));
});

test("a card whose details have not come has none to choose from", async () => {
  assert.deepEqual(selectiveClaims(await makeCard({})), []);
});
