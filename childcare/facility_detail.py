"""One facility whole: what its page and its API answer show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from childcare.facility_search import Found, Wanted, found_facility
from childcare.models import (
    DayMoment,
    Facility,
    MenuDay,
    Photo,
    Post,
    VisitDay,
    YearEvent,
)
from childcare.vacancy import CLASS_AGES, NOT_TOLD, Vacancy, vacancies
from childcare.visits import coming_visits
from jp.clock import civil_date

POSTS_MAX = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityDetail:
    """Everything about one facility; ``classes`` are those that it has seats for or told of."""

    found: Found
    classes: Sequence[tuple[int, Vacancy]]
    visits: Sequence[VisitDay]
    moments: Sequence[DayMoment]
    year: Sequence[YearEvent]
    menu: Sequence[MenuDay]
    posts: Sequence[Post]
    photos: Sequence[Photo]


def facility_detail(facility: Facility, wanted: Wanted, *, now: datetime) -> FacilityDetail:
    """Return what is shown of ``facility`` to somebody who looks for ``wanted``."""
    today = civil_date(now)
    told = vacancies([facility.pk], today=today)
    seats = set(facility.capacities.values_list("class_age", flat=True))
    ages = [age for age in CLASS_AGES if (facility.pk, age) in told or age in seats]
    moments = facility.moments.all()
    if wanted.class_age is not None:
        moments = moments.filter(class_age=wanted.class_age) | moments.filter(
            class_age__isnull=True
        )
    monday = today - timedelta(days=today.weekday())
    return FacilityDetail(
        found=found_facility(facility, wanted, now=now),
        classes=[(age, told.get((facility.pk, age), NOT_TOLD)) for age in ages],
        visits=coming_visits(facility, now=now),
        moments=list(moments),
        year=sorted(facility.year_events.all(), key=lambda event: (event.month - 4) % 12),
        menu=list(facility.menu.filter(day__gte=monday, day__lt=monday + timedelta(days=7))),
        posts=list(facility.posts.filter(hidden_at__isnull=True)[:POSTS_MAX]),
        photos=list(facility.photos.all()),
    )
