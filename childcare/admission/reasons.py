"""A child's explanation as it is kept, encrypted, with the decision: facility by facility.

Points are half points as [numerator, denominator]; what may not be shown is null.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from childcare.admission.explanation import Explainer, Explanation, Standing, Verdict, WishOutcome
from childcare.admission.market import Market
from childcare.admission.snapshot import Inputs, Key, SlotKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutoff:
    """The lowest points admitted to a class, and how many were."""

    slot: SlotKey
    half_points: Fraction | int
    admitted: int


class Reasons:
    """The explanations of a whole round, by application."""

    def __init__(self, *, market: Market, current: Sequence[int], inputs: Inputs, key: Key) -> None:
        self._market, self._inputs = market, inputs
        self._applications = {code: pk for pk, code in key.children.items()}
        self._slots = {code: slot for slot, code in key.slots.items()}
        self._explainer = Explainer(market, current, self._standing)
        self._wishes = {one.application: one.wishes for one in inputs.applicants}

    def _standing(self, position: int) -> Standing:
        application = self._applications[self._market.child_at[position]]
        facility, _age = self._slot(self._market.slot_at[position])
        rank, points, _ties = self._inputs.order(application, facility)
        return rank, points

    def _slot(self, number: int) -> SlotKey:
        return self._slots[self._market.slots[number]]

    def by_application(self) -> Mapping[UUID, dict[str, Any]]:
        """Return what is kept of every child."""
        found = {one.application: _nothing() for one in self._inputs.applicants}
        for code, explanation in self._explainer.explain():
            application = self._applications[code]
            found[application] = self._as_reason(application, explanation)
        return found

    def _as_reason(self, application: UUID, told: Explanation) -> dict[str, Any]:
        # The joint list of brothers and sisters names wishes in its own order: back to theirs.
        order = {slot: number for number, slot in enumerate(self._wishes[application], start=1)}
        rows = [self._wish(one, order) for one in told.wishes]
        change = None if told.change_at is None else rows[told.change_at]["facility"]
        return {
            "wishes": sorted(rows, key=lambda row: row["rank"]),
            "change": str(told.change),
            "change_at": change,
        }

    def _wish(self, one: WishOutcome, order: Mapping[SlotKey, int]) -> dict[str, Any]:
        slot = self._slot(one.slot)
        return {
            "facility": str(slot[0]),
            "class_age": slot[1],
            "rank": order.get(slot, len(order) + 1),
            "seats": self._inputs.offered.get(slot, 0),
            "admitted": one.admitted,
            "verdict": str(one.verdict),
            "own": _pair(one.own),
            "lowest": _pair(_lowest_to_tell(one)),
        }

    def cutoffs(self) -> list[Cutoff]:
        """Return the lowest admitted points of every class that admitted somebody."""
        return [
            Cutoff(slot=self._slot(number), half_points=facts.lowest, admitted=facts.admitted)
            for number, facts in enumerate(self._explainer.facts)
            if facts.lowest is not None
        ]


def _lowest_to_tell(one: WishOutcome) -> Fraction | int | None:
    """Return the lowest points where they are a reason, and not another child's own number.

    A tie is told in words. So is a refusal that this number does not explain: in a rank that comes
    before, somebody was admitted with no more points than this child has.
    """
    if one.verdict in {Verdict.GOT, Verdict.KEPT}:
        return one.lowest
    is_reason = one.verdict is Verdict.POINTS and one.lowest is not None and one.lowest > one.own
    return one.lowest if is_reason else None


def _pair(points: Fraction | int | None) -> list[int] | None:
    if points is None:
        return None
    exact = Fraction(points)
    return [exact.numerator, exact.denominator]


def _nothing() -> dict[str, Any]:
    return {"wishes": [], "change": "nothing", "change_at": None}
