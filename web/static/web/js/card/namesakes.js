// The cards of one phone in their order, and what tells those of one name apart.
//
// Two handbooks of one person differ for everybody around by what they give, and by nothing else:
// not by the kind, and not by what hints at it. Only some kinds have a last day, and "no fare
// class" is nearly always a mental illness's. Those stand behind 「くわしく見る」 of the chosen card.

import { claimsOf } from "./present.js";

const CLASSES = [1, 2, 0]; // 第1種 before 第2種 before none, as the city chooses its first card

/** What a venue learns of a card; nothing where its credentials have not come. */
const givesOf = ({ venue }) => (venue.length ? claimsOf(venue[0].sdJwt) : {});

const isNamesake = (one, other) => one.name === other.name && one.isGuardian === other.isGuardian;

function rank(card) {
  const { discount_class: fareClass, caregivers } = givesOf(card);
  const place = CLASSES.indexOf(fareClass);
  return 2 * (place < 0 ? CLASSES.length : place) + (caregivers ? 0 : 1);
}

/** Own cards before children's, those of one name together, the one that gives most first. */
export function inOrder(cards) {
  const first = (card) => cards.findIndex((other) => isNamesake(card, other));
  return [...cards].sort(
    (one, other) => one.isGuardian - other.isGuardian || first(one) - first(other) || rank(one) - rank(other),
  );
}

/**
 * What tells a card from its namesakes: whether a caregiver gets the discount, and a number where
 * that is the same too. `null` for a card that has none.
 * @returns {{caregivers: number, number: number | null} | null}
 */
export function markOf(card, cards) {
  const namesakes = cards.filter((other) => isNamesake(card, other));
  if (namesakes.length < 2) return null;
  const caregivers = givesOf(card).caregivers ?? 0;
  const alike = namesakes.filter((other) => (givesOf(other).caregivers ?? 0) === caregivers);
  return { caregivers, number: alike.length > 1 ? alike.indexOf(card) + 1 : null };
}
