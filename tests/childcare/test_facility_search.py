"""Families find what they ask for; what nobody told is no yes, and no no either."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client

from childcare.facility_search import SERVICES, SortBy, Wanted, found_facilities
from childcare.models import FacilityTerms, PublishedCutoff, VacancyState
from childcare.selectors import lowest_admitted
from childcare.vacancy import FRESH_DAYS, VacancyOutOfOrder, recent_changes, set_vacancy
from core.audit import SYSTEM
from places.models import PointKind
from places.points import Point
from places.search_index import index_missing
from tests.childcare.facility_factories import TODAY, make_facility, make_vacancy, make_visit
from tests.disability_card.issuing import CITY, NOW
from tests.places.factories import make_towns

pytestmark = pytest.mark.django_db
HOME = Point(latitude=36.277585, longitude=138.46326)
WORK = Point(latitude=36.230673, longitude=138.479372)


def names(**wanted: Any) -> list[str]:
    result = found_facilities(Wanted(municipality=CITY, **wanted), now=NOW)
    return [one.place.name for one in result.found]


def not_judged(**wanted: Any) -> int:
    return found_facilities(Wanted(municipality=CITY, **wanted), now=NOW).not_judged


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_finds_those_who_say_so_and_counts_those_who_say_nothing(service: str) -> None:
    make_facility(name="はい", terms={service: True})
    make_facility(name="いいえ", terms={service: False})
    make_facility(name="ふめい", terms={service: None})
    wanted = {"services": frozenset([service])}
    assert names(**wanted) == ["はい"]
    assert not_judged(**wanted) == 1


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"begins": time(7, 30), "ends": time(18, 30)}, ["早い園", "遅い園"]),
        ({"begins": time(7, 0)}, ["早い園"]),
        ({"ends": time(19, 0)}, ["遅い園"]),
        ({"certification": "takes_3"}, ["早い園"]),
        ({"language": "vi"}, ["遅い園"]),
        ({"run_by": "public"}, ["早い園"]),
        ({"kinds": frozenset(["small"])}, ["遅い園"]),
        ({"town": "中込"}, ["早い園"]),
        ({"words": "ﾊﾔｲ"}, ["早い園"]),
        ({"with_visit": True}, ["遅い園"]),
        ({"with_room": True, "class_age": 1}, ["早い園"]),
        ({"with_room": True, "class_age": 2}, []),
    ],
)
def test_each_filter_of_the_page(wanted: dict[str, Any], found: list[str]) -> None:
    early = make_facility(
        name="早い園", name_kana="ハヤイエン", town="中込",
        terms={"opens": time(7, 0), "takes_3": True, "languages": ["ja"]},
    )  # fmt: skip
    early.run_by = "public"
    early.save()
    late = make_facility(
        name="遅い園", name_kana="オソイエン", terms={"closes": time(19), "languages": ["vi"]}
    )
    late.kind = "small"
    late.save()
    make_vacancy(early)
    make_vacancy(late, state="full", seats=0)
    make_visit(late)
    make_visit(early, families_booked=3)
    index_missing()
    assert sorted(names(**wanted)) == sorted(found)


def test_the_way_between_home_and_work_orders_the_list() -> None:
    here: dict[str, Any] = {"point_kind": PointKind.OWN}
    make_facility(name="遠い園", latitude="36.176667", longitude="138.580278", **here)
    make_facility(name="途中の園", latitude="36.254920", longitude="138.476593", **here)
    make_facility(name="位置のない園")
    by_way: dict[str, Any] = {"home": HOME, "work": WORK, "sort_by": SortBy.WAY}
    assert names(**by_way) == ["途中の園", "遠い園", "位置のない園"]
    assert names(**by_way, within_metres=1_000) == ["途中の園"]
    assert not_judged(**by_way, within_metres=1_000) == 1


def test_terms_hold_from_their_day_to_their_last() -> None:
    facility = make_facility(terms={"yard": False, "valid_until": TODAY - timedelta(days=1)})
    FacilityTerms.objects.create(facility=facility, valid_from=TODAY, yard=True)
    assert names(services=frozenset(["yard"])) == ["デモ園"]
    FacilityTerms.objects.create(facility=facility, valid_from=TODAY + timedelta(days=1))
    assert names(services=frozenset(["yard"])) == ["デモ園"]


def test_a_vacancy_that_nobody_renewed_is_shown_as_not_updated() -> None:
    facility = make_facility()
    make_vacancy(facility, as_of=TODAY - timedelta(days=FRESH_DAYS))
    found = found_facilities(Wanted(municipality=CITY, class_age=1), now=NOW).found[0]
    assert (found.vacancy.state, found.vacancy.seats) == (VacancyState.OPEN, 2)
    later = found_facilities(
        Wanted(municipality=CITY, class_age=1), now=NOW + timedelta(days=1)
    ).found[0]
    assert (later.vacancy.state, later.vacancy.seats) == (VacancyState.STALE, None)


def test_a_vacancy_is_of_a_day_that_has_come() -> None:
    facility = make_facility()
    for change in ({"as_of": TODAY + timedelta(days=1)}, {"class_age": 6}, {"state": "stale"}):
        good: dict[str, Any] = {"class_age": 1, "state": "open", "seats": 1, "as_of": TODAY}
        with pytest.raises(VacancyOutOfOrder):
            set_vacancy(facility, **(good | change), set_by=None, actor=SYSTEM, now=NOW)


def test_only_changes_of_a_vacancy_are_news() -> None:
    facility = make_facility()
    for days, seats in ((5, 2), (4, 2), (3, 1)):
        make_vacancy(facility, as_of=TODAY - timedelta(days=days), seats=seats)
    assert [change.seats for change in recent_changes(CITY)] == [1, 2]


@pytest.mark.parametrize(("admitted", "shown"), [(4, None), (5, 76)])
def test_the_lowest_score_is_shown_only_from_five_admitted(
    admitted: int, shown: int | None
) -> None:
    facility = make_facility()
    PublishedCutoff.objects.create(
        facility=facility, fiscal_year=2026, class_age=1, half_points=76, admitted=admitted
    )
    assert lowest_admitted(facility, 1, 2026) == shown
    found = found_facilities(
        Wanted(municipality=CITY, class_age=1, fiscal_year=2027), now=NOW
    ).found[0]
    assert (found.lowest_half_points, found.lowest_is_hidden) == (shown, shown is None)


def test_the_api_takes_a_birth_date_and_towns_and_tells_the_extra_way(client: Client) -> None:
    make_towns()
    make_facility(name="途中の園", latitude="36.254920", longitude="138.476593", point_kind="own")
    answer = client.get(
        "/api/v1/childcare/facilities",
        {
            "birth_date": "2025-06-10",
            "starts_on": "2027-04-01",
            "home": "岩村田",
            "work": "385-0051",
        },
    ).json()
    row = answer["results"][0]
    assert row["extra_on_the_way"]["is_about"]
    assert row["vacancy"]["state"] == "stale"
    detail = client.get(f"/api/v1/childcare/facilities/{row['id']}").json()
    assert detail["facility"]["name"] == "途中の園"
    wrong = client.get(
        "/api/v1/childcare/facilities", {"birth_date": "2015-06-10", "starts_on": "2027-04-01"}
    )
    assert wrong.status_code == 400


@pytest.mark.parametrize(
    ("birth", "age"), [(date(2025, 4, 1), 2), (date(2025, 4, 2), 1), (date(2026, 4, 2), 0)]
)
def test_a_child_born_on_the_first_of_april_belongs_to_the_older_class(
    client: Client, birth: date, age: int
) -> None:
    facility = make_facility()
    make_vacancy(facility, class_age=age, seats=7)
    answer = client.get(
        "/api/v1/childcare/facilities",
        {"birth_date": birth.isoformat(), "starts_on": "2027-04-01"},
    ).json()
    make_vacancy(facility, class_age=(age + 1) % 6, seats=9)
    assert answer["results"][0]["vacancy"]["seats"] in {7, None}


def test_feed_and_calendar_are_what_readers_of_them_take(client: Client) -> None:
    facility = make_facility()
    make_vacancy(facility)
    make_visit(facility)
    feed = client.get("/api/v1/childcare/vacancies.atom")
    assert feed["Content-Type"].startswith("application/atom+xml")
    assert "空き 2人" in feed.content.decode()
