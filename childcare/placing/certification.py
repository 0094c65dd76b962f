"""教育・保育給付認定: issued, changed and cancelled; what counts on a day is the newest that holds.

A change ends the row before it on the day before and begins another, so that every day of the
past still says what it said (子ども・子育て支援法 19条, 20条, 23条).
"""

from datetime import date, timedelta
from typing import Final

from django.db import transaction

from childcare.applying.content_rules import class_age_in
from childcare.applying.versions import Told
from childcare.models import CareAmount, Certification, CertificationClass, Child
from childcare.placing.refusals import CertificationDatesWrong
from core import audit
from core.ids import make_reference
from jp.ages import reaches_age_on

NUMBER_CHARACTERS: Final = 8
_SCHOOL_STARTS_AT: Final = 6
_THIRD_CLASS_UNTIL_AGE: Final = 3


def class_for(child: Child, *, day: date, needs_care: bool = True) -> CertificationClass:
    """Return the class of a child on ``day``: 3号 until it is three years old, then 2号."""
    if not needs_care:
        return CertificationClass.FIRST
    turned_three = reaches_age_on(child.birth_date, age=_THIRD_CLASS_UNTIL_AGE) < day
    return CertificationClass.SECOND if turned_three else CertificationClass.THIRD


def until_school(child: Child, *, school_year: int) -> date:
    """Return the last day of March before the child starts school."""
    years = _SCHOOL_STARTS_AT - class_age_in(child.birth_date, school_year=school_year)
    return date(school_year + years, 3, 31)


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

    Raises :class:`CertificationDatesWrong`.
    """
    if valid_to < valid_from:
        raise CertificationDatesWrong
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
            change="new" if before is None else "changed",
            issued_by_id=told.entered_by,
            issued_at=told.now,
        )
        _record("childcare.certification", made, told=told)
    return made


def cancel_certification(certification: Certification, *, on: date, told: Told) -> Certification:
    """End a certification with the day ``on`` (its last)."""
    with transaction.atomic():
        row = Certification.objects.select_for_update().get(pk=certification.pk)
        if not row.valid_from <= on <= row.valid_to:
            raise CertificationDatesWrong
        row.valid_to, row.change = on, "cancelled"
        row.save(update_fields=["valid_to", "change"])
        _record("childcare.certification.cancel", row, told=told)
    return row


def certified_on(child: Child, *, day: date) -> Certification | None:
    """Return the certification that holds on ``day``."""
    return (
        Certification.objects.filter(child=child, valid_from__lte=day, valid_to__gte=day)
        .order_by("-issued_at")
        .first()
    )


def _number_of(child: Child) -> str:
    older = Certification.objects.filter(child=child).first()
    return older.number if older else make_reference(NUMBER_CHARACTERS)


def _end(row: Certification, *, on: date) -> None:
    if on < row.valid_from:
        raise CertificationDatesWrong
    row.valid_to = on
    row.save(update_fields=["valid_to"])


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
