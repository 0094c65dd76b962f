"""Which coupon fits a bill. Plain values; the redemption's statement holds the same rules.

A tier is the amount of one sale: at most one a bill, never split, good again until the wallet is
used up. A rate caps the coupon at floor(bill x rate); the bill is with tax, before any discount.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tourism.money import part_of

BILL_YEN_MAX: Final = 10_000_000  # no sale of a shop is larger; keeps sums far from overflow


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class TierOffer:
    """One coupon: from this bill on, worth this much."""

    value_yen: int
    min_spend_yen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponTerms:
    """How a campaign's coupons may be spent. No tiers: any multiple of ``unit_yen``."""

    tiers: Sequence[TierOffer] = ()
    rate_basis_points: int | None = None
    unit_yen: int = 1


def rate_cap_yen(bill_yen: int, rate_basis_points: int | None) -> int:
    """Return the most that a coupon may pay of a bill; rounded down, in the budget's favour."""
    if rate_basis_points is None:
        return bill_yen
    return part_of(bill_yen, basis_points=rate_basis_points)


def offered_yen(terms: CouponTerms, *, bill_yen: int, remaining_yen: int) -> list[int]:
    """Return the coupons that fit a bill, the largest first.

    With tiers, all that fit: the clerk is offered the first, the tourist may take a smaller one.
    Without, the one largest amount.
    """
    cap = min(rate_cap_yen(bill_yen, terms.rate_basis_points), remaining_yen, bill_yen)
    if terms.tiers:
        fitting = {
            tier.value_yen
            for tier in terms.tiers
            if tier.min_spend_yen <= bill_yen and tier.value_yen <= cap
        }
        return sorted(fitting, reverse=True)
    largest = cap // terms.unit_yen * terms.unit_yen
    return [largest] if largest > 0 else []


def is_offered(terms: CouponTerms, *, bill_yen: int, coupon_yen: int) -> bool:
    """Say whether a coupon of ``coupon_yen`` fits the bill, whatever the wallet holds."""
    if not 0 < coupon_yen <= min(bill_yen, rate_cap_yen(bill_yen, terms.rate_basis_points)):
        return False
    if terms.tiers:
        return any(
            tier.value_yen == coupon_yen and tier.min_spend_yen <= bill_yen for tier in terms.tiers
        )
    return coupon_yen % terms.unit_yen == 0
