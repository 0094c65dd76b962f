"""Reads about facilities that several callers share."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from childcare.models import Facility, FacilityTerms, PublishedCutoff

ADMITTED_MIN: Final = 5  # below it, a lowest score would tell about single children


def lowest_admitted(facility: Facility, class_age: int, fiscal_year: int) -> int | None:
    """Return the lowest admitted score in half points; ``None`` when fewer than 5 were admitted."""
    return (
        PublishedCutoff.objects.filter(
            facility=facility,
            class_age=class_age,
            fiscal_year=fiscal_year,
            admitted__gte=ADMITTED_MIN,
        )
        .values_list("half_points", flat=True)
        .first()
    )


def lowest_admitted_scores(
    facilities: Iterable[UUID], class_age: int, fiscal_year: int
) -> Mapping[UUID, int | None]:
    """Return the lowest admitted scores of many facilities at once.

    ``None`` where too few were admitted to say; no entry where nothing was published.
    """
    rows = PublishedCutoff.objects.filter(
        facility__in=list(facilities), class_age=class_age, fiscal_year=fiscal_year
    ).values_list("facility_id", "half_points", "admitted")
    return {key: half if admitted >= ADMITTED_MIN else None for key, half, admitted in rows}


def terms_on(day: date, facilities: Iterable[UUID]) -> Mapping[UUID, FacilityTerms]:
    """Return what each facility offers on ``day``: the newest terms that hold then."""
    rows = FacilityTerms.objects.filter(facility__in=list(facilities), valid_from__lte=day)
    found: dict[UUID, FacilityTerms] = {}
    for terms in rows.order_by("valid_from"):
        if terms.valid_until is None or terms.valid_until >= day:
            found[terms.facility_id] = terms
    return found


def school_year_of(day: date) -> int:
    """Return the school year in which ``day`` lies: it starts on 1 April."""
    return day.year if (day.month, day.day) >= (4, 1) else day.year - 1
