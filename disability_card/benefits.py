"""What a venue gives to a verified card: the holder's price, the caregiver's, and why not.

Pure: a verdict's facts and the venue's benefits in, an answer out. The page's module
``benefits.js`` does the same from the bundle. From the default screen an answer may depend only
on the discount class and the caregivers; a condition by handbook type or grade answers
``needs-details`` until the holder shows the full screen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from disability_card.benefit_conditions import Conditions, check_conditions, covers

Texts = Mapping[str, str]  # language code -> text


class Kind(StrEnum):
    """How a price is said."""

    FREE = "free"
    PRICE = "price"
    PERCENT_OFF = "percent_off"
    NONE = "none"


class Outcome(StrEnum):
    """What the front desk does."""

    DISCOUNT = "discount"
    NEEDS_DETAILS = "needs-details"
    NO_BENEFIT = "no-benefit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What one person pays. ``yen`` is known where the benefit names a price or the usual one."""

    kind: Kind
    yen: int | None = None
    percent_off: int | None = None

    def __post_init__(self) -> None:
        if self.kind is Kind.PRICE and self.yen is None:
            raise ValueError("a price needs its yen")
        if self.kind is Kind.PERCENT_OFF and not 1 <= (self.percent_off or 0) <= 100:  # noqa: PLR2004
            raise ValueError("a share is 1 to 100 percent")


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitRule:
    """One benefit of one venue, as staff wrote it."""

    benefit_id: str
    title: Texts
    text: Texts
    classes: frozenset[int]
    holder: Price
    caregiver: Price
    caregivers_max: int
    usual_yen: int | None = None
    conditions: Conditions = field(default_factory=dict)  # empty: every handbook
    valid_from: date | None = None  # both ends included
    valid_until: date | None = None

    def __post_init__(self) -> None:
        check_conditions(self.conditions)

    def is_open(self, day: date) -> bool:
        """Say whether the benefit counts on ``day``."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the card showed: the verdict's facts that a benefit may depend on."""

    discount_class: int
    caregivers: int
    details: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The best benefit that applies, or why there is none."""

    outcome: Outcome
    benefit: BenefitRule | None = None
    caregivers: int = 0  # how many accompany at the caregiver's price


def answer(shown: Shown, benefits: Sequence[BenefitRule], *, day: date) -> Answer:
    """Return what this venue gives, in this order:

    1. of the benefits that count on ``day`` for the shown class, those that apply are compared;
       the lowest holder's price wins, then more caregivers, then the order of ``benefits``;
    2. where none applies but one could with the full screen, ``needs-details``;
    3. else ``no-benefit``.
    """
    open_now = [
        benefit
        for benefit in benefits
        if benefit.is_open(day) and shown.discount_class in benefit.classes
    ]
    applying = [benefit for benefit in open_now if _applies(benefit, shown)]
    if applying:
        best = min(applying, key=lambda benefit: _rank(benefit, shown))
        return Answer(outcome=Outcome.DISCOUNT, benefit=best, caregivers=_caregivers(best, shown))
    if any(_may_apply(benefit, shown) for benefit in open_now):
        return Answer(outcome=Outcome.NEEDS_DETAILS)
    return Answer(outcome=Outcome.NO_BENEFIT)


def _applies(benefit: BenefitRule, shown: Shown) -> bool:
    handbook, grade = shown.details.get("handbook"), shown.details.get("grade")
    return not benefit.conditions or covers(benefit.conditions, handbook=handbook, grade=grade)


def _may_apply(benefit: BenefitRule, shown: Shown) -> bool:
    """Say whether what is not shown yet could still decide for the holder."""
    handbook, grade = shown.details.get("handbook"), shown.details.get("grade")
    if handbook is not None:
        return grade is None and handbook in benefit.conditions
    return any(
        grade is None or covers(benefit.conditions, handbook=kind, grade=grade)
        for kind in benefit.conditions
    )


def _caregivers(benefit: BenefitRule, shown: Shown) -> int:
    return min(benefit.caregivers_max, shown.caregivers)


def _rank(benefit: BenefitRule, shown: Shown) -> tuple[float, int]:
    """Lower is better for the holder."""
    return _share(benefit.holder, benefit.usual_yen), -_caregivers(benefit, shown)


def _share(price: Price, usual_yen: int | None) -> float:
    """Return the share of the usual price that is left to pay: 0 is free, 1 is nothing off."""
    match price.kind:
        case Kind.FREE:
            return 0.0
        case Kind.PERCENT_OFF:
            return 1 - (price.percent_off or 0) / 100
        case Kind.PRICE:
            return (price.yen or 0) / usual_yen if usual_yen else 0.5
        case Kind.NONE:
            return 1.0


def yen_to_pay(price: Price, usual_yen: int | None) -> int | None:
    """Return the yen that a person pays, or ``None`` where the usual price is not known.

    A share is rounded down to 10 yen, in the holder's favour, as 旅客運賃割引 is.
    """
    match price.kind:
        case Kind.FREE:
            return 0
        case Kind.PRICE:
            return price.yen
        case Kind.PERCENT_OFF if usual_yen is not None:
            return usual_yen * (100 - (price.percent_off or 0)) // 1000 * 10
        case Kind.NONE:
            return usual_yen
        case _:
            return None
