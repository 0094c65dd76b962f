"""redeem: one test per sentence the counter can read, and what stays as it was."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import example, given, settings, strategies as st

from accounts.devices import DeviceRevoked
from core.database_clock import database_now
from core.idempotency import KeyReused
from jp.clock import JST, civil_date
from tests.database_clock import database_at
from tests.tourism.money_factories import (
    TIERS,
    make_money_campaign,
    make_money_shop,
    make_sale,
    make_till,
    make_wallet,
    postings_of,
    today,
    yen_in,
)
from tourism.day_limits import uses_left
from tourism.models import (
    AccountKind,
    Campaign,
    CampaignState,
    CapKind,
    DailyUse,
    Redemption,
    ShopState,
    Wallet,
)
from tourism.redemption import redeem
from tourism.refusals import (
    BadAmount,
    BudgetExhausted,
    CodeTooOld,
    CodeUsed,
    CouponRefused,
    DailyLimit,
    DayLimit,
    Insufficient,
    KeyMissing,
    NotOpen,
    ShopNotActive,
    ShopNotInCampaign,
    TooFast,
    WalletExpired,
    WalletNotAccepted,
)
from tourism.why_refused import why_not_here

pytestmark = pytest.mark.django_db


class Case:
    """A campaign, a shop and a wallet of 10,000 yen; each test changes one thing."""

    def __init__(self, *, yen: int = 10_000, shop: dict[str, Any] | None = None,
                 **campaign: Any) -> None:  # fmt: skip
        self.campaign = make_money_campaign(**campaign)
        self.shop = make_money_shop(**(shop or {}))
        self.wallet = make_wallet(self.campaign, yen=yen)

    def sale(self, **override: Any) -> Any:
        return make_sale(self.wallet, self.shop, **override)

    def left(self) -> int:
        self.wallet.refresh_from_db()
        return self.wallet.remaining_yen

    def refuses(self, refusal: type[Exception], **sale: Any) -> Exception:
        """The sale is refused by that class, and nothing moved."""
        before = postings_of(self.campaign), self.left(), yen_in(self.campaign, AccountKind.BUDGET)
        with pytest.raises(refusal) as caught:
            redeem(self.sale(**sale))
        after = postings_of(self.campaign), self.left(), yen_in(self.campaign, AccountKind.BUDGET)
        assert after == before
        return caught.value


def test_a_redemption_capped_coupon_is_paid_out_of_the_budget() -> None:
    case = Case()
    receipt = redeem(case.sale(bill_yen=3_000, coupon_yen=500))
    assert (receipt.left_yen, receipt.to_pay_yen, case.left()) == (9_500, 2_500, 9_500)
    assert yen_in(case.campaign, AccountKind.BUDGET) == 999_500
    assert yen_in(case.campaign, AccountKind.SHOP, case.shop.pk) == 500


def test_an_issue_capped_coupon_is_paid_out_of_its_own_wallet() -> None:
    case = Case(cap=CapKind.ISSUE)
    assert yen_in(case.campaign, AccountKind.BUDGET) == 990_000
    redeem(case.sale(coupon_yen=500))
    assert yen_in(case.campaign, AccountKind.WALLET, case.wallet.pk) == case.left() == 9_500
    assert yen_in(case.campaign, AccountKind.BUDGET) == 990_000


@pytest.mark.parametrize("cap", CapKind.values)
def test_a_wallet_can_be_used_up_in_parts_and_not_beyond(cap: str) -> None:
    case = Case(yen=1_000, cap=cap)
    redeem(case.sale(coupon_yen=400))
    redeem(case.sale(coupon_yen=600))
    refusal = case.refuses(Insufficient, coupon_yen=1)
    assert isinstance(refusal, Insufficient)
    assert refusal.extra == {"remaining_yen": 0}


def test_the_retry_of_what_emptied_the_wallet_gets_the_first_answer() -> None:
    case = Case(yen=500)
    sale = case.sale(coupon_yen=500)
    assert redeem(sale) == redeem(sale) == redeem(sale)
    assert Redemption.objects.count() == 1


def test_the_same_key_with_another_amount_is_refused() -> None:
    case = Case()
    redeem(case.sale(key="k", coupon_yen=500))
    case.refuses(KeyReused, key="k", coupon_yen=600)


def test_a_key_counts_for_ever_and_for_its_device_alone() -> None:
    case = Case()
    sale = case.sale(key="k")
    first = redeem(sale)
    with database_at(datetime.now(UTC) + timedelta(hours=25)):
        assert redeem(sale) == first
        other = redeem(case.sale(key="k", device_id=case.campaign.pk))
    assert other.redemption_id != first.redemption_id


def test_a_refusal_is_not_kept() -> None:
    case = Case(state=CampaignState.PAUSED)
    sale = case.sale()
    with pytest.raises(NotOpen):
        redeem(sale)
    case.campaign.state = CampaignState.OPEN
    case.campaign.save()
    assert redeem(sale).coupon_yen == 500


@pytest.mark.parametrize("yen", [0, -500, 3_001, 500.0, True, "500"])
def test_amounts_that_are_no_part_of_the_bill_are_refused(yen: Any) -> None:
    Case().refuses(BadAmount, bill_yen=3_000, coupon_yen=yen)


@pytest.mark.parametrize("bill", [0, -1, 10_000_001, 99.5])
def test_bills_that_no_shop_writes_are_refused(bill: Any) -> None:
    Case().refuses(BadAmount, bill_yen=bill, coupon_yen=1)


def test_a_key_is_needed() -> None:
    Case().refuses(KeyMissing, key="")


def test_a_tier_is_the_amount_of_one_sale() -> None:
    case = Case(tiers=TIERS)
    redeem(case.sale(bill_yen=2_500, coupon_yen=500))
    redeem(case.sale(bill_yen=2_500, coupon_yen=100))  # a smaller one than fits
    case.refuses(BadAmount, bill_yen=2_499, coupon_yen=500)
    case.refuses(BadAmount, bill_yen=9_000, coupon_yen=300)


def test_a_rate_caps_the_coupon_at_the_floor_of_its_part() -> None:
    case = Case(rate_basis_points=3_333)
    redeem(case.sale(bill_yen=1_000, coupon_yen=333))
    case.refuses(BadAmount, bill_yen=1_000, coupon_yen=334)


def test_amounts_come_in_the_campaign_s_unit() -> None:
    case = Case(unit_yen=500)
    redeem(case.sale(coupon_yen=1_000))
    case.refuses(BadAmount, coupon_yen=750)


@pytest.mark.parametrize(
    "state", sorted(set(CampaignState) - {"open", "exhausted", "ended"}), ids=str
)
def test_only_a_campaign_that_runs_takes_coupons(state: str) -> None:
    Case(state=state).refuses(NotOpen)


def test_a_campaign_starts_at_midnight_in_japan() -> None:
    case = Case(starts_on=today() + timedelta(days=1), ends_on=today() + timedelta(days=9))
    midnight = datetime.combine(case.campaign.starts_on, datetime.min.time(), JST)
    with database_at(midnight - timedelta(seconds=2)):
        case.refuses(NotOpen)
    with database_at(midnight):
        redeem(case.sale())


def test_a_campaign_without_days_of_validity_ends_at_midnight_in_japan() -> None:
    case = Case()
    end = datetime.combine(case.campaign.ends_on + timedelta(days=1), datetime.min.time(), JST)
    with database_at(end - timedelta(seconds=5)):
        redeem(case.sale())
    with database_at(end):
        case.refuses(WalletExpired)


def test_a_coupon_expires_between_the_scan_and_the_commit() -> None:
    """The device read the QR at 23:59:59; the database's clock says tomorrow."""
    case = Case()
    case.wallet.valid_until = today()
    case.wallet.save()
    midnight = datetime.combine(today() + timedelta(days=1), datetime.min.time(), JST)
    scanned = midnight - timedelta(seconds=1)
    with database_at(midnight + timedelta(milliseconds=1)):
        case.refuses(WalletExpired, qr_at=scanned)


def test_unknown_blocked_and_other_cities_wallets_get_one_answer() -> None:
    case = Case()
    case.refuses(WalletNotAccepted, wallet_id=case.shop.pk)
    far = make_money_shop(municipality="202011")
    case.refuses(WalletNotAccepted, shop_id=far.pk)
    case.wallet.state = "blocked"
    case.wallet.save()
    case.refuses(WalletNotAccepted)


@pytest.mark.parametrize("state", sorted(set(ShopState) - {"active"}), ids=str)
def test_a_shop_that_was_stopped_in_mid_sale_takes_nothing(state: str) -> None:
    Case(shop={"state": state}).refuses(ShopNotActive)


def test_a_shop_must_be_of_the_campaign_s_kinds() -> None:
    case = Case(shop_kinds=["restaurant", "lodging"])
    case.refuses(ShopNotInCampaign)
    case.shop.kind = "lodging"
    case.shop.save()
    redeem(case.sale())


def test_a_large_shop_takes_no_coupon_for_local_ones() -> None:
    Case(local_shops_only=True, shop={"is_local": False}).refuses(ShopNotInCampaign)


def test_a_device_must_be_alive_and_stand_in_the_shop() -> None:
    case = Case()
    till = make_till(case.shop)
    redeem(case.sale(device_row=till.pk))
    elsewhere = make_till(make_money_shop())
    case.refuses(DeviceRevoked, device_row=elsewhere.pk)
    till.revoked_at = datetime.now(UTC)
    till.save()
    case.refuses(DeviceRevoked, device_row=till.pk)


def test_a_wallet_is_used_once_a_shop_and_day_where_the_campaign_says_so() -> None:
    case = Case(uses_per_shop_and_day=1)
    redeem(case.sale())
    case.refuses(DailyLimit)
    redeem(case.sale(shop_id=make_money_shop().pk))
    with database_at(datetime.now(UTC) + timedelta(days=1)):
        redeem(case.sale())


def test_a_wallet_is_used_so_often_a_day_where_the_campaign_says_so() -> None:
    case = Case(uses_per_day=2)
    for _ in range(2):
        redeem(case.sale(shop_id=make_money_shop().pk))
    case.refuses(DayLimit, shop_id=make_money_shop().pk)
    assert DailyUse.objects.get(wallet=case.wallet).uses == 2


def test_the_budget_ends_exactly_at_its_last_yen() -> None:
    case = Case(budget_yen=1_200)
    redeem(case.sale(coupon_yen=700))
    case.refuses(BudgetExhausted, coupon_yen=600)
    redeem(case.sale(coupon_yen=500))
    case.refuses(BudgetExhausted, coupon_yen=1)


def test_a_wallet_is_used_five_times_a_minute_at_most() -> None:
    case = Case()
    for _ in range(5):
        redeem(case.sale(coupon_yen=1))
    case.refuses(TooFast, coupon_yen=1)
    with database_at(datetime.now(UTC) + timedelta(seconds=61)):
        redeem(case.sale(coupon_yen=1))


def test_a_qr_is_good_for_one_redemption_and_one_minute() -> None:
    case = Case()
    now = datetime.now(UTC)
    sale = case.sale(qr_at=now)
    redeem(sale)
    case.refuses(CodeUsed, qr_at=now)
    case.refuses(CodeUsed, qr_at=now - timedelta(seconds=15))
    with database_at(now + timedelta(minutes=2)):
        case.refuses(CodeTooOld, qr_at=now + timedelta(seconds=1))
        redeem(sale)  # a retry, two minutes later, with the QR that was read then


@settings(max_examples=40, deadline=None)
@example(per_shop=1, per_day=None, used=["here"], state="open", is_local=True)
@example(per_shop=None, per_day=1, used=["there"], state="open", is_local=True)
@example(per_shop=None, per_day=None, used=["there"] * 5, state="open", is_local=True)
@given(
    per_shop=st.none() | st.integers(1, 2),
    per_day=st.none() | st.integers(1, 3),
    used=st.lists(st.sampled_from(["here", "there"]), max_size=6),
    state=st.sampled_from([CampaignState.OPEN, CampaignState.ENDED, CampaignState.PAUSED]),
    is_local=st.booleans(),
)
def test_what_is_told_before_a_sale_is_what_the_sale_answers(
    per_shop: int | None, per_day: int | None, used: list[str], state: str, is_local: bool
) -> None:
    """The page and the statement hold the same rules: neither promises nor withholds a sale."""
    with transaction.atomic():
        case = Case(
            uses_per_shop_and_day=per_shop, uses_per_day=per_day, local_shops_only=True,
            shop={"is_local": is_local},
        )  # fmt: skip
        other = make_money_shop()
        for place in used:
            with suppress(CouponRefused):
                redeem(case.sale(shop_id=(case.shop if place == "here" else other).pk))
        Campaign.objects.filter(pk=case.campaign.pk).update(state=state)
        wallet = Wallet.objects.select_related("campaign").get(pk=case.wallet.pk)
        now = database_now(connection)
        told = why_not_here(wallet, shop=case.shop, at=now)
        left = uses_left(wallet, shop=case.shop, day=civil_date(now)).here
        answered = None
        try:
            redeem(case.sale())
        except CouponRefused as refusal:
            answered = refusal
        assert type(told) is type(answered)
        assert told is not None or left is None or left > 0
        transaction.set_rollback(True)


def test_every_refusal_of_coupons_says_what_to_do_next() -> None:
    for refusal in CouponRefused.__subclasses__():
        assert refusal.next_step
        assert refusal.title
