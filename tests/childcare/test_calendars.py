"""The feed and the calendar are what other programs expect, in every language."""

from datetime import timedelta
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
