"""Money under real concurrency on PostgreSQL, beside a control that must double-spend."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from core.audit import SYSTEM
from core.idempotency import KeyReused
from core.refusals import Refusal
from tests.tourism.money_factories import (
    NOW,
    make_money_campaign,
    make_money_shop,
    make_sale,
    make_wallet,
    yen_in,
)
from tourism import ledger
from tourism.ledger_audit import audit_ledger
from tourism.models import AccountKind, CapKind, PendingSale, Redemption, Wallet
from tourism.pending_sales import cancel_sale, confirm_sale
from tourism.redemption import redeem
from tourism.refusals import BudgetExhausted, DailyLimit, Insufficient
from tourism.reversals import reverse_by_shop
from tourism.spending import postgres

CALLERS = 32
# SQLite has one writer; what holds there stands in `test_money_on_sqlite.py`.
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.postgres,
]


@pytest.fixture(autouse=True)
def own_connections() -> Iterator[None]:
    yield
    postgres.close_all()


def all_at_once(work: Callable[[int], Any], *, callers: int = CALLERS) -> list[Any]:
    """Run ``work`` in so many threads from one signal; return results, refusals included."""
    start, results = threading.Barrier(callers), [None] * callers

    def run(number: int) -> None:
        start.wait()
        try:
            results[number] = work(number)
        except Refusal as refusal:
            results[number] = refusal  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(callers)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return results


def won(results: list[Any]) -> list[Any]:
    return [one for one in results if not isinstance(one, Refusal)]


def lost(results: list[Any]) -> set[type[Any]]:
    return {type(one) for one in results if isinstance(one, Refusal)}


def test_a_poster_sale_is_confirmed_or_stopped_and_never_both() -> None:
    """Eight shop's devices press while eight taps stop it: the pages and the ledger agree."""
    campaign, shop = make_money_campaign(), make_money_shop()
    redeem(make_sale(make_wallet(campaign), shop))  # the shop's account stands from here on
    before, ends = yen_in(campaign, AccountKind.SHOP, shop.pk), set()
    for _round in range(12):
        asked = PendingSale.objects.create(
            wallet=make_wallet(campaign), shop=shop, number=100, bill_yen=3_000, coupon_yen=500,
            asked_at=NOW, expires_at=datetime(2099, 1, 1, tzinfo=UTC),
        )  # fmt: skip

        def press(number: int, asked_id: Any = asked.pk) -> str:
            mine = PendingSale.objects.select_related("wallet", "redemption").get(pk=asked_id)
            if number % 2:
                cancel_sale(mine)
                return "stopped"
            confirm_sale(mine, device_row=None)
            return "confirmed"

        told = set(won(all_at_once(press, callers=16)))
        asked.refresh_from_db()
        assert told <= {"stopped", "confirmed"}
        assert len(told) == 1  # each side hears one and the same
        spent = Redemption.objects.filter(device_id=asked.pk).count()
        assert (asked.state, spent) in {("confirmed", 1), ("cancelled", 0)}
        before += 500 * spent
        ends.add(asked.state)
        assert yen_in(campaign, AccountKind.SHOP, shop.pk) == before
    assert ends
    assert audit_ledger() == []


def test_the_control_double_spends() -> None:
    """Read, check, write: what every coupon engine did that lost money."""
    campaign = make_money_campaign(cap=CapKind.ISSUE)
    wallet = make_wallet(campaign, yen=500)
    callers = 8
    together = threading.Barrier(callers, timeout=30)

    def naive(_number: int) -> int:
        with transaction.atomic():
            row = Wallet.objects.get(pk=wallet.pk)
            together.wait()
            if row.remaining_yen < 500:
                raise Insufficient
            row.remaining_yen -= 500
            row.save()
        return 500

    assert len(won(all_at_once(naive, callers=callers))) > 1


@pytest.mark.parametrize("cap", CapKind.values)
def test_a_wallet_s_last_coupon_is_spent_once(cap: str) -> None:
    campaign, shop = make_money_campaign(cap=cap), make_money_shop()
    wallet = make_wallet(campaign, yen=500)
    results = all_at_once(lambda number: redeem(make_sale(wallet, shop, key=f"k{number}")))
    assert (len(won(results)), lost(results)) == (1, {Insufficient})
    assert audit_ledger() == []


@pytest.mark.parametrize("cap", CapKind.values)
def test_the_same_key_32_times_is_one_redemption_and_one_answer(cap: str) -> None:
    campaign, shop = make_money_campaign(cap=cap), make_money_shop()
    sale = make_sale(make_wallet(campaign), shop, key="same")
    results = all_at_once(lambda _number: redeem(sale))
    assert len(set(results)) == Redemption.objects.count() == 1
    assert audit_ledger() == []


def test_the_same_key_with_two_bodies_is_refused_for_one_of_them() -> None:
    campaign, shop = make_money_campaign(), make_money_shop()
    wallet = make_wallet(campaign)
    results = all_at_once(
        lambda number: redeem(make_sale(wallet, shop, key="same", coupon_yen=500 + number % 2))
    )
    assert (len(set(won(results))), lost(results)) == (1, {KeyReused})
    assert Redemption.objects.count() == 1


def test_a_budget_for_exactly_ten_is_spent_by_exactly_ten() -> None:
    campaign, shop = make_money_campaign(budget_yen=5_000), make_money_shop()
    wallets = [make_wallet(campaign) for _ in range(CALLERS)]
    results = all_at_once(lambda number: redeem(make_sale(wallets[number], shop)))
    assert (len(won(results)), lost(results)) == (10, {BudgetExhausted})
    assert yen_in(campaign, AccountKind.BUDGET) == 0
    assert audit_ledger() == []


def test_a_shop_and_day_s_limit_holds_at_once() -> None:
    campaign, shop = make_money_campaign(uses_per_shop_and_day=2), make_money_shop()
    wallet = make_wallet(campaign)
    results = all_at_once(lambda number: redeem(make_sale(wallet, shop, key=f"k{number}")))
    assert (len(won(results)), lost(results)) == (2, {DailyLimit})
    assert audit_ledger() == []


def test_a_redemption_is_reversed_once() -> None:
    campaign, shop = make_money_campaign(), make_money_shop()
    wallet = make_wallet(campaign)
    receipt = redeem(make_sale(wallet, shop))

    def reverse(number: int) -> Any:
        by = wallet.pk if number % 2 else shop.pk
        return reverse_by_shop(
            receipt.redemption_id, shop_id=shop.pk, by=by, reason="x", actor=SYSTEM, now=NOW
        )

    results = all_at_once(reverse)
    assert len({one.txn_id for one in won(results)}) == 1
    assert yen_in(campaign, AccountKind.BUDGET) == 1_000_000
    assert audit_ledger() == []


def test_batches_and_payouts_over_the_same_rows_do_not_lock_each_other_out() -> None:
    """Wallets, shops and the budget in every order; no deadlock is left to the callers."""
    campaign = make_money_campaign(budget_yen=10_000_000)
    shops = [make_money_shop() for _ in range(4)]
    wallets = [make_wallet(campaign) for _ in range(8)]

    def work(number: int) -> int:
        for turn in range(8):
            shop = shops[(number + turn) % 4]
            if number % 8 == 7:
                ledger.payout(campaign.pk, shop.pk, 10, key=f"{number}-{turn}")
            else:
                with contextlib.suppress(Refusal):
                    redeem(make_sale(wallets[(number * turn) % 8], shop, coupon_yen=1))
        return 1

    assert len(won(all_at_once(work, callers=16))) == 16
    assert audit_ledger() == []
