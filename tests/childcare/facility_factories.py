"""Facilities with a good default; each test overrides what it is about."""

from datetime import date, datetime, time, timedelta
from typing import Any

from accounts.models import Membership, Organisation, OrganisationRole, User
from childcare.models import Facility, FacilityKind, FacilityTerms, VacancySnapshot, VisitDay
from jp.clock import civil_date
from places.models import Place, Sheet
from tests.disability_card.issuing import CITY, NOW
from tests.places.factories import make_place

TODAY = civil_date(NOW)


def make_facility(
    *, name: str = "デモ園", terms: dict[str, Any] | None = None, **place: Any
) -> Facility:
    row: Place = make_place(name=name, sheet=Sheet.CHILDCARE, **place)
    facility = Facility.objects.create(
        municipality=row.municipality, place=row, kind=FacilityKind.NURSERY
    )
    good = {"valid_from": date(2020, 4, 1), "opens": time(7, 30), "closes": time(18, 30)}
    FacilityTerms.objects.create(facility=facility, **(good | (terms or {})))
    return facility


def make_vacancy(facility: Facility, **override: Any) -> VacancySnapshot:
    good = {"class_age": 1, "as_of": TODAY, "state": "open", "seats": 2, "set_at": NOW}
    return VacancySnapshot.objects.create(facility=facility, **(good | override))


def make_visit(facility: Facility, **override: Any) -> VisitDay:
    start: datetime = override.pop("starts_at", NOW + timedelta(days=3))
    good = {"families_max": 3, "ends_at": start + timedelta(hours=1)}
    return VisitDay.objects.create(facility=facility, starts_at=start, **(good | override))


def make_teacher(facility: Facility) -> User:
    """Make somebody of the facility's own staff."""
    user = User.objects.create_user(f"teacher{User.objects.count()}@example.test")
    organisation = Organisation.objects.create(
        municipality=CITY, name="デモ園をはこぶ会", kind="nursery"
    )
    Membership.objects.create(
        user=user,
        organisation=organisation,
        role=OrganisationRole.NURSERY_STAFF,
        place_id=facility.place_id,
        valid_from=NOW,
    )
    return user
