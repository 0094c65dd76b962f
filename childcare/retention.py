"""Forget families when their papers' time is over (保存年限): whose it was goes, not that it was.

Steps, for each family whose newest application is due: (1) files and words about papers go;
(2) drafts that were never submitted go; (3) certifications go; (4) names, address, telephone, links
to people and receipt numbers go, and a day of birth becomes the first day of its class. What was
said and decided stays without a family, as the append-only tables demand: facts are codes and
numbers, and the chain of proofs of a round stays whole.

The years count from the April after the child's last year: the last year of class 5 where it was
admitted, else the year of the round. Not done here: audit events, which hold ids only.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.db import transaction
from django.db.models import Max

from childcare.applying.content_rules import class_age_in
from childcare.applying.paper_files import forget_file
from childcare.applying.states import ApplicationState
from childcare.models import Application, Certification, Child, Document, Household
from childcare.selectors import school_year_of
from core import audit
from core.audit import SYSTEM
from jp.clock import civil_date

PERIODS: Final = Path(__file__).with_name("data") / "retention.json"
FORGOTTEN: Final = "―"  # in place of a child's name
LAST_CLASS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """How long the city keeps what families sent."""

    application_years: int
    draft_days: int  # after the round's deadline


@lru_cache(maxsize=1)
def periods() -> Periods:
    """Return the periods as shipped."""
    data = json.loads(PERIODS.read_text(encoding="utf-8"))
    return Periods(application_years=data["application_years"], draft_days=data["draft_days"])


def due_on(last_year: int, years: int) -> date:
    """Return the first day on which papers of ``last_year`` are no longer kept."""
    return date(last_year + 1 + years, 4, 1)


def last_year_of(application: Application) -> int:
    """Return the last school year that the application is about."""
    year = application.round.fiscal_year
    if application.state != ApplicationState.ADMITTED:
        return year
    age = class_age_in(application.child.birth_date, school_year=year)
    return year + max(0, LAST_CLASS - age)


def forget_old_applications(*, now: datetime, kept: Periods | None = None) -> dict[str, int]:
    """Forget every family that is due and every draft that nobody sent; return how many."""
    kept = kept or periods()
    counts = {"drafts": 0, "families": 0}
    for row in list(_old_drafts(kept, now=now)):
        with transaction.atomic():
            _delete_draft(row, now=now)
        counts["drafts"] += 1
    for household in list(_due_households(kept, today=civil_date(now))):
        with transaction.atomic():
            _forget(household, now=now)
        counts["families"] += 1
    return counts


def _old_drafts(kept: Periods, *, now: datetime) -> Iterator[Application]:
    yield from Application.objects.filter(
        state=ApplicationState.DRAFT,
        current__isnull=True,
        round__closes_at__lt=now - timedelta(days=kept.draft_days),
    ).select_related("round", "child__household")


def _due_households(kept: Periods, *, today: date) -> Iterator[Household]:
    newest = school_year_of(today) - 1 - kept.application_years
    rows = Household.objects.filter(forgotten_at__isnull=True).annotate(
        newest=Max("children__applications__round__fiscal_year")
    )
    for household in rows.filter(newest__lte=newest):
        applications = Application.objects.filter(child__household=household)
        years = map(last_year_of, applications.select_related("round", "child"))
        if due_on(max(years), kept.application_years) <= today:
            yield household


def _forget(household: Household, *, now: datetime) -> None:
    applications = Application.objects.filter(child__household=household)
    for row in applications.filter(current__isnull=True):
        _delete_draft(row, now=now)
    for document in Document.objects.filter(application__in=applications):
        forget_file(document)
        document.file_name = document.deficiency = ""
        document.save(update_fields=["file_name", "deficiency"])
    Certification.objects.filter(child__household=household).delete()
    for guardian in household.guardians.all():
        guardian.name, guardian.person = "", None
        guardian.save(update_fields=["name", "person"])
    for child in household.children.all():
        child.name, child.name_kana, child.person = FORGOTTEN, "", None
        child.birth_date = first_day_of_class(child.birth_date)
        child.save(update_fields=["name", "name_kana", "person", "birth_date"])
    for row in applications:
        row.receipt_number = row.draft = None
        row.save(update_fields=["receipt_number", "draft"])
    household.applicant = household.address = household.phone = None
    household.forgotten_at = now
    household.save(update_fields=["applicant", "address", "phone", "forgotten_at"])
    audit.record(
        "childcare.family.forget",
        actor=SYSTEM,
        now=now,
        municipality=household.municipality,
        object_type="household",
        object_id=household.pk,
    )


def first_day_of_class(birth: date) -> date:
    """Return 2 April of the class's year: the class stays, the birthday goes."""
    begins = date(birth.year, 4, 2)
    return begins if birth >= begins else date(birth.year - 1, 4, 2)


def _delete_draft(row: Application, *, now: datetime) -> None:
    """Delete what was never submitted, and the child or family of whom nothing is left."""
    child, household = row.child, row.child.household
    for document in row.documents.all():
        forget_file(document)
        document.delete()
    audit.record(
        "childcare.draft.forget", actor=SYSTEM, now=now, municipality=row.municipality,
        object_type="application", object_id=row.pk,
    )  # fmt: skip
    row.delete()
    if not child.applications.exists() and not child.certifications.exists():
        child.delete()
    if not Child.objects.filter(household=household).exists():
        household.guardians.all().delete()
        household.sibling_policies.all().delete()
        household.delete()
