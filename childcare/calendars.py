"""Vacancy changes as an Atom feed, and visit days as a calendar, in the reader's language."""

from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, gettext as _
from icalendar import Calendar, Event as CalendarEvent, Timezone

from childcare.models import Facility, VacancySnapshot, VacancyState
from childcare.vacancy import recent_changes
from childcare.visits import coming_visits
from core.municipality import municipality as city_of

_PRODUCT: Final = "-//Kaiteki//Childcare//JA"


def facility_address(facility: Facility) -> str:
    """Return the address of a facility's page."""
    return f"{settings.PUBLIC_URL}/childcare/facilities/{facility.pk}/"


def vacancy_words(snapshot: VacancySnapshot) -> str:
    """Return a class's vacancy as one sentence."""
    name, age = snapshot.facility.place.name, snapshot.class_age
    if snapshot.state == VacancyState.FULL:
        return _("%(name)s・%(age)s歳児クラス: 空きなし") % {"name": name, "age": age}
    if snapshot.seats is None:
        return _("%(name)s・%(age)s歳児クラス: 空きあり") % {"name": name, "age": age}
    words = _("%(name)s・%(age)s歳児クラス: 空き %(seats)s人")
    return words % {"name": name, "age": age, "seats": snapshot.seats}


def vacancy_feed(municipality: str) -> bytes:
    """Return the feed of vacancy changes, newest first."""
    city = city_of(municipality).name["ja"]
    feed = Atom1Feed(
        title=_("保育園の空き（%(city)s）") % {"city": city},
        link=f"{settings.PUBLIC_URL}/childcare/",
        description="",
        language=(get_language() or "ja").partition("-")[0],  # easy Japanese is Japanese
        feed_url=f"{settings.PUBLIC_URL}/api/v1/childcare/vacancies.atom",
        author_name=city,
    )
    for change in recent_changes(municipality):
        words = vacancy_words(change)
        feed.add_item(
            title=words,
            link=facility_address(change.facility),
            description=words,
            unique_id=f"urn:uuid:{change.pk}",
            pubdate=change.set_at,
            updateddate=change.set_at,
        )
    return feed.writeString("utf-8").encode()


def visit_calendar(facility: Facility, *, now: datetime) -> bytes:
    """Return the visit days to come as a calendar; ids stay, so that a phone updates its own."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    # Also where no day is to come: a calendar without any component is none (RFC 5545 3.6).
    calendar.add_component(Timezone.from_tzid("Asia/Tokyo"))
    for day in coming_visits(facility, now=now):
        event = CalendarEvent()
        event.add("uid", f"{day.pk}@{facility.municipality}")
        event.add("summary", _("見学: %(name)s") % {"name": facility.place.name})
        event.add("dtstart", day.starts_at.astimezone(UTC))
        event.add("dtend", day.ends_at.astimezone(UTC))
        event.add("dtstamp", now.astimezone(UTC))
        event.add("location", facility.place.address)
        event.add("url", facility_address(facility))
        calendar.add_component(event)
    return bytes(calendar.to_ical())
