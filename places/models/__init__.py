"""Tables of the registry: places, events, towns, what search reads, and imports."""

from places.models.event import Event
from places.models.imports import ImportState, PlaceImport
from places.models.located import PointKind
from places.models.place import Place, Sheet
from places.models.search_text import SearchText
from places.models.town import Town

__all__ = [
    "Event",
    "ImportState",
    "Place",
    "PlaceImport",
    "PointKind",
    "SearchText",
    "Sheet",
    "Town",
]
