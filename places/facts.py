"""A registry row as the values that the plain rules read."""

from places.models import Event, Place, PointKind
from places.opening_hours import OpeningHours, read_exceptions
from places.points import TOWN_METRES, Point


def hours_of(place: Place) -> OpeningHours:
    """Return when ``place`` is open."""
    return OpeningHours(
        days=place.open_days,
        opens=place.opens,
        closes=place.closes,
        exceptions=read_exceptions(place.hours_exceptions),
        note=place.hours_note,
    )


def point_of(thing: Place | Event) -> Point | None:
    """Return where ``thing`` is, as exactly as is known; ``None`` where it is not."""
    if thing.latitude is None or thing.longitude is None:
        return None
    about = TOWN_METRES if thing.point_kind == PointKind.TOWN else 0
    return Point(
        latitude=float(thing.latitude), longitude=float(thing.longitude), about_metres=about
    )
