"""The night ends what is over: coupons, leases, last year's key; twice is as good as once."""

from datetime import UTC, datetime, timedelta

import pytest

from core.audit import SYSTEM
from core.nightly import nightly_works
from tests.tourism.clock import SetClock, set_clock
from tests.tourism.money_factories import (
    CITY,
    NOW,
    make_money_campaign,
    make_money_shop,
    make_till,
    make_wallet,
    yen_in,
)
from tourism.coupon_keys import active_signer, block_coupon_key, make_coupon_key, public_key
from tourism.leases import issue_lease
from tourism.ledger_audit import audit_ledger
from tourism.models import AccountKind, CapKind, CouponKey

__all__ = ["set_clock"]
pytestmark = pytest.mark.django_db
NEW_YEAR = datetime(2026, 12, 31, 15, 0, tzinfo=UTC)  # midnight in Japan


def run(name: str, now: datetime) -> dict[str, int]:
    (work,) = [one for one in nightly_works() if one.name == name]
    return work.run(now)


def test_expired_coupons_and_forgotten_leases_end_at_night_and_once(set_clock: SetClock) -> None:
    campaign = make_money_campaign(cap=CapKind.ISSUE, opened_at=NOW, offline_limit_yen=5_000)
    make_wallet(campaign, yen=3_000)
    shop = make_money_shop()
    issue_lease(campaign, shop=shop, device=make_till(shop), actor=SYSTEM, now=NOW)
    set_clock(datetime.now(UTC) + timedelta(days=32))
    for _night in range(2):
        run("tourism-campaigns", NOW)
        assert yen_in(campaign, AccountKind.EXPIRED) == 3_000
        assert yen_in(campaign, AccountKind.RESERVE) == 0
    assert audit_ledger() == []


def test_a_city_signs_with_a_key_of_the_year_in_japan_and_old_codes_are_still_read() -> None:
    old = make_coupon_key(CITY, now=NOW)
    assert run("tourism-keys", NEW_YEAR - timedelta(seconds=1)) == {"rolled": 0}
    assert run("tourism-keys", NEW_YEAR) == {"rolled": 1}
    assert run("tourism-keys", NEW_YEAR) == {"rolled": 0}
    assert active_signer(CITY, now=NEW_YEAR).kid == "c-2027-1"
    assert public_key(CITY, old.kid) is not None


def test_a_blocked_key_is_not_rolled_and_a_city_without_coupons_gets_none() -> None:
    assert run("tourism-keys", NEW_YEAR) == {"rolled": 0}
    block_coupon_key(make_coupon_key(CITY, now=NOW), actor=SYSTEM, now=NOW)
    assert run("tourism-keys", NEW_YEAR) == {"rolled": 0}
    assert CouponKey.objects.count() == 1
