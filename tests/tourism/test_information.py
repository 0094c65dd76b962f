"""Spots, events and courses as visitors meet them, and what editors write about them."""

import json
import re
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, strategies as st
from icalendar import Calendar

from accounts.models import Role
from core.audit import SYSTEM
from disability_card.models import Venue
from jp.clock import JST
from places.models import Event, Place, Sheet
from places.search_index import index_missing
from tests.disability_card.factories import CITY, NOW, make_card, make_person, make_row, make_staff
from tests.disability_card.test_scanning import make_benefit
from tourism.calendar_files import calendar_of
from tourism.courses import CourseTooLong, Leg, Visit, timetable
from tourism.linked_data import event_as_linked_data
from tourism.listings import (
    ListingChangedMeanwhile,
    ListingWithoutJapanese,
    Words,
    listing_of,
    versions_at,
    write_listing,
)
from tourism.models import Course, CourseStop

pytestmark = pytest.mark.django_db


def make_spot(**override: Any) -> Place:
    good: dict[str, Any] = {
        "municipality": CITY, "sheet": Sheet.TOURISM, "number": f"T{Place.objects.count()}",
        "name": "デモの館", "name_kana": "デモノヤカタ", "category": "資料館", "town": "望月",
    }  # fmt: skip
    place = Place.objects.create(**(good | override))
    index_missing()
    return place


def make_event(**override: Any) -> Event:
    good: dict[str, Any] = {
        "municipality": CITY, "number": f"E{Event.objects.count()}", "title": "デモの市",
        "starts_on": date(2099, 5, 3), "ends_on": date(2099, 5, 5),
    }  # fmt: skip
    event = Event.objects.create(**(good | override))
    index_missing()
    return event


def entries(content: bytes) -> list[Any]:
    """The entries of a calendar; the library's own types are unions of everything."""
    calendar: Any = Calendar.from_ical(content)
    found: list[Any] = calendar.walk("VEVENT")
    return found


def text_of(address: str, client: Client | None = None, **query: Any) -> str:
    return (client or Client()).get(address, query).content.decode()


# -- looking for spots -------------------------------------------------------------------------


def test_a_stranger_finds_spots_by_word_area_and_flag() -> None:
    make_spot(name="入れる館", wheelchair=True)
    make_spot(name="段の館", wheelchair=False, town="中込")
    assert "入れる館" in text_of("/tourism/spots/")
    with_chair = text_of("/tourism/spots/", wheelchair="on")
    assert "入れる館" in with_chair
    assert "段の館" not in with_chair
    assert "段の館" in text_of("/tourism/spots/", town="中込")
    assert "段の館" not in text_of("/tourism/spots/", q="入れる")


def test_open_now_keeps_only_what_is_surely_open() -> None:
    always = {"open_days": "月火水木金土日", "opens": time(0, 0), "closes": time(23, 59)}
    make_spot(name="あいている館", **always)
    make_spot(name="わからない館")
    found = text_of("/tourism/spots/", open_now="on")
    assert "あいている館" in found
    assert "わからない館" not in found


def test_the_nearest_comes_first_and_the_point_stands_in_no_address() -> None:
    at = {"point_kind": "own"}
    make_spot(name="あ遠い館", latitude="36.30", longitude="138.60", **at)
    make_spot(name="ん近い館", latitude="36.21", longitude="138.48", **at)
    page = Client().post("/tourism/spots/", {"latitude": "36.2100", "longitude": "138.4801"})
    text = page.content.decode()
    assert page.status_code == 200
    assert text.index("ん近い館") < text.index("あ遠い館")
    assert not re.search(r'(?:href|action)="[^"]*36\.21', text)


def test_what_a_card_gives_stands_at_the_spot_for_the_readers_own_class() -> None:
    spot = make_spot()
    venue = Venue.objects.create(place=spot, code="ABCD1234")
    make_benefit(venue, classes=[1], title={"ja": "入館料", "ja-easy": "入館料", "en": "Entry"})
    address = f"/tourism/spots/{spot.pk}/"
    assert "障害者手帳があると" in text_of(address)
    for fare_class, sees in ((1, True), (2, False)):
        holder = make_person()
        make_card(person=holder, row=make_row(fare_class=fare_class))
        client = Client()
        assert holder.user is not None
        client.force_login(holder.user)
        assert ("あなたの手帳で" in text_of(address, client)) is sees


def test_a_spots_page_speaks_to_machines_without_breaking_out_of_its_script() -> None:
    spot = make_spot(description="</script><b>x", fee_yen=0)
    text = text_of(f"/tourism/spots/{spot.pk}/")
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text)
    assert found is not None
    facts = json.loads(found[1])
    assert (facts["@type"], facts["description"]) == ("TouristAttraction", "</script><b>x")
    assert "geo" not in facts


def test_a_shelter_is_no_sight() -> None:
    shelter = make_spot(sheet=Sheet.SHELTER)
    assert Client().get(f"/tourism/spots/{shelter.pk}/").status_code == 404


# -- events ------------------------------------------------------------------------------------


def test_an_event_without_days_says_so_and_is_in_no_calendar() -> None:
    make_event(title="小満祭", starts_on=None, ends_on=None, is_yearly=True)
    text = text_of("/tourism/events/")
    assert "毎年開催・日付は未定" in text
    assert b"BEGIN:VEVENT" not in Client().get("/tourism/events.ics").content


def test_an_event_of_three_days_with_hours_is_three_entries_in_japanese_time() -> None:
    event = make_event(opens=time(9, 0), closes=time(16, 0))
    found = entries(calendar_of([event], host="c.example", now=NOW))
    starts = [entry["dtstart"].dt for entry in found]
    assert [one.astimezone(JST).isoformat() for one in starts] == [
        f"2099-05-0{day}T09:00:00+09:00" for day in (3, 4, 5)
    ]
    assert len({str(entry["uid"]) for entry in found}) == 3


def test_a_whole_day_event_ends_the_day_after_its_last_one() -> None:
    (entry,) = entries(calendar_of([make_event()], host="c.example", now=NOW))
    assert (entry["dtstart"].dt, entry["dtend"].dt) == (date(2099, 5, 3), date(2099, 5, 6))


def test_an_event_past_midnight_ends_on_the_next_day() -> None:
    event = make_event(ends_on=date(2099, 5, 3), opens=time(22, 0), closes=time(1, 0))
    (entry,) = entries(calendar_of([event], host="c.example", now=NOW))
    assert entry["dtend"].dt - entry["dtstart"].dt == timedelta(hours=3)


def calendar_faults(content: bytes) -> list[str]:
    """What RFC 5545 forbids in a calendar; the library reads more than the text allows."""
    calendar: Any = Calendar.from_ical(content)
    lines, found = content.split(b"\r\n"), calendar.walk("VEVENT")
    uids = [str(one["uid"]) for one in found]
    zones = {str(one["tzid"]) for one in calendar.walk("VTIMEZONE")}
    named = {zone.decode() for zone in re.findall(rb";TZID=([^:;]+)", content)}
    rules = {
        "3.1: lines end in CRLF": b"\n" not in content.replace(b"\r\n", b""),
        "3.1: lines of 75 octets": max(map(len, lines)) <= 75,
        "3.1: no control characters": not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", content),
        "3.6: at least one component": bool(calendar.subcomponents),
        "3.6: prodid and version once": content.count(b"PRODID:") == 1
        and content.count(b"VERSION:2.0") == 1,
        "3.6.5: a zone that is named is there": named <= zones,
        "3.8.4.7: a uid is globally unique": len(set(uids)) == len(uids),
        "3.8.7.2: dtstamp in UTC": content.count(b"DTSTAMP:") == len(found)
        and not re.search(rb"DTSTAMP:\d+T\d+\r", content),
        "3.8.2.2: an end of the start's kind, and later": all(
            type(one["dtstart"].dt) is type(one["dtend"].dt) and one["dtstart"].dt < one["dtend"].dt
            for one in found
        ),
        "3.8.4.6: url is a URI": all("://" in str(one.get("url", "://")) for one in found),
    }
    return [rule for rule, holds in rules.items() if not holds]


HOURS = st.none() | st.times().map(lambda at: at.replace(second=0, microsecond=0))


@given(
    opens=HOURS, closes=HOURS, days=st.integers(0, 4), title=st.text(min_size=1, max_size=60),
    place_name=st.text(max_size=40),
)  # fmt: skip
def test_whatever_an_event_says_its_calendar_keeps_the_rules_and_gives_it_back(
    opens: time | None, closes: time | None, days: int, title: str, place_name: str
) -> None:
    starts = date(2099, 5, 3)
    event = Event(
        title=clean(title) or "市", place_name=clean(place_name), starts_on=starts,
        ends_on=starts + timedelta(days=days), opens=opens, closes=closes, changed_at=NOW,
    )  # fmt: skip
    content = calendar_of([event], host="c.example", now=NOW)
    assert calendar_faults(content) == []
    assert {str(one["summary"]) for one in entries(content)} == {event.title}
    told = event_as_linked_data(event, address="https://c.example/e")
    starts_at, ends_at = told["startDate"], told["endDate"]
    assert starts_at < ends_at if "T" in starts_at and "T" in ends_at else starts_at[:10] <= ends_at


def clean(text: str) -> str:
    """A text as the import lets it in: without characters that nobody sees."""
    return "".join(one for one in text if one.isprintable()).strip()


def test_a_calendar_without_events_is_a_calendar_too() -> None:
    assert calendar_faults(calendar_of([], host="c.example", now=NOW)) == []
    assert calendar_faults(Client().get("/tourism/events.ics").content) == []
    bare = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"
    assert calendar_faults(bare) == ["3.6: at least one component"]


def test_machines_are_told_no_start_that_nobody_knows() -> None:
    undated = make_event(starts_on=None, ends_on=None)
    assert event_as_linked_data(undated, address="https://c.example/e") == {}


# -- courses -----------------------------------------------------------------------------------


def test_a_course_adds_ways_and_stays() -> None:
    legs = [Leg(travel_minutes=0, stay_minutes=50), Leg(travel_minutes=25, stay_minutes=40)]
    assert timetable(time(9, 30), legs) == [
        Visit(arrives=time(9, 30), leaves=time(10, 20)),
        Visit(arrives=time(10, 45), leaves=time(11, 25)),
    ]


def test_a_course_does_not_pass_midnight() -> None:
    assert timetable(time(23, 0), [Leg(travel_minutes=0, stay_minutes=59)])
    with pytest.raises(CourseTooLong):
        timetable(time(23, 0), [Leg(travel_minutes=0, stay_minutes=60)])


def test_a_course_warns_of_a_stop_that_is_closed_then() -> None:
    closed = make_spot(open_days="月火水木金土日", opens=time(12, 0), closes=time(13, 0))
    course = Course.objects.create(
        municipality=CITY, slug="one", title={"ja": "一周"}, starts=time(9, 0), shows_from=NOW
    )
    CourseStop.objects.create(course=course, order=1, place=closed, stay_minutes=30)
    assert "きょうのこの時間は、しまっています" in text_of("/tourism/courses/one/")


# -- editing -----------------------------------------------------------------------------------


def write(place: Place, lead: str, *, after: timedelta, read: str = "", shown: bool = True) -> str:
    words = Words(lead={"ja": lead}, text={}, is_shown=shown)
    made = write_listing(
        listing_of(place), words, shows_from=NOW + after, read_version=read, actor=SYSTEM, now=NOW
    )
    return str(made.pk)


def test_a_text_waits_for_its_hour() -> None:
    spot = make_spot()
    first = write(spot, "いまの文", after=timedelta(0))
    write(spot, "あしたの文", after=timedelta(days=1), read=first)
    for at, lead in ((NOW, "いまの文"), (NOW + timedelta(days=1), "あしたの文")):
        assert versions_at(CITY, at)[spot.pk].lead["ja"] == lead
    just_before = NOW + timedelta(days=1, seconds=-1)
    assert versions_at(CITY, just_before)[spot.pk].lead["ja"] == "いまの文"


def test_a_text_cannot_be_dated_back() -> None:
    spot = make_spot()
    write(spot, "きのうの文", after=timedelta(days=-1))
    assert versions_at(CITY, NOW - timedelta(seconds=1)) == {}


def test_two_editors_do_not_overwrite_each_other() -> None:
    spot = make_spot()
    first = write(spot, "1", after=timedelta(0))
    write(spot, "2", after=timedelta(0), read=first)
    with pytest.raises(ListingChangedMeanwhile):
        write(spot, "3", after=timedelta(0), read=first)


def test_english_alone_is_refused() -> None:
    with pytest.raises(ListingWithoutJapanese):
        Words(lead={"en": "Hello"}, text={})


def test_a_hidden_spot_is_gone_from_list_and_page() -> None:
    spot = make_spot(name="休みの館")
    write(spot, "", after=timedelta(0), shown=False)
    assert "休みの館" not in text_of("/tourism/spots/")
    assert Client().get(f"/tourism/spots/{spot.pk}/").status_code == 404


def test_an_editor_schedules_a_text_on_the_page_and_a_card_clerk_may_not() -> None:
    spot = make_spot()
    address = f"/staff/listings/places/{spot.pk}/"
    editor, clerk = Client(), Client()
    editor.force_login(make_staff(Role.TOURISM_EDITOR))
    clerk.force_login(make_staff(Role.CARD_CLERK))
    sent = {"lead_ja": "春の文", "day": "2099-04-01", "time": "9:00"}
    assert clerk.post(address, sent).status_code == 403
    assert editor.post(address, sent).status_code == 302
    version = listing_of(spot).versions.get()
    assert version.shows_from == datetime(2099, 4, 1, 9, 0, tzinfo=JST)
    assert "春の文" not in text_of("/tourism/spots/")
    assert "から出る文があります" in text_of(address, editor)
