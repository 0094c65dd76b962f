"""Free text search: one list of queries, one answer, on SQLite and on PostgreSQL."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings, strategies as st

from jp.grams import fold_for_search, grams, search_terms, term_grams
from places.models import Place, SearchText
from places.search import PlaceFilter, found_places
from places.search_index import index_missing, index_places
from tests.disability_card.issuing import CITY
from tests.places.factories import SAKU, apply, check, make_place, make_towns

pytestmark = pytest.mark.django_db
QUERIES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "search_queries.json").read_text(encoding="utf-8")
)["queries"]

IANA = "http://www.iana.org/assignments/media-types/"


def names(words: str = "", **facts: Any) -> list[str]:
    wanted = PlaceFilter(municipality=CITY, words=words, **facts)
    return [place.name for place in found_places(wanted)]


@pytest.fixture
def registry(tmp_path: Path) -> None:
    make_towns()
    apply(check(tmp_path, (SAKU / "childcare_facilities.csv").read_bytes()))
    make_place(name="渡辺記念館", description="園芸の本")
    make_place(name="デモ ほいくセンター", note="Wi-Fi ではなく wifi と書く")
    make_place(name="霞ヶ関の松", note="100%本物")
    make_place(name="星☆の家")
    make_place(name="別の店", address="長野県佐久市中込1")
    make_place(name="中込の店", address="長野県佐久市野沢1")
    make_place(name="𠮷田屋")
    make_place(name="よその園", municipality="202011")
    index_missing()


@pytest.mark.usefixtures("registry")
def test_both_engines_give_the_listed_answers() -> None:
    for query in QUERIES:
        found = names(query["words"])
        if query.get("any_order"):
            assert sorted(found) == sorted(query["names"]), query["words"]
        else:
            assert found == query["names"], query["words"]


@pytest.mark.usefixtures("registry")
def test_a_word_in_the_name_comes_before_one_in_the_address() -> None:
    assert names("中込") == ["中込の店", "別の店"]


def test_equal_ranks_are_ordered_by_folded_name_and_then_by_id() -> None:
    for name in ("か店", "ア店", "Ｂ店", "a店", "ア店"):
        make_place(name=name)
    index_missing()
    found = found_places(PlaceFilter(municipality=CITY, words="店"))
    assert [place.name for place in found] == ["a店", "Ｂ店", "ア店", "ア店", "か店"]
    twins = [place.pk for place in found if place.name == "ア店"]
    assert twins == sorted(twins)


def test_a_changed_name_is_found_by_its_new_words_only() -> None:
    place = make_place(name="古い名")
    index_places([place])
    place.name = "新しい名"
    place.save()
    index_places([place])
    assert (names("古い"), names("新しい")) == ([], ["新しい名"])
    place.delete()
    assert names("新しい") == []
    assert not SearchText.objects.exists()


def test_facts_and_words_narrow_together() -> None:
    make_place(name="デモ館", wheelchair=True, town="中込", languages=["ja", "en"])
    make_place(name="デモ館2", wheelchair=None, town="中込")
    make_place(name="デモ館3", wheelchair=True, town="野沢", languages=["ja"])
    index_missing()
    assert names("デモ", wheelchair=True, town="中込") == ["デモ館"]
    assert names(language="en") == ["デモ館"]
    assert sorted(names(wheelchair=True)) == ["デモ館", "デモ館3"]


WORDS = st.text(alphabet="あいうアｱ渡邉辺ヶケー1a☆ 　", max_size=8)


@given(text=WORDS, query=WORDS)
@settings(max_examples=150, deadline=None)
def test_a_text_has_a_word_exactly_if_the_index_and_the_comparison_say_so(
    text: str, query: str
) -> None:
    """No text with the word may be lost by the grams: they are what every such text has."""
    folded = fold_for_search(text)
    for term in search_terms(query):
        if term in folded:
            assert set(term_grams(term)) <= set(grams(folded))


def test_folding_makes_one_of_what_people_take_for_one() -> None:
    assert fold_for_search("ﾎｲｸ") == fold_for_search("ほいく") == fold_for_search("ホ イク")
    assert fold_for_search("渡邉") == fold_for_search("渡辺") == fold_for_search("渡邊")
    assert fold_for_search("ｶﾞｰﾃﾞﾝ") == fold_for_search("がーでん")


def test_the_api_gives_pages_best_first_and_stores_nothing(client: Client) -> None:
    for number in range(5):
        make_place(name=f"デモ館{number}", wheelchair=True)
    index_missing()
    first = client.get(
        "/api/v1/places", {"q": "デモ", "wheelchair": "true", "page_size": "3"}
    ).json()
    assert [row["name"] for row in first["results"]] == ["デモ館0", "デモ館1", "デモ館2"]
    assert first["previous"] is None
    second = client.get(first["next"]).json()
    assert [row["name"] for row in second["results"]] == ["デモ館3", "デモ館4"]
    assert second["next"] is None
    assert client.get("/api/v1/places?cursor=zzz").status_code == 404
    assert client.get("/api/v1/places?municipality=000000").status_code == 400
    assert client.get("/api/v1/places", {"q": "あ" * 101}).status_code == 400


def test_open_data_are_given_as_sheet_geojson_catalogue_and_package(
    client: Client, tmp_path: Path
) -> None:
    make_towns()
    apply(check(tmp_path, (SAKU / "tourism_facilities.csv").read_bytes()))
    apply(check(tmp_path, (SAKU / "events.csv").read_bytes()))
    sheet = client.get("/api/v1/sheets.csv?sheet=tourism")
    assert sheet.content.decode("utf-8-sig").count("\r\n") == 28
    assert sheet["X-Layout"] == "v3; not-verified"
    collection = client.get("/api/v1/places.geojson?sheet=tourism").json()
    assert len(collection["features"]) == Place.objects.filter(latitude__isnull=False).count() == 26
    longitude, latitude = collection["features"][0]["geometry"]["coordinates"]
    assert 138 < longitude < 139  # RFC 7946 section 3.1.1: longitude first
    assert 36 < latitude < 37
    listed = client.get("/api/v1/action/package_list").json()
    assert listed == {"success": True, "result": [f"{CITY}-tourism", f"{CITY}-event"]}
    shown = client.get(f"/api/v1/action/package_show?id={CITY}-tourism").json()["result"]
    assert {one["format"] for one in shown["resources"]} == {"CSV", "GeoJSON"}
    assert client.get("/api/v1/action/package_show?id=x").status_code == 404
    catalogue = client.get("/api/v1/catalogue").json()
    assert len(catalogue["dcat:dataset"]) == 2
    dataset = catalogue["dcat:dataset"][0]
    assert dataset["dct:modified"]["@type"] == "xsd:dateTime"
    assert dataset["dct:description"]["@value"]
    for distribution in dataset["dcat:distribution"]:
        kind = distribution["dcat:mediaType"]["@id"].removeprefix(IANA)
        address = distribution["dcat:downloadURL"]["@id"].removeprefix("http://localhost:8000")
        assert client.get(address, headers={"accept": kind})["Content-Type"].startswith(kind)
        assert distribution["dct:license"] == catalogue["dct:license"]
    events = client.get("/api/v1/events?on_or_after=2026-01-01").json()["results"]
    assert all(row["ends_on"] is None for row in events)
    assert len(events) == 7
