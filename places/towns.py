"""The towns of a city: loaded from its list, and found by postal code, name or address."""

import csv
from pathlib import Path

from places.models import Town
from places.points import TOWN_METRES, Point, TownPoint, town_by_words


def town_points(municipality: str) -> list[TownPoint]:
    """Return the towns of a city with their points."""
    return [
        TownPoint(
            name=town.name,
            postal_code=town.postal_code,
            point=Point(
                latitude=float(town.latitude),
                longitude=float(town.longitude),
                about_metres=TOWN_METRES,
            ),
        )
        for town in Town.objects.filter(municipality=municipality)
    ]


def point_of_words(words: str, *, municipality: str) -> TownPoint | None:
    """Return the town that somebody typed as home or work; nothing of it is kept."""
    return town_by_words(words, town_points(municipality)) if words.strip() else None


def load_towns(path: Path, *, municipality: str) -> int:
    """Write the towns of a list (columns name, postal_code, latitude, longitude); return how many.

    ``ValueError`` names the line of a list that is not one.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for line, row in enumerate(rows, start=2):
        if not {"name", "postal_code", "latitude", "longitude"} <= row.keys():
            raise ValueError(f"{path}: line {line} lacks a column")
        Town.objects.update_or_create(
            municipality=municipality,
            name=row["name"],
            defaults={key: row[key] for key in ("postal_code", "latitude", "longitude")},
        )
    return len(rows)
