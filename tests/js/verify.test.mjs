// What the page's verifier promises beyond its answers, which tests/web compares with the server's.

import assert from "node:assert/strict";
import test from "node:test";
import { IssuerParts } from "../../web/static/web/js/card/issuer-parts.js";
import { work } from "../../web/static/web/js/card/jws.js";
import { MarksInMemory } from "../../web/static/web/js/card/replay-marks.js";
import { blockName } from "../../web/static/web/js/card/trust.js";
import { lines, makeVerifier, scan } from "./verifier.mjs";

const CARD = lines("accepted").find(({ name }) => name === "first-class-holder-and-one-caregiver");

async function workOf(by, line) {
  Object.assign(work, { signatures: 0, inflates: 0 });
  const { code } = await scan(by, line);
  return { code, ...work };
}

test("a refused text costs at most two signature checks and one inflate", async () => {
  const by = await makeVerifier();
  const found = [];
  for (const line of lines("refused")) {
    const { signatures, inflates } = await workOf(by, line);
    if (signatures > 2 || inflates > 1) found.push({ name: line.name, signatures, inflates });
  }
  assert.deepEqual(found, []);
});

test("a text that is no card costs nothing", async () => {
  const by = await makeVerifier();
  for (const line of lines("refused").filter(({ code }) => ["not-a-card", "too-long"].includes(code))) {
    assert.deepEqual(await workOf(by, line), { code: line.code, signatures: 0, inflates: 0 }, line.name);
  }
});

test("an issuer part seen before is not checked again, and the phone's signature is", async () => {
  const by = await makeVerifier({ marks: { firstSeen: (_digest, scan, at) => ({ scan, at }) } });
  assert.equal((await workOf(by, CARD)).signatures, 2);
  assert.deepEqual(await workOf(by, CARD), { code: "ok", signatures: 1, inflates: 1 });
});

test("a key blocked after a good scan stops the card that is in memory", async () => {
  const by = await makeVerifier();
  assert.equal((await scan(by, CARD)).code, "ok");
  by.bundle.blocked.add(blockName(by.bundle.iss, "2026-1"));
  assert.equal((await scan(by, CARD)).code, "key-blocked");
});

test("another key under the same name does not vouch for the card in memory", async () => {
  const by = await makeVerifier();
  assert.equal((await scan(by, CARD)).code, "ok");
  const [name] = [...by.trustList.keys.keys()].filter((key) => key.startsWith("issuer") && key.endsWith("/202177 2026-1"));
  const other = [...by.trustList.keys.values()].find(({ kid }) => kid === "2027-1");
  by.trustList.keys.set(name, { ...other, kid: "2026-1", nbf: null });
  assert.equal((await scan(by, CARD)).code, "forged");
});

test("a card that was refused is not remembered", async () => {
  const parts = new IssuerParts();
  const put = [];
  parts.put = (presentation) => put.push(presentation);
  const by = await makeVerifier({ parts });
  for (const line of lines("refused").filter(({ code }) => code === "forged")) await scan(by, line);
  assert.deepEqual(put, []);
});

test("the part unused longest goes first", () => {
  const parts = new IssuerParts({ partsMax: 2 });
  parts.put("a", { kid: "a" });
  parts.put("b", { kid: "b" });
  parts.get("a");
  parts.put("c", { kid: "c" });
  assert.deepEqual([parts.get("a")?.kid, parts.get("b"), parts.get("c")?.kid], ["a", null, "c"]);
});

test("the oldest mark goes when there are too many", () => {
  const marks = new MarksInMemory({ marksMax: 2 });
  for (const digest of ["a", "b", "c"]) marks.firstSeen(digest, "here", 0);
  assert.equal(marks.firstSeen("c", "there", 9).scan, "here");
  assert.equal(marks.firstSeen("a", "there", 9).scan, "there");
});

test("what the holder chose to show reaches the page", async () => {
  const by = await makeVerifier();
  const full = lines("accepted").find(({ name }) => name === "full-card-all-shown");
  assert.deepEqual((await scan(by, full)).details, {
    handbook: "mental", grade: "1級", valid_until: "2028-03-31", name: "見本 花子", birth_year: 1985,
  });
});

test("a verifier without any of its files says which one is wrong", async () => {
  await assert.rejects(makeVerifier().then((by) => by.constructor.open(null, [])), { code: "bundle-bad" });
});
