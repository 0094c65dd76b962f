"""教育・保育給付認定: issued, changed and ended; what counts on a day is the newest that holds.

A change ends the row before it on the day before and begins another, so that every day of the
past still says what it said (子ども・子育て支援法 19条, 20条, 23条). The end (24条) closes the row
that holds and voids those that would begin later, and the family is told.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from childcare.applying.versions import Told
from childcare.models import (
    Application,
    CareAmount,
    Certification,
    CertificationChange,
    CertificationClass,
    Child,
    EndReason,
)
from childcare.placing.refusals import (
    CertificationDatesWrong,
    CertificationEnded,
    ClassAgainstAge,
    EndWithoutReason,
)
from core import audit, outbox
from core.ids import make_reference
from jp.ages import reaches_age_on

NUMBER_CHARACTERS: Final = 8
_SCHOOL_AGE: Final = 6
_SECOND_CLASS_AGE: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the law makes of a child's age: a class and the days it can hold at most."""

    class_code: CertificationClass
    valid_from: date
    valid_to: date


def class_for(child: Child, *, day: date, needs_care: bool = True) -> CertificationClass:
    """Return the class of a child on ``day``: 3号 until it is three years old, then 2号 or 1号.

    Raises :class:`ClassAgainstAge` where a child under three needs no care: the law knows none.
    """
    if day < _turns_three(child):
        if not needs_care:
            raise ClassAgainstAge
        return CertificationClass.THIRD
    return CertificationClass.SECOND if needs_care else CertificationClass.FIRST


def last_day_of(child: Child, class_code: CertificationClass) -> date:
    """Return the last day that the class can hold: 3号 to the day before the child is three."""
    if class_code == CertificationClass.THIRD:
        return _turns_three(child) - timedelta(days=1)
    return until_school(child)


def until_school(child: Child) -> date:
    """Return the first 31 March on which the child is six: the next day it goes to school."""
    six = reaches_age_on(child.birth_date, age=_SCHOOL_AGE)
    same_year = date(six.year, 3, 31)
    return same_year if six <= same_year else date(six.year + 1, 3, 31)


def proposal_for(child: Child, *, day: date) -> Proposal | None:
    """Return what to issue from ``day`` on; nothing for a child that goes to school by then.

    Where a 3号 holds on ``day`` and is not ended, what follows is the 2号 of the day on which the
    child is three (職権変更, 23条4項).
    """
    held = certified_on(child, day=day)
    if (
        held is not None
        and held.class_code == CertificationClass.THIRD
        and held.change != CertificationChange.CANCELLED
    ):
        day = max(day, _turns_three(child))
    if day > until_school(child):
        return None
    class_code = class_for(child, day=day)
    return Proposal(class_code=class_code, valid_from=day, valid_to=last_day_of(child, class_code))


def issue_certification(
    child: Child,
    *,
    class_code: CertificationClass,
    care_amount: CareAmount,
    need_reason: str,
    valid_from: date,
    valid_to: date,
    told: Told,
) -> Certification:
    """Issue or change: what held on ``valid_from`` ends on the day before it.

    What began on the same day was a mistake and is void. Raises :class:`CertificationDatesWrong`,
    :class:`ClassAgainstAge` where the class is not the child's by its age.
    """
    if valid_to < valid_from:
        raise CertificationDatesWrong
    demand_age(child, class_code, valid_from=valid_from, valid_to=valid_to)
    with transaction.atomic():
        Child.objects.select_for_update().get(pk=child.pk)
        before = certified_on(child, day=valid_from)
        number = before.number if before else _number_of(child)
        if before is not None:
            _end(before, on=valid_from - timedelta(days=1))
        made = Certification.objects.create(
            municipality=child.household.municipality,
            number=number,
            child=child,
            class_code=class_code,
            care_amount=care_amount,
            need_reason=need_reason,
            valid_from=valid_from,
            valid_to=valid_to,
            change=CertificationChange.NEW if before is None else CertificationChange.CHANGED,
            issued_by_id=told.entered_by,
            issued_at=told.now,
        )
        _record("childcare.certification", made, told=told)
    return made


def demand_age(
    child: Child, class_code: CertificationClass, *, valid_from: date, valid_to: date
) -> None:
    """Raise :class:`ClassAgainstAge` where the child's age does not allow the class on all days."""
    is_too_young = class_code != CertificationClass.THIRD and valid_from < _turns_three(child)
    if is_too_young or valid_to > last_day_of(child, class_code):
        raise ClassAgainstAge


def cancel_certification(
    certification: Certification, *, on: date, reason: EndReason, words: str, told: Told
) -> Certification:
    """End a certification with the day ``on`` (its last) and tell the family; once is enough.

    Raises :class:`CertificationDatesWrong`, :class:`CertificationEnded` where it ended otherwise,
    :class:`EndWithoutReason`: who loses something is told why (行政手続法 14条).
    """
    if not words.strip():
        raise EndWithoutReason
    with transaction.atomic():
        Child.objects.select_for_update().get(pk=certification.child_id)
        row = Certification.objects.select_related("child__household").get(pk=certification.pk)
        if row.change == CertificationChange.CANCELLED and row.valid_to == on:
            return row
        if row.change in (CertificationChange.CANCELLED, CertificationChange.VOID):
            raise CertificationEnded
        if not row.valid_from <= on <= row.valid_to:
            raise CertificationDatesWrong
        row.valid_to, row.change = on, CertificationChange.CANCELLED
        row.end_reason, row.end_words = reason, words.strip()
        row.ended_by_id, row.ended_at = told.entered_by, told.now
        row.save(
            update_fields=[
                "valid_to", "change", "end_reason", "end_words", "ended_by", "ended_at"
            ]
        )  # fmt: skip
        Certification.objects.filter(child=row.child, valid_from__gt=on).update(
            change=CertificationChange.VOID
        )
        _record("childcare.certification.cancel", row, told=told)
        _tell_end(row, told=told)
    return row


def certified_on(child: Child, *, day: date) -> Certification | None:
    """Return the certification that holds on ``day``."""
    return (
        Certification.objects.filter(child=child, valid_from__lte=day, valid_to__gte=day)
        .exclude(change=CertificationChange.VOID)
        .order_by("-issued_at")
        .first()
    )


def certified_children(children: Collection[UUID], *, day: date) -> set[UUID]:
    """Return which of ``children`` hold a certification on ``day``."""
    rows = Certification.objects.filter(child__in=children, valid_from__lte=day, valid_to__gte=day)
    return set(rows.exclude(change=CertificationChange.VOID).values_list("child_id", flat=True))


def _number_of(child: Child) -> str:
    older = Certification.objects.filter(child=child).first()
    return older.number if older else make_reference(NUMBER_CHARACTERS)


def _turns_three(child: Child) -> date:
    """Return the day on which the child is three by law: the day before its birthday."""
    return reaches_age_on(child.birth_date, age=_SECOND_CLASS_AGE)


def _end(row: Certification, *, on: date) -> None:
    if on < row.valid_from:
        row.change = CertificationChange.VOID
    else:
        row.valid_to = on
    row.save(update_fields=["valid_to", "change"])


def _tell_end(row: Certification, *, told: Told) -> None:
    """Tell the applicant; the page that the notice leads to says the day and the reason."""
    household = row.child.household
    shown = Application.objects.filter(child=row.child).order_by("-created_at").first()
    if household.applicant_id is None or shown is None:
        return
    outbox.put_notice(
        municipality=row.municipality,
        person_id=household.applicant_id,
        kind="childcare.certification",
        link=f"/childcare/applications/{shown.pk}/",
        dedupe_key=f"childcare.certification:{row.pk}:cancelled",
        now=told.now,
    )


def _record(action: str, row: Certification, *, told: Told) -> None:
    audit.record(
        action,
        actor=told.actor,
        now=told.now,
        municipality=row.municipality,
        object_type="certification",
        object_id=row.pk,
        facts={"class": row.class_code, "amount": row.care_amount, "change": row.change},
        subject=row.child.household.applicant_id,
    )
