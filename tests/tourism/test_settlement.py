"""What shops are owed, and how it is paid: to the yen, by two people, the same bytes each time."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from accounts.models import AccountRecovery, Membership
from core.actor import Actor, ActorKind
from core.audit import SYSTEM
from jp.clock import JST, start_of_day
from tests.tourism.campaign_factories import (
    make_bank,
    make_officer,
    make_plan,
    make_reviewed,
    make_shop,
)
from tests.tourism.clock import SetClock, set_clock
from tests.tourism.money_factories import make_sale, make_wallet
from tests.tourism.zengin_parser import read_transfers
from tourism import ledger
from tourism.campaign_life import close, move_due_campaigns, schedule_campaign, start_settling
from tourism.ledger_audit import audit_ledger
from tourism.models import (
    AccountKind,
    BatchState,
    Campaign,
    LineState,
    PayoutBatch,
    PayoutLine,
    Posting,
    Redemption,
    Shop,
    ShopBankAccount,
    Txn,
    TxnKind,
)
from tourism.payouts import (
    BankFileChanged,
    BatchStateWrong,
    NotPayday,
    ReturnAmountDiffers,
    ReturnDateBad,
    ReturnNotReadable,
    ReturnTwice,
    ReturnUnknown,
    SecondApproverNeeded,
    approve_batch,
    bank_file,
    confirm_paid,
    confirm_returns,
    enter_returns,
    read_returns,
    reject_returns,
    send_batch,
    withdraw_batch,
)
from tourism.redemption import CouponReceipt, redeem
from tourism.reversals import (
    CampaignIsClosed,
    PeriodIsFrozen,
    ask_for_reversal,
    decide_reversal,
    reverse_by_shop,
)
from tourism.settlement import (
    CampaignNotOpened,
    CutNotLater,
    CutTooEarly,
    EarlierBatchOpen,
    NotASettlementDay,
    PayerNotSet,
    freeze_batch,
)
from tourism.shop_accounts import approve_account, propose_account
from tourism.statements import batch_csv, shop_csv, statement_pdf
from tourism.zengin import TotalDoesNotAgree

__all__ = ["set_clock"]
pytestmark = pytest.mark.django_db
FIRST_DAY = datetime(2026, 12, 4, 12, 0, tzinfo=JST)
CUT = date(2026, 12, 10)
AFTER_CUT = start_of_day(CUT) + timedelta(hours=9)
SECOND_CUT = date(2026, 12, 25)


@pytest.fixture(autouse=True)
def first_day(set_clock: SetClock) -> None:
    set_clock(FIRST_DAY)


def make_open(**override: Any) -> Campaign:
    campaign = make_reviewed(make_plan(**override))
    return schedule_campaign(campaign, actor=SYSTEM, now=FIRST_DAY)


def sell(campaign: Campaign, shop: Shop, *, coupon: int = 500, bill: int = 3_000) -> CouponReceipt:
    wallet = make_wallet(campaign)
    return redeem(make_sale(wallet, shop, coupon_yen=coupon, bill_yen=bill))


def freeze(campaign: Campaign, cut_on: date = CUT, **override: Any) -> PayoutBatch:
    good: dict[str, Any] = {
        "made_by": make_officer(),
        "actor": SYSTEM,
        "now": start_of_day(cut_on) + timedelta(hours=9),
    }
    return freeze_batch(campaign, cut_on=cut_on, **(good | override))


def approve(batch: PayoutBatch) -> PayoutBatch:
    for _person in range(2):
        batch = approve_batch(batch, approved_by=make_officer(), actor=SYSTEM, now=AFTER_CUT)
    return batch


def send(batch: PayoutBatch) -> PayoutBatch:
    return send_batch(approve(batch), actor=SYSTEM, now=AFTER_CUT)


def line_of(batch: PayoutBatch, shop: Shop) -> PayoutLine:
    return PayoutLine.objects.get(batch=batch, shop=shop)


def payable(campaign: Campaign, shop: Shop) -> int:
    return ledger.shop_payable(campaign.pk, shop.pk)


# -- the batch ---------------------------------------------------------------------------------


def test_each_shop_is_owed_its_sales_less_what_was_taken_back() -> None:
    campaign, shop, other = make_open(), make_shop(), make_shop()
    sell(campaign, shop, coupon=500)
    sell(campaign, shop, coupon=200)
    taken_back = sell(campaign, shop, coupon=1_000, bill=5_000)
    reverse_by_shop(
        taken_back.redemption_id, shop_id=shop.pk, by=shop.pk, reason="mistake", actor=SYSTEM,
        now=FIRST_DAY,
    )  # fmt: skip
    sell(campaign, other, coupon=100)
    batch = freeze(campaign)
    line = line_of(batch, shop)
    assert (line.redemption_count, line.gross_yen, line.reversed_yen, line.carried_yen) == (
        3, 1_700, 1_000, 0,
    )  # fmt: skip
    assert (line.net_yen, line.state) == (700, LineState.DUE)
    assert (batch.net_yen, batch.line_count, batch.pay_on) == (800, 2, date(2026, 12, 11))


def test_the_cut_is_midnight_in_japan(set_clock: SetClock) -> None:
    campaign, shop = make_open(), make_shop()
    set_clock(datetime(2026, 12, 9, 23, 59, 58, tzinfo=JST))
    sell(campaign, shop, coupon=100)
    set_clock(datetime(2026, 12, 10, 0, 0, 1, tzinfo=JST))
    sell(campaign, shop, coupon=500)
    assert freeze(campaign).net_yen == 100


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"now": start_of_day(CUT) + timedelta(minutes=4, seconds=59)}, CutTooEarly),
        ({"cut_on": date(2026, 12, 11)}, NotASettlementDay),
        ({"cut_on": date(2026, 12, 11), "is_last": True}, NotASettlementDay),
    ],
)
def test_a_cut_that_cannot_be_made_is_refused(
    wrong: dict[str, Any], refusal: type[Exception]
) -> None:
    campaign = make_open()
    sell(campaign, make_shop())
    with pytest.raises(refusal):
        freeze(campaign, **wrong)
    assert not PayoutBatch.objects.exists()


def test_nothing_is_paid_without_the_citys_own_account(settings: Any) -> None:
    settings.COUPON_PAYERS = {}
    with pytest.raises(PayerNotSet):
        freeze(make_open())


def test_a_campaign_that_never_opened_is_not_settled() -> None:
    with pytest.raises(CampaignNotOpened):
        freeze(make_reviewed())


def test_one_batch_is_open_at_a_time_and_a_period_is_settled_once() -> None:
    campaign, shop = make_open(), make_shop()
    sell(campaign, shop)
    batch = freeze(campaign)
    with pytest.raises(EarlierBatchOpen):
        freeze(campaign, SECOND_CUT)
    with pytest.raises(CutNotLater):
        freeze(campaign)
    send(batch)
    with pytest.raises(CutNotLater):
        freeze(campaign)
    assert freeze(campaign, SECOND_CUT).net_yen == 0


def test_a_withdrawn_draft_leaves_no_trace_in_the_money() -> None:
    campaign, shop = make_open(), make_shop()
    sell(campaign, shop)
    withdraw_batch(freeze(campaign), actor=SYSTEM, now=AFTER_CUT)
    assert freeze(campaign).net_yen == 500


def test_a_sale_in_a_frozen_period_is_not_taken_back_by_its_shop(set_clock: SetClock) -> None:
    campaign, shop = make_open(), make_shop()
    set_clock(datetime(2026, 12, 9, 20, 0, tzinfo=JST))
    sold = sell(campaign, shop)
    freeze(campaign)
    with pytest.raises(PeriodIsFrozen):
        reverse_by_shop(
            sold.redemption_id, shop_id=shop.pk, by=shop.pk, reason="x", actor=SYSTEM,
            now=AFTER_CUT,
        )  # fmt: skip


def test_what_commits_late_is_in_the_next_batch_and_never_lost() -> None:
    campaign, shop = make_open(), make_shop()
    sell(campaign, shop, coupon=500)
    first = send(freeze(campaign))
    late = sell(campaign, shop, coupon=200)  # its instant lies before the first cut
    assert late.at < first.cut_at
    line = line_of(freeze(campaign, SECOND_CUT), shop)
    assert (line.gross_yen, line.carried_yen, line.net_yen) == (0, 200, 200)


# -- who is not paid ---------------------------------------------------------------------------


def test_a_shop_that_owes_is_not_paid_and_it_is_netted_later(set_clock: SetClock) -> None:
    campaign, shop = make_open(), make_shop()
    sold = sell(campaign, shop, coupon=500)
    send(freeze(campaign))
    assert payable(campaign, shop) == 0
    set_clock(datetime(2026, 12, 12, 12, 0, tzinfo=JST))
    redemption = Txn.objects.get(pk=sold.redemption_id).redemption
    first, second = (_actor_of(make_officer()) for _one in range(2))
    asked = ask_for_reversal(redemption, reason="返品", actor=first, now=AFTER_CUT)
    decide_reversal(asked, actor=second, now=AFTER_CUT)
    sell(campaign, shop, coupon=200)
    assert payable(campaign, shop) == -300
    batch = freeze(campaign, SECOND_CUT)
    line = line_of(batch, shop)
    assert (line.gross_yen, line.reversed_yen, line.net_yen) == (200, 500, -300)
    assert (line.state, line.account, batch.net_yen) == (LineState.CARRIED, None, 0)


def _actor_of(user: Any) -> Any:
    return Actor(kind=ActorKind.USER, user_id=user.pk, municipality="202177")


def test_a_shop_without_a_counting_account_is_held_and_paid_later() -> None:
    campaign, shop = make_open(), make_shop()
    ShopBankAccount.objects.all().update(counts_from=AFTER_CUT + timedelta(hours=1))
    sell(campaign, shop)
    batch = freeze(campaign)
    assert (line_of(batch, shop).state, batch.net_yen) == (LineState.HELD, 0)
    send(batch)
    later = freeze(campaign, SECOND_CUT)
    assert (line_of(later, shop).carried_yen, later.net_yen) == (500, 500)


def test_within_24_hours_of_a_change_the_old_account_is_paid() -> None:
    campaign, shop = make_open(), make_shop(bank=make_bank(number="1111111"))
    sell(campaign, shop)
    new = propose_account(
        shop, make_bank(number="2222222"), proposed_by=make_officer(), actor=SYSTEM, now=AFTER_CUT
    )
    approve_account(new, approved_by=make_officer(), actor=SYSTEM, now=AFTER_CUT)
    batch = approve(freeze(campaign, now=AFTER_CUT + timedelta(hours=23)))
    assert [line.number for line in read_transfers(bank_file(batch)).lines] == ["1111111"]


def test_a_shop_whose_owner_just_recovered_a_lost_sign_in_waits() -> None:
    campaign, shop = make_open(), make_shop()
    sell(campaign, shop)
    officers = make_officer(), make_officer()
    AccountRecovery.objects.create(
        municipality="202177",
        user=Membership.objects.get(organisation=shop.organisation).user,
        document="license",
        requested_by=officers[0],
        requested_at=AFTER_CUT,
        approved_by=officers[1],
        approved_at=AFTER_CUT - timedelta(hours=23),
    )
    assert line_of(freeze(campaign), shop).state == LineState.HELD


# -- approval and the bank file ------------------------------------------------------------------


def test_two_people_approve_and_one_cannot_do_it_twice() -> None:
    campaign = make_open()
    sell(campaign, make_shop())
    batch, person = freeze(campaign), make_officer()
    once = approve_batch(batch, approved_by=person, actor=SYSTEM, now=AFTER_CUT)
    assert once.state == BatchState.DRAFT
    with pytest.raises(SecondApproverNeeded):
        approve_batch(batch, approved_by=person, actor=SYSTEM, now=AFTER_CUT)
    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutBatch.objects.update(second_approved_by=person)
    with pytest.raises(BatchStateWrong):
        send_batch(batch, actor=SYSTEM, now=AFTER_CUT)
    with pytest.raises(BatchStateWrong):
        bank_file(batch)
    done = approve_batch(batch, approved_by=make_officer(), actor=SYSTEM, now=AFTER_CUT)
    assert done.state == BatchState.APPROVED


def test_the_bank_file_pays_each_shop_and_is_the_same_bytes_for_ever(settings: Any) -> None:
    campaign = make_open()
    shops = [make_shop() for _one in range(3)]
    for shop in shops:
        sell(campaign, shop, coupon=500)
    batch = approve(freeze(campaign))
    first = bank_file(batch)
    found = read_transfers(first)
    assert (found.count, found.total_yen, found.pay_on) == (3, 1_500, "1211")
    assert [line.shop_number for line in found.lines] == [shop.number for shop in shops]
    send_batch(batch, actor=SYSTEM, now=AFTER_CUT)
    settings.COUPON_PAYERS = {}
    shops[0].place.name = "名前が変わった店"
    shops[0].place.save()
    with pytest.raises(NotPayday):
        confirm_paid(PayoutBatch.objects.get(), actor=SYSTEM, now=AFTER_CUT)
    confirm_paid(PayoutBatch.objects.get(), actor=SYSTEM, now=datetime(2026, 12, 11, tzinfo=JST))
    assert bank_file(PayoutBatch.objects.get()) == first


def test_a_file_that_is_not_what_was_approved_is_refused() -> None:
    campaign = make_open()
    sell(campaign, make_shop())
    batch = approve(freeze(campaign))
    PayoutBatch.objects.update(net_yen=501)
    with pytest.raises(TotalDoesNotAgree):
        bank_file(PayoutBatch.objects.get())
    PayoutBatch.objects.update(net_yen=500, pay_on=batch.pay_on + timedelta(days=1))
    with pytest.raises(BankFileChanged):
        bank_file(PayoutBatch.objects.get())


def test_sending_moves_each_shops_money_to_the_bank_once() -> None:
    campaign, shop = make_open(), make_shop()
    sell(campaign, shop)
    batch = send(freeze(campaign))
    assert payable(campaign, shop) == 0
    assert ledger.balance_yen(campaign.pk, AccountKind.BANK_OUT) == 500
    with pytest.raises(BatchStateWrong):
        send_batch(batch, actor=SYSTEM, now=AFTER_CUT)
    assert Txn.objects.filter(kind=TxnKind.PAYOUT).count() == 1


def test_a_batch_with_a_line_that_was_tampered_with_is_not_sent() -> None:
    campaign, shop = make_open(), make_shop()
    sell(campaign, shop)
    batch = approve(freeze(campaign))
    PayoutLine.objects.update(net_yen=600, gross_yen=600)
    with pytest.raises(TotalDoesNotAgree):
        send_batch(batch, actor=SYSTEM, now=AFTER_CUT)
    assert payable(campaign, shop) == 500


# -- returns -------------------------------------------------------------------------------------

HEAD = "batch,line,date,amount,reason\n"


def enter(batch: PayoutBatch, row: str, *, now: datetime = AFTER_CUT + timedelta(days=5)) -> Any:
    return enter_returns(
        batch, (HEAD + row).encode(), entered_by=make_officer(), actor=SYSTEM, now=now
    )


@pytest.mark.parametrize(
    ("row", "refusal"),
    [
        ("", ReturnNotReadable),
        ("1,1,2026-12-11,500", ReturnNotReadable),
        ("1,x,2026-12-11,500,口座なし", ReturnNotReadable),
        ("1,1,2026-13-11,500,口座なし", ReturnNotReadable),
        ("1,1,2026-12-11,500," + "あ" * 140_000, ReturnNotReadable),
        ("1\r1", ReturnNotReadable),
        ("2,1,2026-12-11,500,口座なし", ReturnUnknown),
        ("1,9,2026-12-11,500,口座なし", ReturnUnknown),
        ("1,1,2026-12-11,499,口座なし", ReturnAmountDiffers),
        ("1,1,2026-12-10,500,口座なし", ReturnDateBad),
        ("1,1,2026-12-31,500,口座なし", ReturnDateBad),
        ("1,1,2026-12-11,500,口座なし\n1,1,2026-12-11,500,口座なし", ReturnTwice),
    ],
)
def test_a_return_that_cannot_be_one_is_refused(row: str, refusal: type[Exception]) -> None:
    campaign, shop = make_open(), make_shop()
    sell(campaign, shop)
    batch = send(freeze(campaign))
    with pytest.raises(refusal):
        enter(batch, row)
    assert payable(campaign, shop) == 0


def test_a_return_is_read_whatever_ends_its_lines_and_counts_rows_as_the_sheet_does() -> None:
    campaign, shop = make_open(), make_shop()
    sell(campaign, shop)
    batch = send(freeze(campaign))
    with pytest.raises(ReturnNotReadable) as refusal:
        read_returns(batch, (HEAD + "\n\n1,x,2026-12-11,500,口座なし").encode())
    assert refusal.value.extra == {"row": 4}
    for end in ("\r", "\r\n"):
        text = (HEAD + "1,1,2026-12-11,500,口座なし\n").replace("\n", end)
        assert [row.yen for row in read_returns(batch, text.encode("cp932"))] == [500]


def test_a_return_of_a_batch_that_was_not_sent_is_refused() -> None:
    campaign = make_open()
    sell(campaign, make_shop())
    with pytest.raises(BatchStateWrong):
        enter(approve(freeze(campaign)), "1,1,2026-12-11,500,口座なし")


def test_a_return_is_owed_again_once_two_people_saw_it() -> None:
    campaign, shop = make_open(), make_shop()
    sell(campaign, shop)
    batch = send(freeze(campaign))
    entered = enter(batch, "1,1,2026-12-14,500,口座なし")
    now = AFTER_CUT + timedelta(days=5)
    with pytest.raises(SecondApproverNeeded):
        confirm_returns(entered, confirmed_by=entered.entered_by, actor=SYSTEM, now=now)
    assert payable(campaign, shop) == 0
    confirm_returns(entered, confirmed_by=make_officer(), actor=SYSTEM, now=now)
    assert payable(campaign, shop) == 500
    assert line_of(batch, shop).state == LineState.RETURNED
    with pytest.raises(ReturnTwice):
        enter(batch, "1,1,2026-12-14,500,口座なし")
    assert freeze(campaign, SECOND_CUT).net_yen == 500


def test_what_comes_back_after_the_closing_is_paid_again_and_no_sale_is_taken_back(
    set_clock: SetClock,
) -> None:
    campaign, shop = make_open(), make_shop()
    sale = sell(campaign, shop)
    last_cut = campaign.ends_on + timedelta(days=1)
    over = start_of_day(last_cut) + timedelta(hours=9)
    set_clock(over)
    move_due_campaigns(actor=SYSTEM, now=over)
    campaign = start_settling(campaign, actor=SYSTEM, now=over)
    batch = send(freeze(campaign, last_cut, is_last=True))
    campaign = close(campaign, actor=SYSTEM, now=over)
    later = last_cut + timedelta(days=7)
    with pytest.raises(CampaignNotOpened):
        freeze(campaign, later, is_last=True)
    now = start_of_day(later) + timedelta(hours=9)
    content = (HEAD + f"1,1,{later},500,口座なし").encode()
    entered = enter_returns(batch, content, entered_by=make_officer(), actor=SYSTEM, now=now)
    confirm_returns(entered, confirmed_by=make_officer(), actor=SYSTEM, now=now)
    again = send(freeze(campaign, later + timedelta(days=1), is_last=True))
    assert (again.net_yen, payable(campaign, shop)) == (500, 0)
    redemption = Redemption.objects.get(pk=sale.redemption_id)
    with pytest.raises(CampaignIsClosed):
        ask_for_reversal(redemption, reason="x", actor=_actor_of(make_officer()), now=now)
    assert audit_ledger() == []


def test_a_rejected_file_can_be_entered_again() -> None:
    campaign, shop = make_open(), make_shop()
    sell(campaign, shop)
    batch = send(freeze(campaign))
    first = enter(batch, "1,1,2026-12-14,500,口座なし")
    with pytest.raises(ReturnTwice):
        enter(batch, "1,1,2026-12-14,500,口座なし")
    reject_returns(first, actor=SYSTEM, now=AFTER_CUT)
    assert enter(batch, "1,1,2026-12-14,500,口座なし").state == "entered"


def test_a_file_from_a_spreadsheet_program_is_read_too() -> None:
    campaign, shop = make_open(), make_shop()
    sell(campaign, shop)
    batch = send(freeze(campaign))
    content = (HEAD + "1,1,2026-12-14,500,口座なし\r\n").encode("cp932")
    made = enter_returns(
        batch, content, entered_by=make_officer(), actor=SYSTEM, now=AFTER_CUT + timedelta(days=5)
    )
    assert made.rows[0]["reason"] == "口座なし"


# -- statements ----------------------------------------------------------------------------------


def test_statements_are_the_same_bytes_each_time() -> None:
    campaign, shop = make_open(), make_shop(shop_name="=デモ")
    sell(campaign, shop)
    batch = freeze(campaign)
    line = PayoutLine.objects.select_related("batch__campaign", "shop__place").get()
    assert batch_csv(batch) == batch_csv(batch)
    assert "'=デモ" in batch_csv(batch).decode("utf-8-sig")
    assert len(shop_csv(line).splitlines()) == 2
    pdf = statement_pdf(line)
    assert pdf.startswith(b"%PDF")
    assert pdf == statement_pdf(line)


# -- the law of the sum --------------------------------------------------------------------------


@given(data=st.data())
@hypothesis_settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_over_any_sales_and_settlements_no_yen_is_lost_or_paid_twice(data: st.DataObject) -> None:
    with transaction.atomic():
        campaign, shops = make_open(settlement_days=tuple(range(1, 29))), [make_shop(), make_shop()]
        paid = 0
        for day in range(10, 15):
            for _sale in range(data.draw(st.integers(0, 3))):
                shop = data.draw(st.sampled_from(shops))
                coupon = data.draw(st.sampled_from([100, 200, 500]))
                sell(campaign, shop, coupon=coupon)
            batch = freeze(campaign, date(2026, 12, day))
            paid += send(batch).net_yen
            owed = sum(payable(campaign, shop) for shop in shops)
            sold = sum(
                Posting.objects.filter(
                    account__kind=AccountKind.SHOP, txn__kind=TxnKind.REDEEM,
                    account__campaign=campaign,
                ).values_list("amount_yen", flat=True)
            )  # fmt: skip
            assert paid + owed == sold
            assert owed == 0
        transaction.set_rollback(True)


def test_the_demo_pays_from_an_account_of_nobody() -> None:
    assert settings.COUPON_PAYERS["202177"]["number"] == "0000000"
