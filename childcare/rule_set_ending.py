"""End a published point table before its time: one officer asks with a reason, a second confirms.

The table itself stays as it was published; its last day moves. Never before today: what was in
force stays true. Never before the reference day of a round that was scored by it: that round's
scores would have no table any more.
"""

from datetime import date, datetime
from http import HTTPStatus

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.two_people import are_one
from childcare.models import EndingDecision, Round, RuleSet, RuleSetEnding, RuleSetStatus
from core import audit
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _
from jp.clock import civil_date


class OnlyPublishedEnds(Refusal):
    """A draft is replaced, a reference is not in force."""

    code = "rule-set-ending-not-published"
    title = _("公開された点数表だけを、早く終わりにできます")
    next_step = _("点数表の一覧で、状態をたしかめてください。")
    status = HTTPStatus.CONFLICT


class EndingDayWrong(Refusal):
    """The last day is today or later, within the table's own time, and before its end."""

    code = "rule-set-ending-day"
    title = _("終わりの日が正しくありません")
    next_step = _("きょうかそれよりあとで、いまの終わりの日より前の日を書いてください。")


class ScoredByIt(Refusal):
    """A round was scored by this table for a day after the new end."""

    code = "rule-set-ending-scored-round"
    title = _("この点数表で点数をつけた回の基準日が、終わりの日よりあとです")
    next_step = _("終わりの日を、その回の基準日かそれよりあとにしてください。")
    status = HTTPStatus.CONFLICT


class EndingWithoutReason(Refusal):
    """The second officer reads why."""

    code = "rule-set-ending-without-reason"
    title = _("早く終わりにする理由を書いてください")
    next_step = _("承認する人が読みます。1つの文で書いてください。")


class EndingWaits(Refusal):
    """One wish at a time."""

    code = "rule-set-ending-waiting"
    title = _("この点数表の終わりは、もう承認を待っています")
    next_step = _("先の入力を、べつの職員に決めてもらってください。")
    status = HTTPStatus.CONFLICT


class EndingDecided(Refusal):
    """It was decided already."""

    code = "rule-set-ending-decided"
    title = _("この入力は、もう決まっています")
    next_step = _("点数表を開きなおして、終わりの日をたしかめてください。")
    status = HTTPStatus.CONFLICT


class EndingNeedsSecondPerson(Refusal):
    """Whoever asked, by any account, cannot confirm it."""

    code = "rule-set-ending-second-person"
    title = _("入力した人とはべつの人が、承認してください")
    next_step = _("ほかの承認をする職員に、たしかめてもらってください。")
    status = HTTPStatus.FORBIDDEN


def waiting_ending(row: RuleSet) -> RuleSetEnding | None:
    """Return the wish that waits for a second officer."""
    return row.endings.filter(decision="").select_related("asked_by").first()


def rounds_without_table(row: RuleSet, *, ends_on: date) -> QuerySet[Round]:
    """Return the rounds of the table's time that were not scored and would have no table then."""
    return Round.objects.filter(
        municipality=row.municipality,
        reference_on__gt=ends_on,
        reference_on__lte=row.effective_to,
        rule_set__isnull=True,
    ).order_by("reference_on")


def ask_ending(
    row: RuleSet, *, ends_on: date, reason: str, asked_by: User, actor: Actor, now: datetime
) -> RuleSetEnding:
    """Ask that ``row`` ends with ``ends_on``; nothing changes yet."""
    if not reason.strip():
        raise EndingWithoutReason
    with transaction.atomic():
        locked = RuleSet.objects.select_for_update().get(pk=row.pk)
        old = _demand_may_end(locked, ends_on, now=now)
        try:
            with transaction.atomic():
                made = RuleSetEnding.objects.create(
                    municipality=locked.municipality,
                    rule_set=locked,
                    ends_on=ends_on,
                    was_to=old,
                    reason=reason.strip(),
                    asked_by=asked_by,
                    asked_at=now,
                )
        except IntegrityError:
            raise EndingWaits from None
        _record("rule-set.end-asked", made, actor=actor, now=now)
    return made


def confirm_ending(
    ending: RuleSetEnding, *, decided_by: User, actor: Actor, now: datetime
) -> RuleSetEnding:
    """End the table, as the second person."""
    with transaction.atomic():
        # A round that is being scored holds its row until its sheets are written.
        list(
            Round.objects.select_for_update()
            .filter(municipality=ending.municipality, reference_on__gt=ending.ends_on)
            .order_by("pk")
        )
        rule_set, row = _locked(ending)
        if are_one(row.asked_by_id, decided_by.pk, now=now):
            raise EndingNeedsSecondPerson
        _demand_may_end(rule_set, row.ends_on, now=now)
        _decide(row, EndingDecision.CONFIRMED, decided_by, now=now)
        rule_set.effective_to = row.ends_on
        rule_set.save(update_fields=["effective_to"])
        _record("rule-set.ended", row, actor=actor, now=now)
    return row


def decline_ending(
    ending: RuleSetEnding, *, decided_by: User, actor: Actor, now: datetime
) -> RuleSetEnding:
    """Leave the table as it is; who asked may do it too, and so take it back."""
    with transaction.atomic():
        _rule_set, row = _locked(ending)
        _decide(row, EndingDecision.DECLINED, decided_by, now=now)
        _record("rule-set.end-declined", row, actor=actor, now=now)
    return row


def _demand_may_end(row: RuleSet, ends_on: date, *, now: datetime) -> date:
    """Return the last day as it stands; raise what stands against ending on ``ends_on``."""
    if row.status != RuleSetStatus.PUBLISHED:
        raise OnlyPublishedEnds
    if row.effective_from is None or row.effective_to is None:
        raise ValueError("a published table has its days")
    first = max(civil_date(now), row.effective_from)
    if not first <= ends_on < row.effective_to:
        raise EndingDayWrong
    if Round.objects.filter(rule_set=row, reference_on__gt=ends_on).exists():
        raise ScoredByIt
    return row.effective_to


def _locked(ending: RuleSetEnding) -> tuple[RuleSet, RuleSetEnding]:
    """Lock the table before the wish, as asking does; refuse what is decided."""
    rule_set = RuleSet.objects.select_for_update().get(pk=ending.rule_set_id)
    row = RuleSetEnding.objects.select_for_update().get(pk=ending.pk)
    if row.decision:
        raise EndingDecided
    return rule_set, row


def _decide(
    row: RuleSetEnding, decision: EndingDecision, decided_by: User, *, now: datetime
) -> None:
    row.decision, row.decided_by, row.decided_at = decision, decided_by, now
    row.save(update_fields=["decision", "decided_by", "decided_at"])


def _record(action: str, row: RuleSetEnding, *, actor: Actor, now: datetime) -> None:
    audit.record(
        action,
        actor=actor,
        now=now,
        municipality=row.municipality,
        object_type="rule-set",
        object_id=row.rule_set_id,
        facts={"effective_to": [row.was_to.isoformat(), row.ends_on.isoformat()]},
    )
