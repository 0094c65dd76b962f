"""Leases: what a shop sells without a network, and who pays when it was spent twice."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Role, User
from core.actor import Actor, ActorKind
from core.audit import SYSTEM
from tests.database_clock import database_at
from tests.tourism.campaign_factories import make_officer
from tests.tourism.money_factories import (
    NOW,
    make_money_campaign,
    make_money_shop,
    make_sale,
    make_till,
    make_wallet,
    today,
    yen_in,
)
from tourism.expiry import expire
from tourism.leases import (
    LateSalesFirst,
    NoOfflineSales,
    issue_lease,
    offline_campaigns,
    settle_lease,
    settle_old_leases,
    sold_yen,
)
from tourism.ledger_audit import audit_ledger
from tourism.models import AccountKind, CapKind, DailyUse, Lease, OfflineSale, WalletState
from tourism.offline_sales import (
    LeaseOver,
    OfflineChanged,
    OfflineEntry,
    OfflineGap,
    upload_sales,
)
from tourism.redemption import redeem
from tourism.refusals import BudgetExhausted, ShopNotInCampaign, WalletNotAccepted
from tourism.reversals import DayIsOver, ask_for_reversal, decide_reversal, reverse_by_shop
from tourism.wallet_codes import wallet_code
from tourism.wallet_reading import redemptions_with_reversals, spent_json, uses_of_day

pytestmark = pytest.mark.django_db


def staff(officer: User) -> Actor:
    return Actor(kind=ActorKind.USER, user_id=officer.pk)


class Offline:
    """A campaign whose shops may sell 5,000 yen without a network, and one shop that does."""

    def __init__(self, **campaign: Any) -> None:
        self.campaign = make_money_campaign(**({"offline_limit_yen": 5_000} | campaign))
        self.shop, self.till, self.lease = self.another_shop()

    def another_shop(self) -> tuple[Any, Any, Any]:
        shop = make_money_shop()
        till = make_till(shop)
        lease = issue_lease(self.campaign, shop=shop, device=till, actor=SYSTEM, now=NOW)
        return shop, till, lease

    def entry(self, number: int, wallet: Any, **override: Any) -> OfflineEntry:
        good: dict[str, Any] = {
            "number": number,
            "wallet_code": wallet_code(wallet, now=datetime.now(UTC) + timedelta(seconds=number)),
            "bill_yen": 3_000,
            "coupon_yen": 500,
            "sold_at": datetime.now(UTC) - timedelta(days=1),  # a device's clock may say anything
        }
        return OfflineEntry(**(good | override))

    def upload(self, *entries: OfflineEntry, lease: Any = None) -> list[OfflineSale]:
        return list(upload_sales(lease or self.lease, entries, actor=SYSTEM, now=NOW))

    def yen(self, kind: AccountKind, ref: Any = None) -> int:
        return yen_in(self.campaign, kind, ref)


def test_a_lease_sets_its_amount_and_as_much_reserve_aside() -> None:
    case = Offline()
    assert case.yen(AccountKind.LEASE, case.lease.pk) == case.yen(AccountKind.RESERVE) == 5_000
    assert case.yen(AccountKind.BUDGET) == 990_000
    same = issue_lease(case.campaign, shop=case.shop, device=case.till, actor=SYSTEM, now=NOW)
    assert same == case.lease


def test_no_lease_without_the_campaign_s_word_or_beyond_its_budget() -> None:
    shop = make_money_shop()
    wanted: dict[str, Any] = {"shop": shop, "device": make_till(shop), "actor": SYSTEM, "now": NOW}
    with pytest.raises(NoOfflineSales):
        issue_lease(make_money_campaign(), **wanted)
    with pytest.raises(BudgetExhausted):
        issue_lease(make_money_campaign(offline_limit_yen=600, budget_yen=1_000), **wanted)


def test_no_lease_for_a_shop_that_takes_no_part() -> None:
    campaign = make_money_campaign(offline_limit_yen=5_000, local_shops_only=True)
    shop = make_money_shop(is_local=False)
    with pytest.raises(ShopNotInCampaign):
        issue_lease(campaign, shop=shop, device=make_till(shop), actor=SYSTEM, now=NOW)
    assert list(offline_campaigns(shop)) == []
    assert list(offline_campaigns(make_money_shop())) == [campaign]


@pytest.mark.parametrize("cap", CapKind.values)
def test_an_offline_sale_is_paid_like_any_other_and_the_rest_goes_back(cap: str) -> None:
    case = Offline(cap=cap)
    wallet = make_wallet(case.campaign)
    before = case.yen(AccountKind.BUDGET) + 10_000
    (sale,) = case.upload(case.entry(1, wallet))
    assert (sale.outcome, case.yen(AccountKind.SHOP, case.shop.pk)) == ("posted", 500)
    wallet.refresh_from_db()
    assert wallet.remaining_yen == 9_500
    settle_lease(case.lease, actor=SYSTEM, now=NOW)
    settle_lease(case.lease, actor=SYSTEM, now=NOW)
    assert case.yen(AccountKind.LEASE, case.lease.pk) == case.yen(AccountKind.RESERVE) == 0
    assert case.yen(AccountKind.BUDGET) == before - (500 if cap == CapKind.REDEMPTION else 0)
    assert audit_ledger() == []


def test_an_upload_comes_twice_and_pays_once() -> None:
    case = Offline()
    entries = [case.entry(number, make_wallet(case.campaign)) for number in (1, 2)]
    first = case.upload(*entries)
    assert case.upload(*entries) == first
    assert case.yen(AccountKind.SHOP, case.shop.pk) == 1_000
    with pytest.raises(OfflineChanged):
        case.upload(case.entry(1, make_wallet(case.campaign)))


def test_an_upload_out_of_order_is_told_where_to_go_on() -> None:
    case = Offline()
    with pytest.raises(OfflineGap) as caught:
        case.upload(case.entry(2, make_wallet(case.campaign)))
    assert caught.value.extra == {"next_number": 1}
    assert case.yen(AccountKind.SHOP, case.shop.pk) == 0


def test_what_was_spent_elsewhere_meanwhile_is_paid_by_the_reserve_and_the_wallet_blocked() -> None:
    case = Offline()
    wallet = make_wallet(case.campaign, yen=500)
    other, _till, lease = case.another_shop()
    case.upload(case.entry(1, wallet))
    (double,) = case.upload(case.entry(1, wallet), lease=lease)
    assert (double.outcome, case.yen(AccountKind.SHOP, other.pk)) == ("double", 500)
    assert case.yen(AccountKind.RESERVE) == 9_500
    with pytest.raises(WalletNotAccepted):
        redeem(make_sale(wallet, case.shop))
    for one in (case.lease, lease):
        settle_lease(one, actor=SYSTEM, now=NOW)
    assert case.yen(AccountKind.RESERVE) == 0
    assert case.yen(AccountKind.BUDGET) == 999_000
    assert audit_ledger() == []


def test_one_code_shown_to_two_shops_is_a_double() -> None:
    case = Offline()
    wallet = make_wallet(case.campaign)
    _other, _till, lease = case.another_shop()
    entry = case.entry(1, wallet)
    assert case.upload(entry)[0].outcome == "posted"
    assert case.upload(entry, lease=lease)[0].outcome == "double"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"coupon_yen": 0}, "amount-not-offered"),
        ({"coupon_yen": 3_001}, "amount-not-offered"),
        ({"coupon_yen": 5_001, "bill_yen": 9_000}, "lease-exceeded"),
        ({"wallet_code": "CP1:FORGED"}, "coupon-code-unreadable"),
    ],
)
def test_what_the_shop_could_have_seen_is_refused(change: dict[str, Any], code: str) -> None:
    case = Offline()
    (sale,) = case.upload(case.entry(1, make_wallet(case.campaign), **change))
    assert (sale.outcome, sale.code) == ("refused", code)
    assert case.yen(AccountKind.SHOP, case.shop.pk) == 0


def test_a_second_coupon_of_the_day_on_this_device_is_what_the_shop_could_have_seen() -> None:
    case = Offline(uses_per_shop_and_day=1)
    wallet, other = make_wallet(case.campaign), make_wallet(case.campaign)
    first, others, second = case.upload(
        case.entry(1, wallet), case.entry(2, other), case.entry(3, wallet)
    )
    assert (first.outcome, others.outcome) == ("posted", "posted")
    assert (second.outcome, second.code) == ("refused", "daily-limit")
    assert case.yen(AccountKind.SHOP, case.shop.pk) == 1_000


def test_a_use_over_the_network_that_the_device_could_not_see_costs_the_shop_nothing() -> None:
    case = Offline(uses_per_shop_and_day=1)
    wallet = make_wallet(case.campaign)
    redeem(make_sale(wallet, case.shop))
    (sale,) = case.upload(case.entry(1, wallet))
    assert (sale.outcome, sale.code) == ("posted", "")
    assert case.yen(AccountKind.SHOP, case.shop.pk) == 1_000
    wallet.refresh_from_db()
    assert wallet.state == WalletState.ACTIVE
    assert audit_ledger() == []


def test_the_sum_of_a_lease_is_never_passed() -> None:
    case = Offline()
    codes = [
        case.upload(case.entry(number, make_wallet(case.campaign), coupon_yen=2_000))[0].code
        for number in (1, 2, 3)
    ]
    assert codes == ["", "", "lease-exceeded"]


def test_sales_before_a_revocation_count_and_those_after_do_not() -> None:
    case = Offline()
    before = case.entry(1, make_wallet(case.campaign))
    case.till.revoked_at = datetime.now(UTC) + timedelta(seconds=30)
    case.till.save()
    late = wallet_code(make_wallet(case.campaign), now=datetime.now(UTC) + timedelta(minutes=5))
    after = case.entry(2, make_wallet(case.campaign), wallet_code=late)
    told = case.upload(before, after)
    assert [one.outcome for one in told] == ["posted", "refused"]
    assert told[1].code == "device-not-accepted"


def test_codes_from_before_the_lease_are_not_its_sales() -> None:
    case = Offline()
    old = wallet_code(make_wallet(case.campaign), now=datetime.now(UTC) - timedelta(hours=2))
    (sale,) = case.upload(case.entry(1, make_wallet(case.campaign), wallet_code=old))
    assert sale.code == "outside-the-lease"


def test_what_nobody_brings_home_goes_back_after_a_week_and_is_over_then() -> None:
    case = Offline()
    with database_at(datetime.now(UTC) + timedelta(days=3)):
        assert settle_old_leases(case.campaign, actor=SYSTEM, now=NOW) == 0
    with database_at(datetime.now(UTC) + timedelta(days=8)):
        assert settle_old_leases(case.campaign, actor=SYSTEM, now=NOW) == 1
    with pytest.raises(LeaseOver):
        case.upload(case.entry(1, make_wallet(case.campaign)))
    assert case.yen(AccountKind.BUDGET) == 1_000_000


@pytest.mark.parametrize("cap", CapKind.values)
def test_a_sale_of_the_last_day_is_none_that_was_spent_twice_when_it_comes_home_later(
    cap: str,
) -> None:
    case = Offline(cap=cap)
    wallet = make_wallet(case.campaign, valid_until=today())
    sold = case.entry(1, wallet)
    with database_at(datetime.now(UTC) + timedelta(days=2)):
        expire(case.campaign)
        assert [one.outcome for one in case.upload(sold)] == ["posted"]
        settle_lease(case.lease, actor=SYSTEM, now=NOW)
        expire(case.campaign)
    wallet.refresh_from_db()
    assert (wallet.state, wallet.remaining_yen) == (WalletState.EXPIRED, 0)
    assert case.yen(AccountKind.SHOP, case.shop.pk) == 500
    assert audit_ledger() == []


def test_a_sale_that_comes_home_after_midnight_is_a_use_of_the_day_of_the_sale() -> None:
    """The day is the signed second's: a clerk's late evening, brought home the next morning."""
    evening = datetime(2026, 6, 10, 14, 30, tzinfo=UTC)  # 23:30 in Japan
    with database_at(evening - timedelta(hours=1)):
        case = Offline(
            uses_per_shop_and_day=1, uses_per_day=1,
            starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 30),
        )  # fmt: skip
    wallet = make_wallet(case.campaign)
    sold = case.entry(1, wallet, wallet_code=wallet_code(wallet, now=evening))
    with database_at(evening + timedelta(hours=9)):
        (sale,) = case.upload(sold)
        assert set(DailyUse.objects.values_list("day", "uses")) == {(date(2026, 6, 10), 1)}
        assert list(uses_of_day(case.shop, date(2026, 6, 10))) == [sale.redemption]
        assert list(uses_of_day(case.shop, date(2026, 6, 11))) == []
        assert spent_json(redemptions_with_reversals().get())["at"] == evening
        redeem(make_sale(wallet, case.shop))  # the new day's own use is free
        assert [one.coupon_yen for one in uses_of_day(case.shop, date(2026, 6, 11))] == [500]
    assert audit_ledger() == []


def test_what_came_home_after_midnight_is_taken_back_from_the_day_of_the_sale() -> None:
    evening = datetime(2026, 6, 10, 14, 30, tzinfo=UTC)
    with database_at(evening - timedelta(hours=1)):
        case = Offline(
            uses_per_shop_and_day=1, starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 30)
        )
    wallet = make_wallet(case.campaign)
    sold = case.entry(1, wallet, wallet_code=wallet_code(wallet, now=evening))
    with database_at(evening + timedelta(hours=9)):
        (late,) = case.upload(sold)
        sale = late.redemption
        assert sale is not None
        redeem(make_sale(wallet, case.shop))
        with pytest.raises(DayIsOver):  # used yesterday: two of the city's staff decide
            reverse_by_shop(
                sale.pk, shop_id=case.shop.pk, by=case.till.pk, reason="shop",
                actor=SYSTEM, now=NOW,
            )  # fmt: skip
        first, second = make_officer(Role.CAMPAIGN_CLERK), make_officer(Role.CAMPAIGN_APPROVER)
        asked = ask_for_reversal(sale, reason="会計ちがい", actor=staff(first), now=NOW)
        decide_reversal(asked, actor=staff(second), now=NOW)
    assert dict(DailyUse.objects.values_list("day", "uses")) == {
        date(2026, 6, 10): 0,
        date(2026, 6, 11): 1,
    }
    assert audit_ledger() == []


def next_lease(case: Offline) -> Lease:
    return issue_lease(case.campaign, shop=case.shop, device=case.till, actor=SYSTEM, now=NOW)


def test_the_sales_of_a_lease_that_is_over_come_home_after_the_next_one_is_taken() -> None:
    case = Offline()
    first, second = (case.entry(number, make_wallet(case.campaign)) for number in (1, 2))
    case.upload(first)
    with database_at(datetime.now(UTC) + timedelta(hours=13)):
        new = next_lease(case)
        assert new != case.lease
        # 4,500 yen of the first may still come: the two together are never more than the limit.
        assert new.amount_yen == 500
        assert [one.outcome for one in case.upload(second)] == ["posted"]
        assert case.upload(second) == case.upload(second)
        settle_lease(case.lease, actor=SYSTEM, now=NOW)
        settle_lease(new, actor=SYSTEM, now=NOW)
        assert next_lease(case).amount_yen == 5_000
    assert case.yen(AccountKind.SHOP, case.shop.pk) == 1_000
    assert audit_ledger() == []


def test_a_device_that_brought_nothing_home_takes_no_second_lease_until_the_grace_is_over() -> None:
    case = Offline()
    with database_at(datetime.now(UTC) + timedelta(hours=13)):
        with pytest.raises(LateSalesFirst):
            next_lease(case)
        assert Lease.objects.get().state == "open"  # refused: nothing changed
        assert case.yen(AccountKind.RESERVE) == 5_000
    with database_at(datetime.now(UTC) + timedelta(days=8)):
        assert next_lease(case).amount_yen == 5_000
    with pytest.raises(LeaseOver):
        case.upload(case.entry(1, make_wallet(case.campaign)))


def test_however_many_leases_a_device_takes_what_is_out_is_never_more_than_the_limit() -> None:
    case = Offline()
    at = datetime.now(UTC)
    for sold, amount in ((3_000, 5_000), (2_000, 3_000), (1_000, 2_000)):
        lease = Lease.objects.get(state="open")
        assert lease.amount_yen == amount
        wallet = make_wallet(case.campaign)
        sale = case.entry(
            1, wallet, wallet_code=wallet_code(wallet, now=at), bill_yen=9_000, coupon_yen=sold
        )
        with database_at(at):
            assert [one.outcome for one in case.upload(sale, lease=lease)] == ["posted"]
        at += timedelta(hours=13)
        with database_at(at):
            next_lease(case)
        held = Lease.objects.exclude(state="settled")
        assert sum(one.amount_yen - sold_yen(one) for one in held) <= 5_000
    with database_at(at + timedelta(days=8)):
        settle_old_leases(case.campaign, actor=SYSTEM, now=NOW)
        assert case.yen(AccountKind.RESERVE) == 0
    assert audit_ledger() == []
