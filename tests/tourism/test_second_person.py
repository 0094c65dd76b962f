"""Money and shops: a second account of the first officer is never the second person."""

from datetime import timedelta

import pytest

from accounts.models import Role
from core.audit import SYSTEM
from tests.second_accounts import second_account_of
from tests.tourism.campaign_factories import (
    NOW,
    make_bank,
    make_draft,
    make_officer,
    make_reviewed,
    make_shop,
)
from tests.tourism.clock import SetClock, set_clock
from tests.tourism.office import make_spent, post, signed_in
from tests.tourism.test_offline_handovers import Stopped
from tests.tourism.test_refunds import (
    LATE,
    NOON,
    OVER,
    announce,
    buy,
    end,
    make_sale_campaign,
    prepare as prepare_refund,
)
from tests.tourism.test_settlement import (
    AFTER_CUT,
    FIRST_DAY,
    enter,
    freeze,
    make_open,
    sell,
    send,
)
from tourism.campaign_editing import (
    SecondPersonNeeded,
    review_campaign,
    send_back_campaign,
    submit_campaign,
)
from tourism.payouts import SecondApproverNeeded, approve_batch, confirm_returns
from tourism.refunds import RefundNeedsSecondPerson, announce_refund, confirm_refunds, fix_list
from tourism.reversals import (
    SecondPersonNeeded as ReversalSecondPerson,
    ask_for_reversal,
    decide_reversal,
)
from tourism.shop_accounts import AccountNeedsSecondPerson, approve_account, propose_account

__all__ = ["set_clock"]
pytestmark = pytest.mark.django_db


def test_one_person_with_two_accounts_does_not_review_their_own_campaign() -> None:
    maker = make_officer(Role.CAMPAIGN_APPROVER)
    draft = submit_campaign(make_draft(made_by=maker), actor=SYSTEM, now=NOW)
    with pytest.raises(SecondPersonNeeded):
        review_campaign(draft, reviewed_by=second_account_of(maker), actor=SYSTEM, now=NOW)


def test_one_person_with_two_accounts_does_not_take_back_what_another_reviewed() -> None:
    reviewed = make_reviewed()
    assert reviewed.made_by is not None
    other = second_account_of(reviewed.made_by)
    with pytest.raises(SecondPersonNeeded):
        send_back_campaign(reviewed, note="x", sent_by=other, actor=SYSTEM, now=NOW)


def test_one_person_with_two_accounts_does_not_approve_a_payout_twice(set_clock: SetClock) -> None:
    set_clock(FIRST_DAY)
    campaign = make_open()
    sell(campaign, make_shop())
    batch, person = freeze(campaign), make_officer()
    approve_batch(batch, approved_by=person, actor=SYSTEM, now=AFTER_CUT)
    with pytest.raises(SecondApproverNeeded):
        approve_batch(batch, approved_by=second_account_of(person), actor=SYSTEM, now=AFTER_CUT)


def test_one_person_with_two_accounts_does_not_confirm_returns(set_clock: SetClock) -> None:
    set_clock(FIRST_DAY)
    campaign = make_open()
    sell(campaign, make_shop())
    entered = enter(send(freeze(campaign)), "1,1,2026-12-14,500,口座なし")
    other, now = second_account_of(entered.entered_by), AFTER_CUT + timedelta(days=5)
    with pytest.raises(SecondApproverNeeded):
        confirm_returns(entered, confirmed_by=other, actor=SYSTEM, now=now)


def test_one_person_with_two_accounts_does_not_change_a_shops_bank_account() -> None:
    officer = make_officer()
    proposed = propose_account(make_shop(), make_bank(), proposed_by=officer, actor=SYSTEM, now=NOW)
    with pytest.raises(AccountNeedsSecondPerson):
        approve_account(proposed, approved_by=second_account_of(officer), actor=SYSTEM, now=NOW)


def test_one_person_with_two_accounts_neither_announces_nor_pays_a_refund(
    set_clock: SetClock,
) -> None:
    set_clock(NOON)
    campaign = make_sale_campaign()
    buy(campaign)
    set_clock(OVER)
    clerk = make_officer()
    other, refund = second_account_of(clerk), prepare_refund(end(campaign), made_by=clerk)
    with pytest.raises(RefundNeedsSecondPerson):
        announce_refund(refund, announced_by=other, actor=SYSTEM, now=OVER)
    announce(refund)
    set_clock(LATE)
    fix_list(refund, listed_by=clerk, actor=SYSTEM, now=LATE)
    with pytest.raises(RefundNeedsSecondPerson):
        confirm_refunds(refund, paid_by=other, actor=SYSTEM, now=LATE)


def test_one_person_with_two_accounts_does_not_take_a_sale_back() -> None:
    clerk = make_officer()
    first, other = (
        type(SYSTEM)(kind=SYSTEM.kind, user_id=one.pk) for one in (clerk, second_account_of(clerk))
    )
    asked = ask_for_reversal(make_spent(), reason="wrong bill", actor=first, now=NOW)
    with pytest.raises(ReversalSecondPerson):
        decide_reversal(asked, actor=other, now=NOW)


def test_one_person_with_two_accounts_does_not_record_a_stopped_tills_file() -> None:
    case = Stopped()
    other = signed_in(second_account_of(case.clerk))
    entered = post(signed_in(case.clerk), "offline-handovers", case.file()).json()["id"]
    answer = post(other, f"offline-handovers/{entered}/record")
    assert answer.json()["code"] == "handover-second-person"
    assert case.paid() == 500
