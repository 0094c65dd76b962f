"""Each form of open data held against the rules of its own specification, section by section."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from django.test import Client

from core.municipality import all_municipalities, municipality
from places.catalogue import dcat
from places.export import Encoding, sheet_csv, sheet_rows
from places.sheets import newest_layout
from tests.disability_card.issuing import CITY
from tests.places.factories import SAKU, apply, check, make_place, make_towns

pytestmark = pytest.mark.django_db
ROOT: Final = "https://card.example/api/v1"
# W3C DCAT 3: which property a class has (6.4, 6.6, 6.8) and what kind of value it takes.
LITERAL, THING = "literal", "thing"
DCAT_PROPERTIES: Final = {
    "dcat:Catalog": {
        "dct:title": LITERAL, "dct:description": LITERAL, "dct:publisher": THING,
        "dct:license": THING, "dcat:dataset": THING,
    },
    "dcat:Dataset": {
        "dct:identifier": LITERAL, "dct:title": LITERAL, "dct:description": LITERAL,
        "dct:modified": LITERAL, "dcat:distribution": THING,
    },
    "dcat:Distribution": {
        "dcat:accessURL": THING, "dcat:downloadURL": THING, "dcat:mediaType": THING,
        "dct:license": THING, "dct:conformsTo": THING,
    },
    "dct:Standard": {"dct:title": LITERAL},
    "foaf:Organization": {"foaf:name": LITERAL},
}  # fmt: skip


@pytest.fixture
def registry(tmp_path: Any) -> None:
    make_towns()
    apply(check(tmp_path, (SAKU / "tourism_facilities.csv").read_bytes()))
    apply(check(tmp_path, (SAKU / "events.csv").read_bytes()))


# -- GeoJSON: RFC 7946 ----------------------------------------------------------------------------


def geojson_faults(collection: Any) -> Iterator[str]:
    if collection.get("type") != "FeatureCollection" or "crs" in collection:  # 3.3, 4
        yield "no FeatureCollection in WGS 84"
    for feature in collection.get("features", [None]):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            yield "3.3: a member that is no Feature"
            continue
        if not {"geometry", "properties"} <= set(feature):
            yield "3.2: geometry or properties are missing"
        if not isinstance(feature.get("id", ""), str | int | float):
            yield "3.2: an id that is neither text nor number"
        if {"coordinates", "geometries"} & set(feature):
            yield "7.1: a Feature with members of a geometry"
        yield from point_faults(feature.get("geometry"))


def point_faults(geometry: Any) -> Iterator[str]:
    if geometry is None:  # 3.2: unlocated
        return
    position = geometry.get("coordinates", [])
    if geometry.get("type") != "Point" or len(position) not in {2, 3}:  # 3.1.1
        yield "3.1.2: a Point has two or three numbers"
    elif not all(type(number) in {int, float} for number in position):
        yield "3.1.1: a number written as text"
    elif not (-180 <= position[0] <= 180 and -90 <= position[1] <= 90):
        yield "3.1.1: longitude first, then latitude"


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("path", ["places.geojson?sheet=tourism", "events.geojson"])
def test_geojson_is_what_rfc_7946_asks_for(client: Client, path: str) -> None:
    answer = client.get(f"/api/v1/{path}", headers={"accept": "application/geo+json"})
    assert answer["Content-Type"].startswith("application/geo+json")  # section 12
    assert answer.json()["features"]
    assert list(geojson_faults(answer.json())) == []


@pytest.mark.parametrize(
    "bad",
    [
        {"type": "Feature"},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": None}]},
        {"type": "FeatureCollection", "crs": {}, "features": []},
        *(
            {"type": "FeatureCollection", "features": [
                {"type": "Feature", "properties": {},
                 "geometry": {"type": "Point", "coordinates": coordinates}}
            ]}
            for coordinates in ([36.2, 138.5], ["138.5", "36.2"], [138.5])
        ),
    ],
)  # fmt: skip
def test_the_reading_of_geojson_finds_what_is_wrong(bad: Any) -> None:
    # Swapped numbers of Japan are out of range: no latitude is 138.
    assert list(geojson_faults(bad))


# -- DCAT: W3C Recommendation, version 3 ----------------------------------------------------------


def dcat_faults(thing: Any) -> Iterator[str]:
    """Walk a JSON-LD document of DCAT: known properties, with values of their kind."""
    properties = DCAT_PROPERTIES.get(thing["@type"], {})
    for name, value in thing.items():
        if name.startswith("@"):
            continue
        if name not in properties:
            yield f"{thing['@type']} has no {name}"
            continue
        for one in value if isinstance(value, list) else [value]:
            is_literal = isinstance(one, str) or (isinstance(one, dict) and "@value" in one)
            if is_literal != (properties[name] is LITERAL) or one is None:
                yield f"{name} is {one!r}"
            elif isinstance(one, dict) and "@type" in one and "@value" not in one:
                yield from dcat_faults(one)
            elif isinstance(one, dict) and "@id" in one and not urlsplit(one["@id"]).scheme:
                yield f"{name} is not absolute: {one!r}"


@pytest.mark.usefixtures("registry")
def test_the_catalogue_uses_dcat_s_own_properties_with_values_of_their_kind() -> None:
    catalogue = dcat(CITY, root=ROOT)
    assert set(DCAT_PROPERTIES["dcat:Catalog"]) <= set(catalogue)
    assert len(catalogue["dcat:dataset"]) == 2
    assert list(dcat_faults(catalogue)) == []
    broken = catalogue | {"dct:licence": "CC", "dct:license": "CC", "dct:title": {"@id": "x"}}
    assert len(list(dcat_faults(broken))) == 3


@pytest.mark.usefixtures("registry")
def test_no_two_cities_of_one_installation_name_a_thing_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An @id is what the thing is called everywhere: two cities' lists are two things."""
    cities = {**all_municipalities(), "202011": replace(municipality(CITY), code="202011")}
    monkeypatch.setattr("core.municipality.all_municipalities", lambda: cities)
    make_place(municipality="202011", sheet="tourism")
    names = [
        {one["@id"] for one in (catalogue, *catalogue["dcat:dataset"])}
        for catalogue in (dcat(city, root=ROOT) for city in (CITY, "202011"))
    ]
    assert all(names)
    assert not names[0] & names[1]


# -- the sheets: RFC 4180, and the layout's own columns -------------------------------------------


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("sheet", ["tourism", "event"])
@pytest.mark.parametrize("encoding", list(Encoding))
def test_a_sheet_is_a_csv_file_of_its_layout(sheet: str, encoding: Encoding) -> None:
    content = sheet_csv(sheet_rows(sheet, municipality=CITY), encoding=encoding)
    text = content.decode(encoding)
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert tuple(header) == newest_layout(sheet).columns
    assert text.endswith("\r\n")  # 2.1, 2.2
    assert {len(row) for row in rows} == {len(header)}  # 2.4
    assert "〓" not in text  # Saku's rows hold nothing that a spreadsheet of Japan cannot


def test_what_cp932_lacks_is_written_with_its_twin_where_it_has_one() -> None:
    make_place(sheet="tourism", name="朝市", description="9:00—11:00、大人¥500〜、𠮷田")
    rows = sheet_rows("tourism", municipality=CITY)
    text = sheet_csv(rows, encoding=Encoding.CP932).decode("cp932")
    assert "9:00―11:00、大人￥500～、〓田" in text
