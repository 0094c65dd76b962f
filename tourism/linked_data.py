"""Places and events in the words of schema.org, for machines that read the city's pages."""

from datetime import timedelta
from typing import Any

from places.models import Event, Place

_DAYS = dict(
    zip(
        "月火水木金土日",
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)


def place_as_linked_data(place: Place, *, address: str) -> dict[str, Any]:
    """Return a place as a TouristAttraction; ``address`` is its page. Unknown facts are absent."""
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "TouristAttraction",
        "@id": address,
        "name": place.name,
        "alternateName": [name for name in (place.name_en, place.name_common) if name],
        "description": place.description,
        "url": place.url,
        "telephone": place.phone,
        "address": _address(place),
        "geo": _geo(place),
        "availableLanguage": place.languages,
        "amenityFeature": _features(place),
    }
    if place.fee_yen is not None:
        found["isAccessibleForFree"] = place.fee_yen == 0
    if place.opens and place.closes and place.open_days:
        found["openingHoursSpecification"] = {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": [_DAYS[day] for day in place.open_days],
            "opens": place.opens.strftime("%H:%M"),
            "closes": place.closes.strftime("%H:%M"),
        }
    return {name: value for name, value in found.items() if value not in ("", [], None)}


def event_as_linked_data(event: Event, *, address: str) -> dict[str, Any]:
    """Return an event as an Event; without days it has no start, and so is no Event for machines.

    schema.org asks for a startDate: ``{}`` where nobody knows the days.
    """
    if event.starts_on is None or event.ends_on is None:
        return {}
    last = event.ends_on
    if event.opens and event.closes and event.closes <= event.opens:
        last += timedelta(days=1)  # it goes on past midnight
    starts, ends = event.starts_on.isoformat(), last.isoformat()
    if event.opens:
        starts += f"T{event.opens:%H:%M}:00+09:00"
    if event.closes:
        ends += f"T{event.closes:%H:%M}:00+09:00"
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": address,
        "name": event.title,
        "alternateName": event.title_en,
        "description": event.description,
        "startDate": starts,
        "endDate": ends,
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {
            "@type": "Place",
            "name": event.place_name or event.address or event.title,
            "address": _address(event) or event.place_name,
        },
        "organizer": {"@type": "Organization", "name": event.organiser} if event.organiser else "",
        "url": event.url,
    }
    return {name: value for name, value in found.items() if value not in ("", [], None)}


def _address(thing: Place | Event) -> dict[str, str] | None:
    if not thing.address:
        return None
    return {
        "@type": "PostalAddress",
        "streetAddress": thing.address,
        "postalCode": thing.postal_code,
        "addressCountry": "JP",
    }


def _geo(thing: Place | Event) -> dict[str, Any] | None:
    # A town's point is a kilometre off: a machine would lead people to the wrong door.
    if thing.latitude is None or thing.longitude is None or thing.point_kind != "own":
        return None
    return {
        "@type": "GeoCoordinates",
        "latitude": float(thing.latitude),
        "longitude": float(thing.longitude),
    }


def _features(place: Place) -> list[dict[str, Any]]:
    names = {
        "wheelchair": "wheelchair accessible",
        "accessible_toilet": "accessible toilet",
        "assistance_dog": "assistance dogs welcome",
        "stroller": "strollers welcome",
    }
    return [
        {"@type": "LocationFeatureSpecification", "name": name, "value": getattr(place, flag)}
        for flag, name in names.items()
        if getattr(place, flag) is not None
    ]
