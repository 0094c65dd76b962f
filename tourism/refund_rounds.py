"""Pay refunds while holders may still ask: a round of those who did, and then the next.

1. A clerk fixes a round: every claim that stands in no round yet. One round is open at a time.
2. Another person confirms that it was paid: EXPIRED -> BUYER, once a claim (`tourism.refunds`).
3. After the period the last list has the rest: a claim is in one round or in that list.

A round is not taken back: its bank file may be on its way, and its claims would be paid twice.
"""

from datetime import datetime
from http import HTTPStatus

from django.db import transaction

from accounts.models import User
from accounts.two_people import are_one
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _
from jp.clock import civil_date
from tourism.bank_days import next_bank_day
from tourism.models import Refund, RefundRound, RefundState
from tourism.refunds import (
    PeriodOver,
    RefundNeedsSecondPerson,
    RoundIsOpen,
    is_in_period,
    locked_refund,
    open_round,
    pay_claims,
    record_refund,
)
from tourism.settlement import payer_of


class NobodyAsked(Refusal):
    code = "refund-nobody-asked"
    title = _("まだ払っていない申し出がありません")
    next_step = _("申し出がとどいてから行ってください。")
    status = HTTPStatus.CONFLICT


class NoOpenRound(Refusal):
    code = "refund-no-open-round"
    title = _("払うのを待っている一覧がありません")
    next_step = _("払いもどしのページで、いまの状態をたしかめてください。")
    status = HTTPStatus.CONFLICT


def fix_round(refund: Refund, *, listed_by: User, actor: Actor, now: datetime) -> Refund:
    """Make a round of all who have asked and stand in none; claims go on being taken."""
    with transaction.atomic():
        locked = locked_refund(refund, RefundState.ANNOUNCED)  # a claim waits for this row
        if not is_in_period(locked):
            raise PeriodOver
        if open_round(locked) is not None:
            raise RoundIsOpen
        waiting = locked.claims.filter(round=None)
        if not waiting.exists():
            raise NobodyAsked
        made = RefundRound.objects.create(
            refund=locked,
            number=locked.rounds.count() + 1,
            listed_by=listed_by,
            listed_at=now,
            payer=payer_of(locked.municipality),
            pay_on=next_bank_day(civil_date(now)),
        )
        waiting.update(round=made)
        record_refund("refund.round", locked, actor=actor, now=now, round=made.number)
    return locked


def confirm_round(refund: Refund, *, paid_by: User, actor: Actor, now: datetime) -> Refund:
    """Book the open round's payment as the second person."""
    with transaction.atomic():
        locked = locked_refund(refund, RefundState.ANNOUNCED)
        found = _open(locked)
        if are_one(found.listed_by_id, paid_by.pk, now=now):
            raise RefundNeedsSecondPerson
        pay_claims(locked, locked.claims.filter(round=found))
        found.paid_by, found.paid_at = paid_by, now
        found.save(update_fields=["paid_by", "paid_at"])
        record_refund("refund.pay-round", locked, actor=actor, now=now, round=found.number)
    return locked


def _open(refund: Refund) -> RefundRound:
    found = open_round(refund)
    if found is None:
        raise NoOpenRound
    return found
