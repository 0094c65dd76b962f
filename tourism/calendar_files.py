"""Events as iCalendar (RFC 5545). An event without days has no line in a calendar."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event as Entry, Timezone

from jp.clock import JST
from places.models import Event


def calendar_of(events: Iterable[Event], *, host: str, now: datetime) -> bytes:
    """Return a calendar of ``events``; ``host`` makes their ids the city's own.

    With hours, an event is one entry a day, because it opens and closes each day; without, it is
    one entry of whole days, whose end RFC 5545 counts as excluded (section 3.6.1).
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//{host}//events//JA")
    calendar.add("version", "2.0")
    # Also where no event has hours: a calendar without any component is none (section 3.6).
    calendar.add_component(Timezone.from_tzid("Asia/Tokyo"))
    for event in events:
        if event.starts_on is None or event.ends_on is None:
            continue
        if event.opens is None or event.closes is None:
            entry = _entry(event, uid=f"{event.pk}@{host}", now=now)
            entry.add("dtstart", event.starts_on)
            entry.add("dtend", event.ends_on + timedelta(days=1))
            calendar.add_component(entry)
            continue
        for later in range((event.ends_on - event.starts_on).days + 1):
            day = event.starts_on + timedelta(days=later)
            ends = day if event.opens < event.closes else day + timedelta(days=1)
            entry = _entry(event, uid=f"{event.pk}-{day:%Y%m%d}@{host}", now=now)
            entry.add("dtstart", datetime.combine(day, event.opens, JST))
            entry.add("dtend", datetime.combine(ends, event.closes, JST))
            calendar.add_component(entry)
    content: bytes = calendar.to_ical()
    return content


def _entry(event: Event, *, uid: str, now: datetime) -> Entry:
    entry = Entry()
    entry.add("uid", uid)
    entry.add("dtstamp", now)
    entry.add("last-modified", event.changed_at)
    entry.add("summary", event.title)
    if event.description:
        entry.add("description", event.description)
    if where := " ".join(filter(None, (event.place_name, event.address))):
        entry.add("location", where)
    if event.url:
        entry.add("url", event.url)
    return entry
