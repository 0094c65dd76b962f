"""The list of nurseries in pages: each nursery stands on one of them, and none is loaded twice."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from childcare.vacancy import vacancies
from tests.childcare.facility_factories import TODAY, make_facility, make_vacancy

pytestmark = pytest.mark.django_db
NEXT = re.compile(r'rel="next" href="([^"]+)"')
PREVIOUS = re.compile(r'rel="prev" href="([^"]+)"')


def names_on(page: str) -> list[str]:
    return re.findall(r"<h3><a [^>]*>(園\d+)</a>", page)


def shown(client: Client, address: str) -> str:
    return client.get(address.replace("&amp;", "&")).content.decode()


def test_the_pages_together_show_each_nursery_once_in_the_order_of_the_list(
    client: Client,
) -> None:
    for number in range(45):
        make_facility(name=f"園{number:02}", name_kana=f"エン{number:02}")
    address, page = "/childcare/?sort=name", ""
    seen: list[str] = []
    sizes: list[int] = []
    while address:
        page = shown(client, address)
        assert "45園 見つかりました" in page
        seen += names_on(page)
        sizes.append(len(names_on(page)))
        after = NEXT.search(page)
        address = after[1] if after else ""
        assert not address or "sort=name" in address  # the conditions go along
    assert (seen, sizes) == ([f"園{number:02}" for number in range(45)], [20, 20, 5])
    before = PREVIOUS.search(page)
    assert before
    assert names_on(shown(client, before[1])) == seen[20:40]


def test_a_list_of_one_page_has_no_neighbours(client: Client) -> None:
    for number in range(20):
        make_facility(name=f"園{number:02}")
    page = shown(client, "/childcare/")
    assert not NEXT.search(page)
    assert not PREVIOUS.search(page)
    assert "園目から" not in page


@pytest.mark.parametrize("cursor", ["x", "cjk5OTk5OQ", "!", "cjIw"])
def test_a_page_that_is_not_there_is_not_found(client: Client, cursor: str) -> None:
    make_facility()
    assert client.get("/childcare/", {"cursor": cursor}).status_code == 404


def test_the_map_has_a_pin_for_every_nursery_of_every_page(client: Client) -> None:
    for number in range(21):
        make_facility(
            name=f"園{number:02}", latitude="36.254920", longitude="138.476593", point_kind="own"
        )
    page = shown(client, "/childcare/?view=map")
    assert page.count('"latitude"') == 21
    assert len(names_on(page)) == 20
    after = NEXT.search(page)
    assert after
    assert "view=map" in after[1]


def test_the_newest_word_about_each_class_is_shown_and_none_of_tomorrow() -> None:
    facility = make_facility()
    for days, seats in ((9, 5), (2, 3), (-1, 7)):
        make_vacancy(facility, as_of=TODAY - timedelta(days=days), seats=seats)
    make_vacancy(facility, class_age=2, as_of=TODAY - timedelta(days=4), seats=1)
    told = vacancies([facility.pk], today=TODAY)
    assert {age: one.seats for (_key, age), one in told.items()} == {1: 3, 2: 1}
