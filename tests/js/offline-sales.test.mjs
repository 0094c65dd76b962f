// A till without a network: what it may sell, and how it brings home each sale once.

import assert from "node:assert/strict";
import test from "node:test";
import { encode } from "../../web/static/web/js/card/base45.js";
import { sign } from "../../web/static/web/js/card/jws.js";
import { leftYen, markOf, nextNumber, offer, readCode } from "../../web/static/web/js/offline/lease-rules.js";
import { asFile, byLease, upload } from "../../web/static/web/js/offline/upload.js";

const NOW = Date.parse("2026-12-01T03:00:00Z") / 1000; // noon in Japan
const KEYS = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
const JWKS = { "c-2026-1": await crypto.subtle.exportKey("jwk", KEYS.publicKey) };

const makeLease = (more = {}) => ({
  id: "lease", campaign: "c0", amount_yen: 5_000, sold_yen: 0, next_number: 1,
  issued_at: "2026-12-01T00:00:00Z", expires_at: "2026-12-01T12:00:00Z",
  starts_on: "2026-12-01", ends_on: "2026-12-01", uses_per_shop_and_day: null,
  tiers: [{ min_spend_yen: 2_500, value_yen: 500 }, { min_spend_yen: 1_000, value_yen: 200 }],
  rate_basis_points: 2_000, unit_yen: 1, ...more,
}); // prettier-ignore
const SHOWN = { wallet: "w1", campaign: "c0", shownAt: NOW - 5 };
const makeSale = (number, more = {}) => ({
  lease: "lease", number, mark: `other|${number}`, wallet: "other", day: "2026-12-01", code: `CP1:${number}`,
  bill_yen: 3_000, coupon_yen: 500, sold_at: "2026-12-01T03:00:00Z", outcome: "", said: "", ...more,
});
const ask = ({ lease, sales = [], shown = SHOWN, bill = 2_800, now = NOW } = {}) =>
  offer(makeLease(lease), sales, shown, { bill, now });
const isCode = (code) => (error) => error.code === code;

async function makeCode({ typ = "kaiteki-coupon+jwt", kid = "c-2026-1", key = KEYS.privateKey, ...claims } = {}) {
  const payload = { w: "w1", c: "c0", m: "202177", iat: NOW, ...claims };
  return `CP1:${encode(new TextEncoder().encode(await sign({ alg: "ES256", typ, kid }, payload, key)))}`;
}

test("a code that the city signed is read", async () => {
  assert.deepEqual(await readCode(await makeCode(), JWKS), { wallet: "w1", campaign: "c0", shownAt: NOW });
});

test("whatever the city never made is one answer", async () => {
  const { privateKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]);
  const good = await makeCode();
  const bad = [
    "", "CP1:", "SK1:AAA", `${good}AAA`, good.toLowerCase(), "CP1:".padEnd(1_001, "A"), good.slice(0, -3),
    await makeCode({ key: privateKey }), await makeCode({ kid: "toString" }), await makeCode({ kid: 7 }),
    await makeCode({ typ: "kaiteki-lease+jwt" }), await makeCode({ iat: "1" }), await makeCode({ w: 3 }),
  ]; // prettier-ignore
  for (const text of bad) await assert.rejects(readCode(text, JWKS), isCode("coupon-code-unreadable"), text);
});

test("a paper coupon is told apart from what the city never made", async () => {
  const paper = await makeCode({ typ: "kaiteki-paper-coupon+jwt" });
  await assert.rejects(readCode(paper, JWKS), isCode("paper-needs-network"));
});

test("the largest coupon comes first, and the rate caps it", () => {
  assert.deepEqual(ask(), [500, 200]);
  assert.deepEqual(ask({ bill: 2_499 }), [200]);
  assert.deepEqual(ask({ lease: { tiers: [], unit_yen: 100 }, bill: 2_999 }), [500]);
});

test("each thing that the shop could see has its refusal", () => {
  const daily = { uses_per_shop_and_day: 1 };
  const used = makeSale(1, { wallet: "w1" });
  const refused = [
    ["amount-not-offered", { bill: 999 }],
    ["amount-not-offered", { bill: 10_000_001 }],
    ["lease-ended", { now: NOW + 9 * 3_600 }],
    ["outside-the-lease", { shown: { ...SHOWN, shownAt: NOW - 4 * 3_600 } }],
    ["coupon-code-used", { sales: [makeSale(1, { mark: markOf(SHOWN) })] }],
    ["coupon-expired", { lease: { ends_on: "2026-11-30", starts_on: "2026-11-01" } }],
    ["daily-limit", { lease: daily, sales: [used] }],
    ["lease-exceeded", { lease: { amount_yen: 199 } }],
  ];
  for (const [code, one] of refused) assert.throws(() => ask(one), isCode(code), code);
  assert.deepEqual(ask({ lease: daily, sales: [{ ...used, outcome: "refused" }] }), [500, 200]);
});

test("what is left counts each sale once, whoever knows of it", () => {
  const sales = [makeSale(1, { outcome: "posted" }), makeSale(2, { outcome: "refused" }), makeSale(3)];
  assert.equal(leftYen(makeLease(), [makeSale(1)]), 4_500);
  assert.equal(leftYen(makeLease({ sold_yen: 500, next_number: 3 }), sales), 4_000);
  assert.equal(leftYen(makeLease(), [makeSale(1, { outcome: "refused" })]), 5_000);
  assert.equal(nextNumber(makeLease({ next_number: 7 }), []), 7);
  assert.equal(nextNumber(makeLease(), sales), 4);
});

/** A city that keeps what it got under its number, and a network that may lose the answer. */
class City {
  constructor({ loses = 0 } = {}) {
    this.loses = loses;
    this.got = new Map();
  }

  post = async (sales) => {
    for (const sale of sales) {
      if (sale.number > this.got.size + 1) return { ok: false, told: { code: "offline-gap", next_number: this.got.size + 1 } };
      const before = this.got.get(sale.number);
      if (before && before !== JSON.stringify(sale)) return { ok: false, told: { code: "offline-sale-changed" } };
      this.got.set(sale.number, JSON.stringify(sale));
    }
    if (this.loses-- > 0) throw new TypeError("network");
    return { ok: true, told: { sales: sales.map(({ number }) => ({ number, outcome: "posted", code: "" })) } };
  };
}

async function bring(city, sales) {
  const keep = async (sale, { outcome }) => (sale.outcome = outcome);
  return upload(sales, { post: city.post, keep });
}

test("an answer lost on the way is asked again with the same numbers and bodies", async () => {
  const city = new City({ loses: 1 });
  const sales = [makeSale(1), makeSale(2)];
  await assert.rejects(bring(city, sales), TypeError);
  assert.deepEqual(sales.map(({ outcome }) => outcome), ["", ""]);
  assert.equal(await bring(city, sales), null);
  assert.deepEqual(sales.map(({ outcome }) => outcome), ["posted", "posted"]);
  assert.equal(city.got.size, 2);
});

test("a hundred and twenty sales come home in order", async () => {
  const city = new City();
  const sales = Array.from({ length: 120 }, (_, index) => makeSale(index + 1));
  assert.equal(await bring(city, sales), null);
  assert.equal(city.got.size, 120);
});

test("a city that lacks an earlier sale gets it again, and a hopeless gap ends", async () => {
  const city = new City();
  assert.equal(await bring(city, [makeSale(1, { outcome: "posted" }), makeSale(2)]), null);
  assert.equal(city.got.size, 2);
  assert.equal(await bring(new City(), [makeSale(5)]), "offline-gap");
});

test("what the city answered is not sent again", async () => {
  const sent = [];
  const post = async (sales) => {
    sent.push(...sales.map(({ number }) => number));
    return { ok: true, told: { sales: [] } };
  };
  await upload([makeSale(1, { outcome: "posted" }), makeSale(2)], { post, keep: async () => {} });
  assert.deepEqual(sent, [2]);
});

test("a sale that changed is never sent as another", async () => {
  const city = new City();
  await bring(city, [makeSale(1)]);
  const changed = makeSale(1, { bill_yen: 9_000 });
  assert.equal(await bring(city, [changed]), "offline-sale-changed");
  assert.equal(changed.outcome, "");
});

test("an answer without a code is no success", async () => {
  const post = async () => ({ ok: false, told: { status: 400 } });
  assert.equal(await upload([makeSale(1)], { post, keep: async () => {} }), "not-taken");
});

test("the file names each lease's sales in order and nothing of the device's own notes", () => {
  const { leases } = asFile([makeSale(2), makeSale(1), makeSale(1, { lease: "b" })]);
  assert.deepEqual(leases.map(({ lease, sales }) => [lease, sales.map(({ number }) => number)]), [["lease", [1, 2]], ["b", [1]]]);
  assert.deepEqual(Object.keys(leases[0].sales[0]), ["number", "code", "bill_yen", "coupon_yen", "sold_at"]);
  assert.equal(byLease([]).size, 0);
});
