"""The feed and the calendar are what other programs expect, in every language."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from tests.childcare.facility_factories import make_facility, make_vacancy, make_visit

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.mark.parametrize(("lang", "spoken"), [("ja", "ja"), ("ja-easy", "ja"), ("en", "en")])
def test_the_feed_has_what_atom_asks_for_and_no_readings(lang: str, spoken: str) -> None:
    now = timezone.now()
    facility = make_facility(name="デモ園")
    make_vacancy(facility, as_of=now.date(), set_at=now)
    answer = Client().get("/api/v1/childcare/vacancies.atom", query_params={"lang": lang})
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    assert feed.get(LANG) == spoken
    # RFC 4287 section 4.1: a feed and each entry have an id, a title and a time of change.
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert element.findtext(f"{ATOM}{name}"), name
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    assert len(feed.findall(f"{ATOM}entry")) == 1
    assert "|" not in answer.content.decode()


def atom_faults(content: bytes) -> list[str]:
    """What RFC 4287 forbids in a feed, by its sections."""
    feed = ElementTree.fromstring(content)
    entries = feed.findall(f"{ATOM}entry")
    things = [feed, *entries]
    ids = [one.findtext(f"{ATOM}id", "") for one in entries]
    days = [str(one.text) for name in ("updated", "published") for one in feed.iter(ATOM + name)]
    rules = {
        "4.1.1, 4.1.2: one id, one title, one updated": all(
            len(thing.findall(ATOM + name)) == 1
            for thing in things
            for name in ("id", "title", "updated")
        ),
        "4.1.1: an author of the feed, or of each entry": bool(
            feed.findtext(f"{ATOM}author/{ATOM}name")
        )
        or all(one.findtext(f"{ATOM}author/{ATOM}name") for one in entries),
        "4.1.1: a link to itself": feed.find(f"{ATOM}link[@rel='self']") is not None,
        "4.1.2: an entry without content links to where it stands": all(
            one.find(f"{ATOM}link[@rel='alternate']") is not None
            for one in entries
            if one.find(f"{ATOM}content") is None
        ),
        "4.2.6: ids are absolute and unique": len(set(ids)) == len(ids)
        and all(urlsplit(one.findtext(f"{ATOM}id", "")).scheme for one in things),
        "3.3: instants with a zone": all(
            datetime.fromisoformat(day).tzinfo is not None and "T" in day for day in days
        ),
    }
    return [rule for rule, holds in rules.items() if not holds]


def test_the_feed_keeps_the_rules_of_atom_with_many_changes_and_with_none() -> None:
    address, now = "/api/v1/childcare/vacancies.atom", timezone.now()
    assert atom_faults(Client().get(address).content) == []
    for age in range(3):
        make_vacancy(make_facility(), as_of=now.date(), set_at=now, class_age=age)
    content = Client().get(address).content
    assert content.count(b"<entry>") == 3
    assert atom_faults(content) == []
    torn = content.replace(b"<title>", b"<titel>").replace(b"</title>", b"</titel>")
    assert len(atom_faults(torn.replace(b' rel="alternate"', b""))) == 2


def test_a_nursery_without_days_to_come_has_a_calendar_all_the_same() -> None:
    """RFC 5545 section 3.6: a calendar has at least one component."""
    facility = make_facility()
    answer = Client().get(f"/api/v1/childcare/facilities/{facility.pk}/visits.ics")
    calendar = Calendar.from_ical(answer.content)
    assert calendar.subcomponents
    assert not calendar.walk("VEVENT")


@pytest.mark.parametrize("lang", ["ja", "ja-easy", "en"])
def test_the_calendar_is_read_by_others_and_its_lines_are_folded(lang: str) -> None:
    facility = make_facility(name="デモ園" + "とてもながいなまえの" * 8)
    day = make_visit(facility, starts_at=timezone.now() + timedelta(days=3))
    answer = Client().get(
        f"/api/v1/childcare/facilities/{facility.pk}/visits.ics", query_params={"lang": lang}
    )
    content = answer.content
    # RFC 5545 section 3.1: lines end in CRLF and have at most 75 octets.
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 75
    calendar = Calendar.from_ical(content)
    event = calendar.walk("VEVENT")[0]
    assert facility.place.name in str(event["SUMMARY"])
    assert event.decoded("DTSTART") == day.starts_at.replace(microsecond=0)
    assert {"UID", "DTSTAMP", "DTEND"} <= set(event)
    assert "|" not in content.decode()
