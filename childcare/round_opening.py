"""Open a round: until when families apply, from when children come, by which day facts count.

Every date is a civil day in Japan, the last one included. What is wrong is named once and all
together; a round that is open is the city's word to families: ``round_dates`` says what moves.
"""

from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus

from django.db import IntegrityError, transaction

from childcare.models import Round, RoundKind, RoundState
from childcare.selectors import school_year_of
from core import audit
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _
from jp.clock import end_of_day, start_of_day

APRIL = 4


class RoundDatesWrong(Refusal):
    """The days of a round do not follow each other."""

    code = "round-dates-wrong"
    title = _("回の日付の順番が合いません")
    next_step = _("申しこみの初めの日、しめきり、入園の日の順に、これからの日を書いてください。")


class RoundStartsOffTheFirst(Refusal):
    """Children come on the first of a month; of April in the April round and in no other."""

    code = "round-starts-off-the-first"
    title = _("入園の日が、回の種類に合いません")
    next_step = _("4月入園は4月1日、月ごとの入園はほかの月の1日を書いてください。")


class RoundExists(Refusal):
    """There is a round of the same first day and name."""

    code = "round-exists"
    title = _("同じ入園の日の回が、もうあります")
    next_step = _("二次募集のときは、ちがう名前を書いてください。")
    status = HTTPStatus.CONFLICT


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRound:
    """What the city says of a round; days in Japan, both ends included."""

    kind: RoundKind
    starts_on: date
    opens_on: date
    closes_on: date
    reference_on: date | None = None  # 基準日; without one, the last day to apply
    name: str = ""


def open_round(
    new: NewRound, *, municipality: str, is_demo: bool, actor: Actor, now: datetime
) -> Round:
    """Make the round; its seats are set next. Raises the refusals of this module."""
    closes_at = end_of_day(new.closes_on)
    if not (new.opens_on <= new.closes_on < new.starts_on and now < closes_at):
        raise RoundDatesWrong
    demand_first_day(new.kind, new.starts_on)
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = Round.objects.create(
                    municipality=municipality,
                    fiscal_year=school_year_of(new.starts_on),
                    kind=new.kind,
                    starts_on=new.starts_on,
                    reference_on=new.reference_on or new.closes_on,
                    opens_at=start_of_day(new.opens_on),
                    closes_at=closes_at,
                    state=RoundState.OPEN,
                    is_demo=is_demo,
                    name=new.name.strip(),
                )
        except IntegrityError:
            raise RoundExists from None
        audit.record(
            "childcare.round.open",
            actor=actor,
            now=now,
            municipality=municipality,
            object_type="round",
            object_id=row.pk,
        )
    return row


def demand_first_day(kind: RoundKind, starts_on: date) -> None:
    """Raise :class:`RoundStartsOffTheFirst` for a day on which no child of such a round comes."""
    if starts_on.day != 1 or (starts_on.month == APRIL) != (kind == RoundKind.APRIL):
        raise RoundStartsOffTheFirst


def state_by_the_clock(round_: Round, *, now: datetime) -> RoundState:
    """Return where a round stands: before the selection its days say it, not what was stored."""
    stored = RoundState(round_.state)
    if stored not in {RoundState.PREPARED, RoundState.OPEN, RoundState.REVIEW}:
        return stored
    if now < round_.opens_at:
        return RoundState.PREPARED
    return RoundState.OPEN if now < round_.closes_at else RoundState.REVIEW
