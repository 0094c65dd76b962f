"""What holds for each page, whoever reads it and in whichever language."""

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.web.reading import PageReader

pytestmark = pytest.mark.django_db

PAGES = (
    "/",
    "/about/card/",
    "/counter/",
    "/accessibility/",
    "/privacy/",
    "/offline/",
    "/account/login/code/",
    "/account/signup/",
    "/demo/",
    "/demo/parts/",
    "/demo/errors/400/",
    "/demo/errors/403/",
    "/demo/errors/404/",
    "/demo/errors/500/",
    "/demo/errors/503/",
)
KANA = re.compile(r"[ぁ-ヿ]")


def read(path: str, lang: str = "ja") -> PageReader:
    return PageReader(Client().get(path, {"lang": lang}).content.decode())


@pytest.mark.parametrize("lang", ["ja", "ja-easy", "en"])
def test_no_two_pages_have_the_same_title(lang: str) -> None:
    titles = [read(path, lang).words_of("title")[0] for path in PAGES]
    assert len(set(titles)) == len(PAGES)
    assert all("{" not in title and "|" not in title for title in titles)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_h1_the_landmarks_and_a_way_past_the_header(path: str) -> None:
    page = read(path)
    assert len([words for words in page.words_of("h1") if words]) == 1
    assert [len(page.all(tag)) for tag in ("header", "main", "footer")] == [1, 1, 1]
    first_link = page.all("a")[0]
    assert first_link.attributes["href"] == "#main"
    assert page.all("main")[0].attributes["id"] == "main"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_nothing_of_a_foreign_origin(path: str) -> None:
    page = read(path)
    loaded = [
        element.attributes[name]
        for element in page.elements
        for name in ("src", "href", "action")
        if name in element.attributes
    ]
    assert [address for address in loaded if urlsplit(address).netloc] == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_carries_no_script_or_style_of_its_own(path: str) -> None:
    page = read(path)
    inline = [e for e in page.all("script") if "src" not in e.attributes]
    assert [e for e in inline if e.attributes.get("type") != "application/json"] == []
    assert page.all("style") == []
    assert [e for e in page.elements if "style" in e.attributes] == []
    assert [name for e in page.elements for name in e.attributes if name.startswith("on")] == []


@pytest.mark.parametrize("path", PAGES)
def test_an_english_page_holds_no_kana(path: str) -> None:
    page = read(path, "en")
    assert page.all("html")[0].attributes["lang"] == "en"
    left = [words.strip() for language, words in page.said() if language == "en"]
    assert [words for words in left if KANA.search(words)] == []


@pytest.mark.parametrize("path", PAGES)
def test_an_easy_page_shows_readings_and_leaves_no_markup(path: str) -> None:
    page = read(path, "ja-easy")
    assert page.all("html")[0].attributes["lang"] == "ja"
    assert page.all("rt") != []
    assert all(e.attributes.get("aria-hidden") == "true" for e in page.all("rt"))
    assert [words for _language, words in page.said() if "|" in words] == []


def test_a_form_works_where_no_script_runs() -> None:
    page = read("/account/login/code/")
    form = page.all("form")[0]
    assert (form.attributes["method"], form.attributes["action"]) == (
        "post",
        "/account/login/code/",
    )


def test_only_pages_and_icons_exist_where_nobody_is_signed_in() -> None:
    answer = Client().get("/my/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/code/?next=/my/")


def test_the_first_page_has_a_door_to_the_card_and_to_tourism() -> None:
    addresses = {e.attributes["href"] for e in read("/").all("a")}
    assert {"/about/card/", "/tourism/"} <= addresses
