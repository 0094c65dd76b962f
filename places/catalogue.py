"""The catalogue of the city's open data: DCAT for machines of the web, CKAN's shape for its tools.

DCAT: W3C Data Catalog Vocabulary (DCAT) Version 3. CKAN: the answers of `package_list` and
`package_show` in its Action API; only what describes these sheets.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.db.models import Max
from django.utils.translation import gettext

from core.municipality import municipality as city_of
from places.models import Event, Place, Sheet
from places.sheets import newest_layout

LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
_MEDIA_TYPES: Final = "http://www.iana.org/assignments/media-types/"
_FORMS: Final = (("CSV", "text/csv"), ("GeoJSON", "application/geo+json"))


def sheets_with_rows(municipality: str) -> list[str]:
    """Return the sheets of which the city has anything, in their own order."""
    found = set(
        Place.objects.filter(municipality=municipality).values_list("sheet", flat=True).distinct()
    )
    if Event.objects.filter(municipality=municipality).exists():
        found.add(Sheet.EVENT)
    return [sheet.value for sheet in Sheet if sheet in found and sheet != Sheet.OWN]


def changed_at(sheet: str, municipality: str) -> datetime | None:
    """Return when a row of the sheet changed last."""
    rows: Any = Event.objects if sheet == Sheet.EVENT else Place.objects.filter(sheet=sheet)
    found: datetime | None = rows.filter(municipality=municipality).aggregate(
        last=Max("changed_at")
    )["last"]
    return found


def dcat(municipality: str, *, root: str) -> dict[str, Any]:
    """Return the catalogue as JSON-LD; ``root`` is the address under which the API stands."""
    city = city_of(municipality).name["ja"]
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": _catalogue(municipality, root),
        "@type": "dcat:Catalog",
        "dct:title": _japanese(f"{city} オープンデータ"),
        "dct:description": _japanese(f"{city}の施設とイベントの一覧"),
        "dct:publisher": {"@type": "foaf:Organization", "foaf:name": city},
        "dct:license": {"@id": LICENCE},
        "dcat:dataset": [
            _dataset(sheet, municipality, root) for sheet in sheets_with_rows(municipality)
        ],
    }


def _dataset(sheet: str, municipality: str, root: str) -> dict[str, Any]:
    """Return one sheet; each property of the kind that DCAT (6.6 to 6.8) gives it."""
    changed = changed_at(sheet, municipality)
    stamp = {"@type": "xsd:dateTime", "@value": changed.isoformat()} if changed else None
    return {
        "@id": f"{_catalogue(municipality, root)}#{sheet}",
        "@type": "dcat:Dataset",
        "dct:identifier": package_name(sheet, municipality),
        "dct:title": _japanese(str(Sheet(sheet).label)),
        "dct:description": _japanese(_layout_words(sheet)),
        **({"dct:modified": stamp} if stamp else {}),
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dcat:accessURL": {"@id": address},
                "dcat:downloadURL": {"@id": address},
                "dcat:mediaType": {"@id": f"{_MEDIA_TYPES}{media_type}"},
                "dct:license": {"@id": LICENCE},
                "dct:conformsTo": {"@type": "dct:Standard", "dct:title": _layout_words(sheet)},
            }
            for _form, media_type, address in _resources(sheet, municipality, root)
        ],
    }


def _catalogue(municipality: str, root: str) -> str:
    """Return what a city's catalogue is named by: several cities stand in one installation."""
    return f"{root}/catalogue?municipality={municipality}"


def _japanese(words: str) -> dict[str, str]:
    return {"@language": "ja", "@value": words}


def _layout_words(sheet: str) -> str:
    layout = newest_layout(sheet)
    words = f"{Sheet(sheet).label} {layout.version}"
    return f"{words} ({gettext(layout.label)})" if layout.label else words


def package_name(sheet: str, municipality: str) -> str:
    """Return the name of one sheet's package."""
    return f"{municipality}-{sheet}"


def sheet_of_package(name: str, municipality: str) -> str | None:
    """Return the sheet that a package is; ``None`` where there is none of this name."""
    prefix, _dash, sheet = name.partition("-")
    return sheet if prefix == municipality and sheet in sheets_with_rows(municipality) else None


def package(sheet: str, municipality: str, *, root: str) -> dict[str, Any]:
    """Return one sheet in the shape of CKAN's ``package_show``."""
    changed = changed_at(sheet, municipality)
    return {
        "name": package_name(sheet, municipality),
        "title": str(Sheet(sheet).label),
        "notes": _layout_words(sheet),
        "license_id": "CC-BY-4.0",
        "license_url": LICENCE,
        "metadata_modified": changed.isoformat() if changed else None,
        "organization": {"name": municipality, "title": city_of(municipality).name["ja"]},
        "resources": [
            {"name": f"{Sheet(sheet).label} ({form})", "format": form, "mimetype": media_type,
             "url": address}
            for form, media_type, address in _resources(sheet, municipality, root)
        ],
    }  # fmt: skip


def _resources(sheet: str, municipality: str, root: str) -> Iterator[tuple[str, str, str]]:
    for form, media_type in _FORMS:
        match form, sheet:
            case "CSV", _:
                path = "sheets.csv"
            case _, Sheet.EVENT:
                path = "events.geojson"
            case _:
                path = "places.geojson"
        yield form, media_type, f"{root}/{path}?sheet={sheet}&municipality={municipality}"
