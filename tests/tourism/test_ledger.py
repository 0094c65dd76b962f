"""The ledger: balanced, append-only, once for a key; and the audit that finds what breaks it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from core.audit import SYSTEM
from tests.database_clock import database_at
from tests.tourism.money_factories import (
    NOW,
    make_money_campaign,
    make_money_shop,
    make_sale,
    make_wallet,
    yen_in,
)
from tourism import ledger
from tourism.claims import expire_wallet
from tourism.expiry import expire
from tourism.ledger import Move
from tourism.ledger_audit import INVARIANTS, audit_ledger, draw_sample, yen_by_invariant
from tourism.models import (
    AccountKind,
    Balance,
    CapKind,
    Redemption,
    Txn,
    TxnKind,
    Wallet,
    WalletState,
)
from tourism.money_flow import money_flow
from tourism.redemption import redeem
from tourism.refusals import BudgetExhausted
from tourism.reversals import (
    AlreadyReversed,
    DayIsOver,
    SecondPersonNeeded,
    ask_for_reversal,
    decide_reversal,
    reverse_by_shop,
)
from web.money_picture import draw

pytestmark = pytest.mark.django_db
MONEY_TABLES = {
    "tourism_account": "kind", "tourism_txn": "kind", "tourism_posting": "amount_yen",
    "tourism_redemption": "way", "tourism_reversal": "reason",
}  # fmt: skip


def spent_campaign(**override: Any) -> tuple[Any, Any, Any, Any]:
    campaign = make_money_campaign(**override)
    shop, wallet = make_money_shop(), make_wallet(campaign)
    receipt = redeem(make_sale(wallet, shop, coupon_yen=500))
    return campaign, shop, wallet, receipt


def refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return "append-only table" in str(error)
    return False


@pytest.mark.parametrize("table", MONEY_TABLES)
def test_money_tables_refuse_all_four_ways_of_change(table: str) -> None:
    campaign, shop, _wallet, receipt = spent_campaign()
    reverse_by_shop(
        receipt.redemption_id, shop_id=shop.pk, by=shop.pk, reason="x", actor=SYSTEM, now=NOW
    )
    column = MONEY_TABLES[table]
    assert refused(f"UPDATE {table} SET {column} = {column}")
    assert refused(f"DELETE FROM {table}")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # else pending checks of this test would refuse it
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert refused(f"TRUNCATE {table} CASCADE")
    else:
        assert refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    assert campaign.accounts.exists()


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite replaces rows")
def test_replacing_a_redemption_by_its_key_under_another_id_is_refused() -> None:
    spent_campaign()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM tourism_redemption")
        names = [one[0] for one in cursor.description]
    chosen = ", ".join("'00000000000070008000000000000000'" if name == "txn_id" else name
                       for name in names)  # fmt: skip
    assert refused(
        f"INSERT OR REPLACE INTO tourism_redemption ({', '.join(names)})"
        f" SELECT {chosen} FROM tourism_redemption"
    )


def test_a_transaction_must_balance_and_move_something() -> None:
    campaign = make_money_campaign()
    budget = ledger.account_of(campaign.pk, AccountKind.BUDGET)
    funding = ledger.account_of(campaign.pk, AccountKind.FUNDING)
    for moves in (
        [Move(account=budget, yen=5)],
        [Move(account=budget, yen=5), Move(account=budget, yen=-5)],
        [Move(account=budget, yen=5), Move(account=funding, yen=-4)],
    ):
        with pytest.raises(ValueError, match="sums to zero"):
            ledger.post(TxnKind.CLOSE, None, moves, campaign_id=campaign.pk)


def test_a_key_moves_money_once_and_never_names_another_move() -> None:
    campaign, shop = make_money_campaign(), make_money_shop()
    first = ledger.payout(campaign.pk, shop.pk, 300, key="line-1")
    assert ledger.payout(campaign.pk, shop.pk, 300, key="line-1") == first
    assert ledger.shop_payable(campaign.pk, shop.pk) == -300
    with pytest.raises(ledger.KeyNamesAnotherMove):
        ledger.payout(campaign.pk, shop.pk, 301, key="line-1")
    ledger.return_payout(campaign.pk, shop.pk, 300, key="line-1")
    assert yen_in(campaign, AccountKind.BANK_OUT) == ledger.shop_payable(campaign.pk, shop.pk) == 0


def test_opening_twice_funds_once() -> None:
    campaign = make_money_campaign(budget_yen=70_000)
    ledger.open_campaign_account(campaign, actor=SYSTEM, now=NOW)
    assert yen_in(campaign, AccountKind.BUDGET) == -yen_in(campaign, AccountKind.FUNDING) == 70_000


def test_a_balance_below_its_floor_undoes_the_whole_transaction() -> None:
    campaign = make_money_campaign(budget_yen=100)
    budget = ledger.account_of(campaign.pk, AccountKind.BUDGET)
    expired = ledger.account_of(campaign.pk, AccountKind.EXPIRED)
    before = Txn.objects.count()
    with pytest.raises(BudgetExhausted):
        ledger.post(
            TxnKind.CLOSE, None, [Move(account=budget, yen=-101), Move(account=expired, yen=101)],
            campaign_id=campaign.pk,
        )  # fmt: skip
    assert (Txn.objects.count(), yen_in(campaign, AccountKind.BUDGET)) == (before, 100)


def test_expiry_run_twice_moves_once_and_closing_gives_all_back() -> None:
    campaign, _shop, wallet, _receipt = spent_campaign(cap=CapKind.ISSUE, budget_yen=50_000)
    Wallet.objects.filter(pk=wallet.pk).update(valid_until=datetime.now(UTC).date())
    with pytest.raises(ValueError, match="still in wallets"):
        ledger.close_campaign(campaign, actor=SYSTEM, now=NOW)
    with database_at(datetime.now(UTC) + timedelta(days=2)):
        assert (expire(campaign).yen, expire(campaign).yen) == (9_500, 0)
    ledger.close_campaign(campaign, actor=SYSTEM, now=NOW)
    assert yen_in(campaign, AccountKind.FUNDING) == -500
    assert ledger.close_campaign(campaign, actor=SYSTEM, now=NOW) == []
    wallet.refresh_from_db()
    assert (wallet.state, wallet.remaining_yen) == (WalletState.EXPIRED, 0)
    assert audit_ledger() == []


# -- reversals ------------------------------------------------------------------------------------


def test_a_reversal_gives_value_and_the_day_s_count_back() -> None:
    campaign, shop, wallet, receipt = spent_campaign(uses_per_shop_and_day=1)
    reversal = reverse_by_shop(
        receipt.redemption_id, shop_id=shop.pk, by=shop.pk, reason="x", actor=SYSTEM, now=NOW
    )
    assert reversal.redemption_id == receipt.redemption_id
    assert yen_in(campaign, AccountKind.BUDGET) == 1_000_000
    assert redeem(make_sale(wallet, shop, coupon_yen=700)).left_yen == 9_300
    with pytest.raises(AlreadyReversed):
        reverse_by_shop(
            receipt.redemption_id, shop_id=shop.pk, by=wallet.pk, reason="x", actor=SYSTEM, now=NOW
        )
    assert audit_ledger() == []


def test_a_shop_reverses_until_midnight_in_japan_and_two_officers_later() -> None:
    campaign, shop, _wallet, receipt = spent_campaign()
    with database_at(datetime.now(UTC) + timedelta(days=1)), pytest.raises(DayIsOver):
        reverse_by_shop(
            receipt.redemption_id, shop_id=shop.pk, by=shop.pk, reason="x", actor=SYSTEM, now=NOW
        )
    first, second = (
        type(SYSTEM)(kind=SYSTEM.kind, user_id=user) for user in (shop.pk, campaign.pk)
    )
    redemption = Redemption.objects.get(pk=receipt.redemption_id)
    asked = ask_for_reversal(redemption, reason="wrong bill", actor=first, now=NOW)
    with pytest.raises(SecondPersonNeeded):
        decide_reversal(asked, actor=first, now=NOW)
    assert decide_reversal(asked, actor=second, now=NOW).asked_by == shop.pk
    assert ledger.shop_payable(campaign.pk, shop.pk) == 0


def test_value_that_expired_meanwhile_comes_back_as_expired() -> None:
    campaign, shop, wallet, receipt = spent_campaign(cap=CapKind.ISSUE)
    wallet.refresh_from_db()
    with transaction.atomic():
        expire_wallet(wallet)
    reverse_by_shop(
        receipt.redemption_id, shop_id=shop.pk, by=shop.pk, reason="x", actor=SYSTEM, now=NOW
    )
    wallet.refresh_from_db()
    assert (wallet.remaining_yen, yen_in(campaign, AccountKind.EXPIRED)) == (0, 10_000)
    assert audit_ledger() == []


def test_a_reversal_after_the_payout_leaves_a_debt_of_the_shop() -> None:
    campaign, shop, _wallet, receipt = spent_campaign()
    ledger.payout(campaign.pk, shop.pk, 500, key="l")
    reverse_by_shop(
        receipt.redemption_id, shop_id=shop.pk, by=shop.pk, reason="x", actor=SYSTEM, now=NOW
    )
    assert ledger.shop_payable(campaign.pk, shop.pk) == -500
    assert audit_ledger() == []


# -- the audit ------------------------------------------------------------------------------------


def unguarded(statement: str) -> None:
    """Change a row as somebody could who may drop triggers: what the audit is for."""
    if connection.vendor == "postgresql":
        guarded, row = (
            "SET session_replication_role = replica",
            "SET session_replication_role = origin",
        )
        with connection.cursor() as cursor:
            for one in (guarded, statement, row):
                cursor.execute(one)
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute(statement)
        cursor.execute("PRAGMA ignore_check_constraints = OFF")


DAMAGE: dict[str, Callable[[], str]] = {
    "no_lost_yen": lambda: "DELETE FROM tourism_posting WHERE amount_yen = 500",
    "no_doubled_yen": lambda: "UPDATE tourism_wallet SET remaining_yen = remaining_yen + 500",
    "no_unfunded_yen": lambda: (
        "UPDATE tourism_balance SET value_yen = value_yen + 1 WHERE kind = 'shop'"
    ),
    "no_homeless_yen": lambda: (
        "UPDATE tourism_posting SET amount_yen = amount_yen + 1 WHERE amount_yen = -500"
    ),
}


@pytest.mark.parametrize("invariant", INVARIANTS)
def test_the_audit_finds_each_kind_of_damage_by_name(invariant: str, capsys: Any) -> None:
    spent_campaign(cap=CapKind.ISSUE)
    assert audit_ledger() == []
    call_command("ledger_audit")
    unguarded(DAMAGE[invariant]())
    broken = audit_ledger()
    assert invariant in {one.invariant for one in broken}
    assert yen_by_invariant(broken)[invariant] > 0
    with pytest.raises(CommandError) as ended:
        call_command("ledger_audit")
    assert ended.value.returncode == 1
    assert f"{invariant}: broken" in capsys.readouterr().out


def test_a_sample_is_drawn_again_by_its_seed() -> None:
    campaign, shop = make_money_campaign(), make_money_shop()
    for _ in range(30):
        redeem(make_sale(make_wallet(campaign), shop))
    first = [one.pk for one in draw_sample(campaign.pk, seed="a")]
    assert (len(first), first) == (20, [one.pk for one in draw_sample(campaign.pk, seed="a")])
    assert first != [one.pk for one in draw_sample(campaign.pk, seed="b")]


@pytest.mark.parametrize("cap", CapKind.values)
def test_heading_picture_and_table_agree_to_the_yen(cap: str) -> None:
    campaign, shop, _wallet, _receipt = spent_campaign(cap=cap)
    ledger.payout(campaign.pk, shop.pk, 200, key="l")
    flow = money_flow(campaign)
    assert (flow.agrees, flow.put_in_yen, flow.spent_yen, flow.paid_yen) == (
        True, 1_000_000, 500, 200,
    )  # fmt: skip
    told = [word.yen for word in draw(flow).words]
    assert {1_000_000, 500, 300, 200} <= set(told)
    assert Balance.objects.filter(value_yen__lt=0).exclude(kind="funding").count() == 0
