// The counts of a front desk without a network: nothing too old holds back the rest.

import assert from "node:assert/strict";
import test from "node:test";
import { logOf } from "../../web/static/web/js/offline-counts.js";

const NOW = Date.parse("2026-12-31T03:20:00Z");
const FRESH = "2026-12-30T03:00:00.000Z";
const OLD = "2026-11-30T03:00:00.000Z"; // a month and a bit
const entry = (hour) => ({ hour, outcome: "ok", medium: "phone", count: 2 });

test("an hour that the server no longer takes is left out, the others are sent", () => {
  const counts = { [`${OLD}|ok|phone`]: 2, [`${FRESH}|ok|phone`]: 2 };
  assert.deepEqual(logOf(undefined, counts, { now: NOW, id: "a" }), { id: "a", entries: [entry(FRESH)] });
  assert.equal(logOf(undefined, { [`${OLD}|ok|phone`]: 2 }, { now: NOW, id: "a" }), null);
});

test("a log that waits is sent again under its own number, without what grew too old", () => {
  const pending = { id: "first", entries: [entry(OLD), entry(FRESH)] };
  const sent = logOf(pending, { [`${FRESH}|replayed|`]: 1 }, { now: NOW, id: "a" });
  assert.deepEqual(sent, { id: "first", entries: [entry(FRESH)] });
});

test("a log that is too old as a whole gives way to the new counts", () => {
  const sent = logOf({ id: "first", entries: [entry(OLD)] }, { [`${FRESH}|ok|phone`]: 2 }, { now: NOW, id: "a" });
  assert.deepEqual(sent, { id: "a", entries: [entry(FRESH)] });
});
