"""Courses: written by the city's editors, shown from an instant on, never past midnight."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Role
from core.audit import SYSTEM
from places.models import Place, Sheet
from tests.tourism.campaign_factories import CITY, make_officer
from tests.tourism.money_factories import make_place
from tourism.course_editing import (
    CourseChangedMeanwhile,
    CourseOverMidnight,
    CoursePlan,
    CourseSlugTaken,
    CourseStopsWrong,
    StopPlan,
    edit_course,
    make_course,
)
from tourism.listings import ListingWithoutJapanese
from tourism.models import Course, Travel

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)


def make_spot(**override: Any) -> Place:
    return make_place(**({"sheet": Sheet.TOURISM} | override))


def make_stop(place: Place | None = None, **override: Any) -> StopPlan:
    good: dict[str, Any] = {
        "place": (place or make_spot()).pk, "travel": Travel.WALK, "travel_minutes": 10,
        "stay_minutes": 40,
    }  # fmt: skip
    return StopPlan(**(good | override))


def make_plan(**override: Any) -> CoursePlan:
    good: dict[str, Any] = {
        "title": {"ja": "星の城", "en": "Star castle"}, "text": {}, "starts": time(9, 30),
        "shows_from": NOW,
    }  # fmt: skip
    if "stops" not in override:
        good["stops"] = [make_stop(), make_stop()]
    return CoursePlan(**(good | override))


def make(plan: CoursePlan | None = None, slug: str = "stars") -> Course:
    return make_course(plan or make_plan(), municipality=CITY, slug=slug, actor=SYSTEM, now=NOW)


def plan_of_course(course: Course) -> CoursePlan:
    """A course as it was written."""
    return CoursePlan(
        title=course.title,
        text=course.text,
        starts=course.starts,
        shows_from=course.shows_from,
        is_shown=course.is_shown,
        stops=[
            StopPlan(
                place=stop.place_id,
                travel=Travel(stop.travel),
                travel_minutes=stop.travel_minutes,
                stay_minutes=stop.stay_minutes,
            )
            for stop in course.stops.all()
        ],
    )


def test_a_course_comes_back_as_it_was_written() -> None:
    plan = make_plan()
    assert plan_of_course(make(plan)) == plan


def test_who_writes_second_is_told() -> None:
    course = make()
    edit_course(course, make_plan(title={"ja": "新"}), version=1, actor=SYSTEM, now=NOW)
    with pytest.raises(CourseChangedMeanwhile):
        edit_course(course, make_plan(title={"ja": "古"}), version=1, actor=SYSTEM, now=NOW)
    assert Course.objects.get().title == {"ja": "新"}
    with pytest.raises(CourseSlugTaken):
        make()


def test_a_course_ends_on_its_day_has_stops_and_japanese() -> None:
    with pytest.raises(CourseOverMidnight):
        make_plan(starts=time(23, 0))
    with pytest.raises(CourseStopsWrong):
        make_plan(stops=[make_stop()])
    with pytest.raises(ListingWithoutJapanese):
        make_plan(title={"en": "x"})


def test_a_stop_is_a_spot_of_the_same_city() -> None:
    for foreign in (make_spot(municipality="202011"), make_place(sheet="")):
        with pytest.raises(CourseStopsWrong):
            make(make_plan(stops=[make_stop(), make_stop(foreign)]))
    assert not Course.objects.exists()


def test_the_api_makes_reads_and_writes_under_if_match() -> None:
    client = APIClient()
    client.force_authenticate(make_officer(Role.TOURISM_EDITOR))
    body = {
        "slug": "api", "title": {"ja": "道"}, "starts": "09:00", "shows_from": NOW.isoformat(),
        "stops": [{"place": str(make_spot().pk), "stay_minutes": 30} for _ in range(2)],
    }  # fmt: skip
    made = client.post("/api/v1/staff/courses", body, format="json", HTTP_IDEMPOTENCY_KEY="c1")
    assert made.status_code == 201, made.content
    address = f"/api/v1/staff/courses/{made.json()['id']}"
    read = client.get(address)
    body.pop("slug")
    body["title"] = {"ja": "新しい道"}
    written = client.put(address, body, format="json", HTTP_IF_MATCH=read.headers["ETag"])
    assert written.json()["title"] == {"ja": "新しい道"}
    late = client.put(address, body, format="json", HTTP_IF_MATCH=read.headers["ETag"])
    assert (late.status_code, late.json()["code"]) == (412, "course-changed-meanwhile")


def editor() -> Client:
    client = Client()
    client.force_login(make_officer(Role.TOURISM_EDITOR))
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "webauthn"}]
    session.save()
    return client


def form(stops: int, **more: str) -> dict[str, str]:
    rows = {"stops-TOTAL_FORMS": "12", "stops-INITIAL_FORMS": "0"}
    for place in range(stops):
        rows |= {f"stops-{place}-place": str(make_spot().pk), f"stops-{place}-travel": "walk",
                 f"stops-{place}-stay_minutes": "30"}  # fmt: skip
    return rows | {"title_ja": "宿場", "slug": "post-towns", "starts": "10:00"} | more


def test_an_editor_writes_a_course_and_visitors_see_it_from_its_day_on() -> None:
    client, later = editor(), datetime.now(UTC) + timedelta(days=9)
    wrong = client.post("/staff/listings/courses/new/", form(1))
    assert wrong.status_code == 422
    assert "2つから12まで" in wrong.content.decode()
    day = f"{later.year}年{later.month}月{later.day}日"
    assert client.post("/staff/listings/courses/new/", form(3, day=day)).status_code == 302
    assert "予約ずみ" in client.get("/staff/listings/courses/").content.decode()
    assert Client().get("/tourism/courses/post-towns/").status_code == 404
    course = Course.objects.get()
    page = f"/staff/listings/courses/{course.pk}/"
    assert "宿場" in client.get(page).content.decode()
    assert client.post(page, form(2, version="1", title_ja="宿場の道")).status_code == 302
    assert "宿場の道" in Client().get("/tourism/courses/post-towns/").content.decode()
