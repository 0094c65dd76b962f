// For whom somebody acts, on pages that come out of the phone's store: the later word holds.

import assert from "node:assert/strict";
import test from "node:test";

const store = new Map();
globalThis.localStorage = { getItem: (key) => store.get(key) ?? null, setItem: (key, value) => store.set(key, value) };
const { actingNow } = await import("../../web/static/web/js/acting-kept.js");

/** Open a page that was written at `at`, with the banner of `child` or without one. */
function open(at, banner = null) {
  globalThis.document = {
    body: { dataset: { writtenAt: String(at) } },
    querySelector: () => (banner ? { dataset: banner } : null),
  };
  return actingNow();
}
const CHILD = { person: "p-1", name: "見本 太郎" };

test("a page from the phone's store is for whom a later page said", () => {
  store.clear();
  assert.equal(open(100), null);
  assert.deepEqual(open(200, CHILD), { ...CHILD, at: 200, isKept: false });
  assert.deepEqual(open(100), { ...CHILD, at: 200, isKept: true });
});

test("a later page without a banner ends it, also for pages that are older", () => {
  store.clear();
  open(200, CHILD);
  assert.equal(open(300), null);
  assert.equal(open(100), null);
  assert.equal(open(200, CHILD), null); // gone back to with the browser's button
  assert.equal(store.get("acting").includes(CHILD.name), false);
});

test("who never acts for anybody leaves no word", () => {
  store.clear();
  open(100);
  assert.equal(store.size, 0);
});

test("the banner of an officer's machine at the counter names nobody, and nobody is kept", () => {
  store.clear();
  assert.equal(open(200, { cards: "" }), null);
  assert.equal(open(100), null);
});

test("a browser that keeps nothing knows what the page itself says", () => {
  const kept = globalThis.localStorage;
  globalThis.localStorage = { getItem() { throw new Error("denied"); }, setItem() { throw new Error("denied"); } };
  assert.deepEqual(open(200, CHILD), { ...CHILD, at: 200, isKept: false });
  assert.equal(open(100), null);
  globalThis.localStorage = kept;
});
