"""Refunds of bought sets: sixty days' notice, what comes back, two persons, every yen."""

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from core import privacy
from core.audit import SYSTEM
from core.models import Notice
from jp.clock import JST, start_of_day
from tests.tourism.campaign_factories import (
    actor_of,
    make_bank,
    make_officer,
    make_plan,
    make_reviewed,
    make_shop,
)
from tests.tourism.clock import SetClock, set_clock
from tests.tourism.money_factories import make_sale, make_tourist, yen_in
from tests.tourism.zengin_parser import read_transfers
from tourism.campaign_life import (
    StillOwed,
    close,
    move_due_campaigns,
    schedule_campaign,
    start_settling,
)
from tourism.campaign_plan import FundingPlan, SetPlan
from tourism.claims import Asking, sell_set
from tourism.closing_statement import closing_facts, closing_pdf
from tourism.expiry import expire
from tourism.funding_reports import funding_report
from tourism.ledger_audit import audit_ledger
from tourism.models import (
    AccountKind,
    Campaign,
    PaperSheet,
    Refund,
    RefundClaim,
    RefundShare,
    Wallet,
)
from tourism.paper import expire_paper, hand_over
from tourism.paper_sheets import print_sheets
from tourism.payouts import approve_batch, confirm_paid, send_batch
from tourism.prepaid_law import Standing
from tourism.redemption import redeem
from tourism.refund_papers import refund_bank_file, refund_csv
from tourism.refund_rounds import (
    NobodyAsked,
    NoOpenRound,
    confirm_round,
    fix_round,
)
from tourism.refund_rules import (
    PeriodTooShort,
    WholeBalanceOwed,
    check_period,
    check_share,
    refund_yen,
)
from tourism.refunds import (
    ClaimedBefore,
    NothingToRefund,
    NothingUnused,
    NotInPeriod,
    PeriodNotOver,
    PeriodOver,
    RefundNeedsSecondPerson,
    RefundStateWrong,
    RoundIsOpen,
    announce_refund,
    claim_refund,
    confirm_refunds,
    fix_list,
    prepare_refund,
    unused_by_wallet,
    withdraw_refund,
)
from tourism.reversals import ask_for_reversal, decide_reversal
from tourism.settlement import freeze_batch

__all__ = ["set_clock"]
NOON = datetime(2026, 12, 4, 12, 0, tzinfo=JST)
OVER = datetime(2027, 2, 1, 9, 0, tzinfo=JST)  # the campaign ends on 31 January
UNTIL = date(2027, 4, 5)
LATE = start_of_day(UNTIL + timedelta(days=1)) + timedelta(hours=9)
YEN = st.integers(0, 20_000)


def make_sale_campaign(**override: Any) -> Campaign:
    """Sets for 10,000 yen worth 12,000, on phones and paper, sold out of a budget of 20,000."""
    good: dict[str, Any] = {
        "cap": "issue", "claim_by": "sale", "tiers": (), "unit_yen": 500, "budget_yen": 20_000,
        "per_person_yen": 12_000, "rate_basis_points": None, "has_paper": True,
        "funding": (FundingPlan(name="国", amount_yen=15_000),
                    FundingPlan(name="市", amount_yen=5_000)),
        "sets": tuple(
            SetPlan(medium=medium, price_yen=10_000, value_yen=12_000, sets_total=5)
            for medium in ("digital", "paper")
        ),
    }  # fmt: skip
    return schedule_campaign(make_reviewed(make_plan(**(good | override))), actor=SYSTEM, now=NOON)


def buy(campaign: Campaign, *, spend: int = 0) -> Wallet:
    asking = Asking(person=make_tourist(), actor=SYSTEM, now=NOON)
    wallet = sell_set(campaign.sets.get(medium="digital"), asking, key=str(asking.person.pk))
    if spend:
        redeem(make_sale(wallet, make_shop(), bill_yen=spend, coupon_yen=spend))
    return wallet


def buy_paper(campaign: Campaign) -> PaperSheet:
    officer = make_officer()
    (sheet,) = print_sheets(campaign, count=1, printed_by=officer, actor=SYSTEM, now=NOON)
    return hand_over(sheet, handed_by=officer, actor=SYSTEM, now=NOON)


def end(campaign: Campaign) -> Campaign:
    move_due_campaigns(actor=SYSTEM, now=OVER)
    expire(campaign)
    expire_paper(campaign)
    return Campaign.objects.get(pk=campaign.pk)


def prepare(campaign: Campaign, **override: Any) -> Refund:
    good: dict[str, Any] = {
        "share": RefundShare.PAID, "claims_until": UNTIL, "contact": "商工課 0267-62-3265",
        "made_by": make_officer(), "actor": SYSTEM, "now": OVER,
    }  # fmt: skip
    return prepare_refund(campaign, **(good | override))


def announce(refund: Refund, **override: Any) -> Refund:
    good: dict[str, Any] = {"announced_by": make_officer(), "actor": SYSTEM, "now": OVER}
    return announce_refund(refund, **(good | override))


def ask(wallet_id: Any, *, in_cash: bool = False) -> RefundClaim:
    wallet = Wallet.objects.select_related("campaign").get(pk=wallet_id)
    return claim_refund(
        wallet, bank=None if in_cash else make_bank(), claimed_by=make_officer().pk, actor=SYSTEM,
        now=OVER,
    )  # fmt: skip


# -- the rule ------------------------------------------------------------------------------------


@given(price=YEN, more=YEN, used=YEN)
def test_a_refund_is_never_more_than_was_paid_nor_than_was_left(
    price: int, more: int, used: int
) -> None:
    value = price + more + 1
    unused = value - min(used, value)
    paid = refund_yen(unused, price_yen=price, value_yen=value, share=RefundShare.PAID)
    whole = refund_yen(unused, price_yen=price, value_yen=value, share=RefundShare.WHOLE)
    assert 0 <= paid <= min(price, unused)
    assert paid <= whole or price == 0
    assert paid * value >= unused * price  # a part of a yen is the holder's
    assert whole == (unused if price else 0)


def test_the_notice_runs_for_sixty_days_not_counting_its_own() -> None:
    day = date(2027, 2, 1)
    check_period(announced_on=day, claims_until=day + timedelta(days=60))
    with pytest.raises(PeriodTooShort):
        check_period(announced_on=day, claims_until=day + timedelta(days=59))


def test_a_registered_issuer_gives_the_whole_balance_back() -> None:
    with pytest.raises(WholeBalanceOwed):
        check_share(RefundShare.PAID, Standing.REGISTERED)
    for standing in Standing:
        check_share(RefundShare.WHOLE, standing)


# -- the way -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_was_bought_and_not_used_comes_back_and_the_books_close_to_the_yen(
    set_clock: SetClock,
) -> None:
    set_clock(NOON)
    campaign = make_sale_campaign()
    half, sheet, silent = buy(campaign, spend=5_000), buy_paper(campaign), buy(campaign)
    set_clock(OVER)
    campaign = end(campaign)
    assert unused_by_wallet(campaign) == {half.pk: 7_000, sheet.pk: 12_000, silent.pk: 12_000}
    refund = announce(prepare(campaign))
    assert ask(half.pk).refund_yen == 5_834  # 7,000 x 10/12, rounded up for the holder
    assert ask(sheet.pk, in_cash=True).refund_yen == 10_000
    settle(campaign)
    with pytest.raises(StillOwed):
        close(campaign, actor=SYSTEM, now=OVER)
    set_clock(LATE)
    refund = fix_list(refund, listed_by=make_officer(), actor=SYSTEM, now=LATE)
    assert read_transfers(refund_bank_file(refund)).total_yen == 5_834
    rows = list(csv.DictReader(io.StringIO(refund_csv(refund).decode("utf-8-sig"))))
    assert [(row["払いもどす金額（円）"], row["払い方"]) for row in rows] == [
        ("5834", "振りこみ"), ("10000", "窓口で現金"),
    ]  # fmt: skip
    confirm_refunds(refund, paid_by=make_officer(), actor=SYSTEM, now=LATE)
    closed = close(campaign, actor=SYSTEM, now=LATE)
    report = funding_report(closed)
    assert (report.bought_yen, report.refunded_yen) == (30_000 - 15_834, 15_834)
    assert (report.forfeited_yen, report.spent_yen) == (14_166 - 5_000, 0)
    assert [share.still_open_yen for share in report.shares] == [0, 0]
    assert [share.given_back_yen for share in report.shares] == [15_000, 5_000]
    # 2,000 yen a set were the city's and the prefecture's; all three expired with them in.
    assert [share.expired_yen for share in report.shares] == [4_500, 1_500]
    assert yen_in(closed, AccountKind.EXPIRED) == 0
    assert audit_ledger() == []
    assert closing_pdf(closed, now=LATE).startswith(b"%PDF")
    facts = closing_facts(closed, now=LATE)
    assert facts["lines"][-1]["yen"] == ["20,000", "0", "20,000", "6,000", "0"]
    assert (facts["agrees"], facts["is_closed"], facts["refunded"]) == (True, True, "15,834")


@pytest.mark.django_db
def test_who_asked_early_is_paid_while_the_period_runs_and_never_a_second_time(
    set_clock: SetClock,
) -> None:
    set_clock(NOON)
    campaign = make_sale_campaign()
    early, sheet, later = buy(campaign), buy_paper(campaign), buy(campaign, spend=2_000)
    set_clock(OVER)
    campaign = end(campaign)
    refund = announce(prepare(campaign))
    office: dict[str, Any] = {"actor": SYSTEM, "now": OVER}
    with pytest.raises(NobodyAsked):
        fix_round(refund, listed_by=make_officer(), **office)
    for wallet in (early, sheet):
        ask(wallet.pk, in_cash=wallet is sheet)
    clerk, second = make_officer(), make_officer()
    fix_round(refund, listed_by=clerk, **office)
    ask(later.pk)  # claims go on, and wait for the next
    with pytest.raises(RoundIsOpen):
        fix_round(refund, listed_by=clerk, **office)
    with pytest.raises(RefundNeedsSecondPerson):
        confirm_round(refund, paid_by=clerk, **office)
    first = refund.rounds.get()
    file = refund_bank_file(refund, first)
    assert read_transfers(file).total_yen == 10_000
    confirm_round(refund, paid_by=second, **office)
    with pytest.raises(NoOpenRound):
        confirm_round(refund, paid_by=second, **office)
    assert yen_in(campaign, AccountKind.BUYER) == -30_000 + 20_000
    assert refund_bank_file(refund, first) == file  # the same bytes each time
    set_clock(LATE)
    refund = fix_list(refund, listed_by=clerk, actor=SYSTEM, now=LATE)
    assert read_transfers(refund_bank_file(refund)).total_yen == 8_334  # the later one alone
    confirm_refunds(refund, paid_by=second, actor=SYSTEM, now=LATE)
    assert yen_in(campaign, AccountKind.BUYER) == -30_000 + 28_334
    assert audit_ledger() == []


@pytest.mark.django_db
def test_an_open_round_is_paid_before_the_last_list(set_clock: SetClock) -> None:
    set_clock(NOON)
    campaign = make_sale_campaign()
    wallet = buy(campaign)
    set_clock(OVER)
    refund = announce(prepare(end(campaign)))
    ask(wallet.pk)
    fix_round(refund, listed_by=make_officer(), actor=SYSTEM, now=OVER)
    set_clock(LATE)
    with pytest.raises(RoundIsOpen):
        fix_list(refund, listed_by=make_officer(), actor=SYSTEM, now=LATE)
    confirm_round(refund, paid_by=make_officer(), actor=SYSTEM, now=LATE)
    with pytest.raises(PeriodOver):
        fix_round(refund, listed_by=make_officer(), actor=SYSTEM, now=LATE)
    refund = fix_list(refund, listed_by=make_officer(), actor=SYSTEM, now=LATE)
    confirm_refunds(refund, paid_by=make_officer(), actor=SYSTEM, now=LATE)
    assert yen_in(refund.campaign, AccountKind.BUYER) == 0
    assert audit_ledger() == []


def settle(campaign: Campaign) -> None:
    start_settling(campaign, actor=SYSTEM, now=OVER)
    batch = freeze_batch(
        campaign, cut_on=campaign.ends_on + timedelta(days=1), is_last=True,
        made_by=make_officer(), actor=SYSTEM, now=OVER,
    )  # fmt: skip
    for _person in range(2):
        batch = approve_batch(batch, approved_by=make_officer(), actor=SYSTEM, now=OVER)
    send_batch(batch, actor=SYSTEM, now=OVER)
    confirm_paid(batch, actor=SYSTEM, now=OVER + timedelta(days=14))


@pytest.mark.django_db
def test_a_sale_taken_back_after_the_end_is_unused_too(set_clock: SetClock) -> None:
    set_clock(NOON)
    campaign = make_sale_campaign()
    wallet = buy(campaign, spend=12_000)
    set_clock(OVER)
    campaign = end(campaign)
    assert unused_by_wallet(campaign) == {}
    first, second = make_officer(), make_officer()
    asked = ask_for_reversal(wallet.redemptions.get(), reason="x", actor=actor_of(first), now=OVER)
    decide_reversal(asked, actor=actor_of(second), now=OVER)
    assert unused_by_wallet(campaign) == {wallet.pk: 12_000}


@pytest.mark.django_db
def test_a_refund_begins_when_nothing_can_be_spent_any_more(set_clock: SetClock) -> None:
    set_clock(NOON)
    campaign = make_sale_campaign()
    buy(campaign)
    with pytest.raises(NothingToRefund):
        prepare(campaign)  # it runs
    set_clock(OVER)
    move_due_campaigns(actor=SYSTEM, now=OVER)
    with pytest.raises(NothingToRefund):
        prepare(campaign)  # the night has not moved the rests
    end(campaign)
    refund = prepare(campaign)
    with pytest.raises(RefundStateWrong):
        prepare(campaign)
    withdraw_refund(refund, actor=SYSTEM, now=OVER)
    prepare(campaign)


@pytest.mark.django_db
def test_notice_and_payment_take_two_persons_each(set_clock: SetClock) -> None:
    set_clock(NOON)
    campaign = make_sale_campaign()
    wallet, clerk = buy(campaign), make_officer()
    assert wallet.person is not None
    set_clock(OVER)
    refund = prepare(end(campaign), made_by=clerk)
    with pytest.raises(RefundNeedsSecondPerson):
        announce(refund, announced_by=clerk)
    with pytest.raises(NotInPeriod):
        ask(wallet.pk)
    announce(refund)
    assert Notice.objects.filter(person_id=wallet.person.pk, kind="coupon-refund").count() == 1
    with pytest.raises(PeriodNotOver):
        fix_list(refund, listed_by=clerk, actor=SYSTEM, now=OVER)
    set_clock(LATE)
    with pytest.raises(NotInPeriod):
        ask(wallet.pk)
    fix_list(refund, listed_by=clerk, actor=SYSTEM, now=LATE)
    with pytest.raises(RefundNeedsSecondPerson):
        confirm_refunds(refund, paid_by=clerk, actor=SYSTEM, now=LATE)


@pytest.mark.django_db
def test_each_holder_asks_once_and_only_for_their_own_rest(set_clock: SetClock) -> None:
    set_clock(NOON)
    campaign = make_sale_campaign()
    wallet, spent, blocked = buy(campaign), buy(campaign, spend=12_000), buy(campaign)
    Wallet.objects.filter(pk=blocked.pk).update(blocked_reason="ring")
    set_clock(OVER)
    announce(prepare(end(campaign)))
    ask(wallet.pk)
    with pytest.raises(ClaimedBefore):
        ask(wallet.pk)
    for other in (spent, blocked):
        with pytest.raises(NothingUnused):
            ask(other.pk)


@pytest.mark.django_db
def test_a_person_sees_their_claim_and_it_stays_until_it_is_paid(set_clock: SetClock) -> None:
    set_clock(NOON)
    campaign = make_sale_campaign()
    wallet = buy(campaign)
    assert wallet.person_id is not None
    set_clock(OVER)
    refund = announce(prepare(end(campaign)))
    ask(wallet.pk)
    holding = next(one for one in privacy.holdings() if one.name == "coupon-refunds")
    told: Any = holding.export(wallet.person_id)
    assert [one["refund_yen"] for one in told] == [10_000]
    assert holding.holds(wallet.person_id, OVER)
    set_clock(LATE)
    refund = fix_list(refund, listed_by=make_officer(), actor=SYSTEM, now=LATE)
    confirm_refunds(refund, paid_by=make_officer(), actor=SYSTEM, now=LATE)
    assert not holding.holds(wallet.person_id, LATE)
    holding.erase(wallet.person_id, LATE)
    assert RefundClaim.objects.get(wallet=wallet).account == {}
