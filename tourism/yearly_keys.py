"""Let each city sign its coupons with a key of this year.

A key of every year bounds what a stolen one could sign, and nobody has to think of it; what last
year's key signed is still read.
"""

from datetime import datetime
from typing import Final

from core.audit import SYSTEM
from core.nightly import NightlyWork
from jp.clock import civil_date
from tourism.coupon_keys import roll_coupon_key
from tourism.models import CouponKey


def roll_last_years_keys(now: datetime) -> dict[str, int]:
    """Let a city sign with a key of this year; what last year's signed is still read."""
    this_year = f"c-{civil_date(now).year}-"
    signing = CouponKey.objects.filter(retired_at=None, blocked_at=None, active_from__lte=now)
    cities = set(signing.order_by().values_list("municipality", flat=True))
    rolled = sorted(cities - _cities_with(this_year))
    for municipality in rolled:
        roll_coupon_key(municipality, actor=SYSTEM, now=now)
    return {"rolled": len(rolled)}


def _cities_with(prefix: str) -> set[str]:
    """Return the cities that have a key of that year, blocked ones too: staff rolled it by hand."""
    rows = CouponKey.objects.filter(kid__startswith=prefix).order_by()
    return set(rows.values_list("municipality", flat=True))


KEYS_OF_THE_YEAR: Final = NightlyWork(
    name="tourism-keys",
    what="Sign coupons with a key of this year; older ones are still read.",
    run=roll_last_years_keys,
)
