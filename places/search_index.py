"""Keep the search rows of places and events: called by whoever writes them."""

from collections.abc import Iterable, Iterator
from typing import Final

from jp.grams import fold_for_search, gram_column
from places.models import Event, Place, SearchText

BATCH: Final = 1_000


def index_places(places: Iterable[Place]) -> int:
    """Write the search rows of ``places`` anew; return how many."""
    return _write((_of_place(place) for place in places), "place")


def index_events(events: Iterable[Event]) -> int:
    """Write the search rows of ``events`` anew; return how many."""
    return _write((_of_event(event) for event in events), "event")


def index_missing() -> int:
    """Write the rows of everything that has none: places that another room made by itself."""
    return index_places(Place.objects.filter(search_text__isnull=True)) + index_events(
        Event.objects.filter(search_text__isnull=True)
    )


def _write(rows: Iterator[SearchText], subject: str) -> int:
    count = 0
    batch: list[SearchText] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            count += _save(batch, subject)
            batch = []
    return count + _save(batch, subject)


def _save(batch: list[SearchText], subject: str) -> int:
    # The database's own upsert fires the update triggers that keep SQLite's index.
    SearchText.objects.bulk_create(
        batch,
        update_conflicts=True,
        unique_fields=[subject],
        update_fields=["name", "where", "rest", "grams"],
    )
    return len(batch)


def _of_place(place: Place) -> SearchText:
    names = (place.name, place.name_kana, place.name_en, place.name_common)
    rest = (place.category, place.description, place.description_en, place.operator, place.note)
    return SearchText(place=place, **_columns(names, (place.address, place.town), rest))


def _of_event(event: Event) -> SearchText:
    names = (event.title, event.title_kana, event.title_en)
    where = (event.place_name, event.address, event.town)
    rest = (event.category, event.description, event.description_en, event.organiser, event.note)
    return SearchText(event=event, **_columns(names, where, rest))


def _columns(*texts: tuple[str, ...]) -> dict[str, str]:
    name, where, rest = ("\n".join(map(fold_for_search, part)).rstrip("\n") for part in texts)
    return {"name": name, "where": where, "rest": rest, "grams": gram_column((name, where, rest))}
