"""Points and distances on the ground, without an outside service.

Pure rules over plain values. Distances are great-circle metres (haversine): roads are longer, so
pages say 「まっすぐで」. A point that stands for a whole town is good to about 1 km and says so.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from jp.postal import read_postal_code
from jp.text import fold_name

EARTH_METRES: Final = 6_371_008.8  # mean radius of WGS 84 (IUGG)
TOWN_METRES: Final = 1_000  # how far a door may be from its town's point
FAR_METRES: Final = 5_000  # a point so far from its town is looked at by a person
OUTSIDE_METRES: Final = 30_000  # and one so far is not in the town at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place on the ground; ``about_metres`` is how far the true one may be."""

    latitude: float
    longitude: float
    about_metres: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TownPoint:
    """One town's name, postal code and point."""

    name: str
    postal_code: str
    point: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """Metres between two points; ``is_about`` where one of them stands for a town."""

    metres: int
    is_about: bool


def metres_between(one: Point, other: Point) -> float:
    """Return the great-circle distance (haversine formula)."""
    first, second = math.radians(one.latitude), math.radians(other.latitude)
    half_north = math.sin((second - first) / 2) ** 2
    half_east = math.sin(math.radians(other.longitude - one.longitude) / 2) ** 2
    inside = half_north + math.cos(first) * math.cos(second) * half_east
    return 2 * EARTH_METRES * math.asin(math.sqrt(min(1.0, inside)))


def distance(one: Point | None, other: Point | None) -> Distance | None:
    """Return how far two points are from each other; ``None`` where one is not known."""
    if one is None or other is None:
        return None
    metres = round(metres_between(one, other))
    return Distance(metres=metres, is_about=bool(one.about_metres or other.about_metres))


def extra_on_the_way(home: Point | None, stop: Point | None, work: Point | None) -> Distance | None:
    """Return how much longer home -> stop -> work is than home -> work; ``None`` if unknown."""
    if home is None or stop is None or work is None:
        return None
    around = metres_between(home, stop) + metres_between(stop, work)
    # Rounding may make a stop on the straight line a hair negative.
    metres = max(0, round(around - metres_between(home, work)))
    about = home.about_metres or stop.about_metres or work.about_metres
    return Distance(metres=metres, is_about=bool(about))


def town_in(address: str, towns: Iterable[TownPoint], *, city: str) -> TownPoint | None:
    """Return the town that ``address`` names behind ``city``: the longest name that fits.

    大字 may stand before a town's name. An address that ends with the city names no town.
    """
    _before, found, rest = fold_name(address).partition(fold_name(city))
    if not found:
        return None
    rest = rest.removeprefix(fold_name("大字"))
    fitting = [town for town in towns if rest.startswith(fold_name(town.name))]
    return max(fitting, key=lambda town: len(town.name), default=None)


def town_by_words(words: str, towns: Iterable[TownPoint]) -> TownPoint | None:
    """Return the town that a person typed: its postal code, its name, or an address with it."""
    all_towns = list(towns)
    try:
        code = read_postal_code(words)
    except ValueError:
        code = ""
    if code:
        return next((town for town in all_towns if town.postal_code == code), None)
    folded = fold_name(words)
    inside = [town for town in all_towns if fold_name(town.name) in folded]
    if inside:
        return max(inside, key=lambda town: len(town.name))
    near = [town for town in all_towns if fold_name(town.name).startswith(folded)] if folded else []
    return min(near, key=lambda town: len(town.name), default=None)
