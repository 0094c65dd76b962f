"""Find nurseries by what matters to a family: a pure rule over facts, and the reads around it.

Nothing of a search is stored. Home and work come as a town's point, which is about 1 km from any
door in it. A fact that nobody told is no yes: who asks for a yard gets the places that say so, and
the page says how many could not be judged.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Final
from uuid import UUID

from childcare.models import Facility, FacilityTerms, VisitDay
from childcare.selectors import lowest_admitted_scores, terms_on
from childcare.vacancy import NOT_TOLD, Vacancy, vacancies
from jp.clock import civil_date
from places.facts import point_of
from places.models import Place, Sheet
from places.points import Distance, Point, distance, extra_on_the_way
from places.search import with_words

# What may be asked for, in the order in which the page offers it; each is a field of the terms.
SERVICES: Final = (
    "extended", "holiday", "temporary", "sick_child", "medical_care", "disability", "allergy",
    "yard", "meals",
)  # fmt: skip
CERTIFICATIONS: Final = ("takes_1", "takes_2", "takes_3")


class SortBy(StrEnum):
    """What comes first in the list."""

    WAY = "way"  # least extra distance between home and work
    HOME = "home"
    WORK = "work"
    VACANCY = "vacancy"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a family looks for; empty asks nothing."""

    municipality: str
    class_age: int | None = None
    fiscal_year: int | None = None  # of the admission: last year's lowest score is the year before
    words: str = ""
    town: str = ""
    kinds: frozenset[str] = frozenset()
    run_by: str = ""
    services: frozenset[str] = frozenset()
    certification: str = ""  # one of CERTIFICATIONS
    language: str = ""
    begins: time | None = None
    ends: time | None = None
    with_room: bool = False
    with_visit: bool = False
    home: Point | None = None
    work: Point | None = None
    within_metres: int | None = None  # of the way between home and work, else of home
    sort_by: SortBy = SortBy.NAME


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One facility with what the list says about it."""

    facility: Facility
    terms: FacilityTerms | None
    vacancy: Vacancy
    to_home: Distance | None = None
    to_work: Distance | None = None
    extra: Distance | None = None
    next_visit: VisitDay | None = None
    lowest_half_points: int | None = None
    lowest_is_hidden: bool = False  # published, but too few were admitted to show it

    @property
    def place(self) -> Place:
        """The registry's row."""
        return self.facility.place

    @property
    def sort_metres(self) -> Distance | None:
        """The distance that the reader cares for most."""
        return self.extra or self.to_home or self.to_work


@dataclass(slots=True, kw_only=True)
class SearchResult:
    """The facilities found, best first, and how many could not be judged for want of facts."""

    found: list[Found] = field(default_factory=list)
    not_judged: int = 0


def found_facilities(wanted: Wanted, *, now: datetime) -> SearchResult:
    """Return the facilities that ``wanted`` describes, best first."""
    result = SearchResult()
    for one in _with_facts(_rows(wanted), wanted, now=now):
        answer = fits(one, wanted)
        if answer:
            result.found.append(one)
        elif answer is None:
            result.not_judged += 1
    result.found.sort(key=lambda one: _sort_key(one, wanted.sort_by))
    return result


def found_facility(facility: Facility, wanted: Wanted, *, now: datetime) -> Found:
    """Return one facility with what ``wanted`` asks to know of it, whether it fits or not."""
    return next(iter(_with_facts([facility], wanted, now=now)))


def _with_facts(rows: Sequence[Facility], wanted: Wanted, *, now: datetime) -> Iterator[Found]:
    today = civil_date(now)
    keys = [row.pk for row in rows]
    terms = terms_on(today, keys)
    rooms = vacancies(keys, today=today)
    visits = _next_visits(keys, now=now)
    lowest: Mapping[UUID, int | None] = {}
    if wanted.class_age is not None and wanted.fiscal_year is not None:
        lowest = lowest_admitted_scores(keys, wanted.class_age, wanted.fiscal_year - 1)
    for row in rows:
        yield Found(
            facility=row,
            terms=terms.get(row.pk),
            vacancy=_vacancy_of(row, rooms, wanted.class_age),
            next_visit=visits.get(row.pk),
            lowest_half_points=lowest.get(row.pk),
            lowest_is_hidden=row.pk in lowest and lowest[row.pk] is None,
            **_distances(row, wanted),
        )


def fits(one: Found, wanted: Wanted) -> bool | None:
    """Say whether a facility is what is wanted; ``None`` where a fact that decides is not known."""
    answers = [*_certain(one, wanted), *_told(one.terms, wanted)]
    if any(answer is False for answer in answers):
        return False
    return None if any(answer is None for answer in answers) else True


def _certain(one: Found, wanted: Wanted) -> Iterable[bool | None]:
    if wanted.with_room:
        yield None if one.vacancy == NOT_TOLD else one.vacancy.has_room
    if wanted.with_visit:
        yield one.next_visit is not None
    if wanted.within_metres is not None and (wanted.home or wanted.work):
        far = one.sort_metres
        yield None if far is None else far.metres <= wanted.within_metres


def _told(terms: FacilityTerms | None, wanted: Wanted) -> Iterable[bool | None]:
    asked = [*sorted(wanted.services), *([wanted.certification] if wanted.certification else [])]
    for name in asked:
        yield None if terms is None else getattr(terms, name)
    if wanted.language:
        known = terms.languages if terms else []
        yield wanted.language in known if known else None
    if wanted.begins is not None:
        yield None if terms is None or terms.opens is None else terms.opens <= wanted.begins
    if wanted.ends is not None:
        yield None if terms is None or terms.closes is None else wanted.ends <= terms.closes


def _rows(wanted: Wanted) -> Sequence[Facility]:
    rows = Facility.objects.filter(municipality=wanted.municipality).select_related("place")
    if wanted.kinds:
        rows = rows.filter(kind__in=sorted(wanted.kinds))
    if wanted.run_by:
        rows = rows.filter(run_by=wanted.run_by)
    if wanted.town:
        rows = rows.filter(place__town=wanted.town)
    if not wanted.words.strip():
        return list(rows)
    places = with_words(Place.objects.filter(sheet=Sheet.CHILDCARE), wanted.words)
    ranked = {key: rank for rank, key in enumerate(places.values_list("pk", flat=True))}
    return sorted(
        (row for row in rows if row.place_id in ranked), key=lambda row: ranked[row.place_id]
    )


def _vacancy_of(
    row: Facility, rooms: Mapping[tuple[UUID, int], Vacancy], class_age: int | None
) -> Vacancy:
    """Return the class's vacancy; without a class the best of all classes."""
    if class_age is not None:
        return rooms.get((row.pk, class_age), NOT_TOLD)
    told = [room for (key, _age), room in rooms.items() if key == row.pk]
    return max(told, key=lambda room: (room.has_room, room.seats or 0), default=NOT_TOLD)


def _distances(row: Facility, wanted: Wanted) -> dict[str, Distance | None]:
    here = point_of(row.place)
    return {
        "to_home": distance(wanted.home, here),
        "to_work": distance(wanted.work, here),
        "extra": extra_on_the_way(wanted.home, here, wanted.work),
    }


def _next_visits(keys: Sequence[UUID], *, now: datetime) -> dict[UUID, VisitDay]:
    found: dict[UUID, VisitDay] = {}
    rows = VisitDay.objects.filter(facility__in=keys, starts_at__gt=now, is_cancelled=False)
    for day in rows.order_by("-starts_at"):
        if day.families_booked < day.families_max:
            found[day.facility_id] = day
    return found


_LAST: Final = 10**9


def _sort_key(one: Found, by: SortBy) -> tuple[int, int, str, str]:
    """Unknown distances come last, and equal ones go by name; the id makes the order one."""
    metres = {
        SortBy.WAY: one.extra or one.to_home,
        SortBy.HOME: one.to_home,
        SortBy.WORK: one.to_work,
    }.get(by)
    first = metres.metres if metres else _LAST
    if by is SortBy.VACANCY:
        first = -(one.vacancy.seats or 0)
    room = 0 if by is not SortBy.VACANCY or one.vacancy.has_room else 1
    return room, first, one.place.name_kana or one.place.name, str(one.facility.pk)


def as_of(found: Iterable[Found]) -> date | None:
    """Return the day of which the oldest shown vacancy is: the page says it under the list."""
    return min((one.vacancy.as_of for one in found if one.vacancy.as_of), default=None)
