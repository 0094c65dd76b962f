"""A place, an event and an import of the city."""

from typing import Any

from places.models import Event, ImportState, PlaceImport
from tests.disability_card.issuing import CITY, NOW
from tests.places.factories import make_place


def values(world: Any) -> dict[str, object]:
    event = Event.objects.create(municipality=CITY, number="1", title="デモのまつり")
    found = PlaceImport.objects.create(
        municipality=CITY, sheet="tourism", file_name="x.csv", file_sha256="0" * 64,
        state=ImportState.CHECKED, submitted_at=NOW, summary={},
    )  # fmt: skip
    return {"place_id": make_place().pk, "event_id": event.pk, "place_import_id": found.pk}
