// Cards of one name on one phone: their order, and what tells them apart without telling the kind.

import assert from "node:assert/strict";
import test from "node:test";
import { inOrder, markOf } from "../../web/static/web/js/card/namesakes.js";

const base64 = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const venueOf = (gives) => [{ sdJwt: `${base64({})}.${base64(gives)}.x~` }];

const makeCard = (id, { name = "見本 花子", isGuardian = false, fare = 2, caregivers = fare === 1 ? 1 : 0 } = {}) => ({
  id, name, isGuardian, venue: venueOf({ discount_class: fare, caregivers }),
});
const idsOf = (cards) => cards.map(({ id }) => id);

test("the card that gives most is the first of its holder, none with a fare class is the last", () => {
  const cards = [makeCard("a", { fare: 0 }), makeCard("b"), makeCard("c", { fare: 1 })];
  assert.deepEqual(idsOf(inOrder(cards)), ["c", "b", "a"]);
  assert.deepEqual(idsOf(inOrder([makeCard("d"), makeCard("e", { caregivers: 1 })])), ["e", "d"]);
});

test("one's own cards come before a child's, and a child's stand together", () => {
  const child = { name: "見本 太郎", isGuardian: true };
  const cards = [makeCard("a", child), makeCard("b", { ...child, name: "見本 次郎" }), makeCard("c"), makeCard("d", { ...child, fare: 1 })];
  assert.deepEqual(idsOf(inOrder(cards)), ["c", "d", "a", "b"]);
});

test("a card that is alone of its name has no mark", () => {
  const cards = [makeCard("a"), makeCard("b", { name: "見本 太郎", isGuardian: true })];
  assert.deepEqual(cards.map((card) => markOf(card, cards)), [null, null]);
});

test("two cards of one person are told apart by their caregivers, else by a number", () => {
  const apart = [makeCard("a", { fare: 1 }), makeCard("b")];
  assert.deepEqual(apart.map((card) => markOf(card, apart)), [{ caregivers: 1, number: null }, { caregivers: 0, number: null }]);
  const alike = [...apart, makeCard("c")];
  assert.deepEqual(alike.map((card) => markOf(card, alike).number), [null, 1, 2]);
});

test("no fare class at all looks like the second one: it would tell a mental handbook", () => {
  const marks = [0, 2].map((fare) => {
    const cards = [makeCard("a", { fare: 1 }), makeCard("b", { fare })];
    return markOf(cards[1], cards);
  });
  assert.deepEqual(marks[0], marks[1]);
});

test("a card whose credentials have not come stands last and is marked all the same", () => {
  const cards = inOrder([{ ...makeCard("a"), venue: [] }, makeCard("b", { fare: 0 })]);
  assert.deepEqual(idsOf(cards), ["b", "a"]);
  assert.deepEqual(markOf(cards[1], cards), { caregivers: 0, number: 2 });
});
