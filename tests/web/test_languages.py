"""Which language a page speaks, and where readings may stand."""

import csv
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client, RequestFactory
from django.utils.html import escape
from hypothesis import given, strategies as st

from web.easy_japanese import (
    in_brackets,
    kanji_without_reading,
    page_with_ruby,
    plain,
    with_reading,
    with_ruby,
)
from web.languages import LanguageMiddleware, chosen_language

FACTORY = RequestFactory()


def make_request(*, asked: str = "", kept: str = "", header: str = "") -> HttpRequest:
    request = FACTORY.get("/", {"lang": asked} if asked else {}, HTTP_ACCEPT_LANGUAGE=header)
    if kept:
        request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = kept
    return request


def test_the_address_wins_over_the_cookie_and_the_cookie_over_the_browser() -> None:
    assert chosen_language(make_request(asked="en", kept="ja-easy", header="ja")) == "en"
    assert chosen_language(make_request(kept="ja-easy", header="en")) == "ja-easy"
    assert chosen_language(make_request(header="fr, en-GB;q=0.8")) == "en"


def test_a_language_that_we_do_not_have_falls_to_japanese() -> None:
    assert chosen_language(make_request(asked="xx", kept="yy", header="fr")) == "ja"


def test_easy_japanese_is_never_guessed() -> None:
    assert chosen_language(make_request(header="ja-easy")) == "ja"


@pytest.mark.django_db
def test_a_choice_made_in_the_address_is_kept() -> None:
    client = Client()
    client.get("/counter/", {"lang": "en"})
    assert client.get("/counter/")["Content-Language"] == "en"


@pytest.mark.django_db
def test_readings_are_switched_off_and_on_again() -> None:
    client = Client()
    client.get("/counter/", {"lang": "ja-easy"})
    assert b"<rt" in client.get("/counter/").content
    assert b"<rt" not in client.get("/counter/", {"ruby": "off"}).content
    assert b"<rt" not in client.get("/counter/").content
    assert b"<rt" in client.get("/counter/", {"ruby": "on"}).content


def answered(response: HttpResponse) -> HttpResponse:
    middleware = LanguageMiddleware(lambda _request: response)
    found = middleware(make_request(asked="ja-easy"))
    assert isinstance(found, HttpResponse)
    return found


def test_a_program_gets_the_plain_word() -> None:
    given = JsonResponse({"title": "{手帳|てちょう}"}, json_dumps_params={"ensure_ascii": False})
    assert json.loads(answered(given).content) == {"title": "手帳"}


def test_the_length_of_the_answer_is_mended_with_its_content() -> None:
    given = HttpResponse("<p>{手帳|てちょう}</p>")
    given["Content-Length"] = str(len(given.content))
    found = answered(given)
    assert int(found["Content-Length"]) == len(found.content)


def test_a_picture_is_left_alone() -> None:
    given = HttpResponse(b"\xff\xd8{", content_type="image/jpeg")
    assert answered(given).content == b"\xff\xd8{"


def test_readings_stand_in_text_and_nowhere_else() -> None:
    page = '<title>{手帳|てちょう}</title><a aria-label="{見|み}る">{手帳|てちょう}を {見|み}る</a>'
    assert page_with_ruby(page, shown=True) == (
        '<title>手帳</title><a aria-label="見る"><span>'
        '<ruby>手帳<rt aria-hidden="true">てちょう</rt></ruby>を '
        '<ruby>見<rt aria-hidden="true">み</rt></ruby>る</span></a>'
    )


@pytest.mark.parametrize("shown", [True, False])
@pytest.mark.parametrize(
    "field",
    [
        '<input type="text" value="{手帳|てちょう}" {}>',
        "<textarea {}>{手帳|てちょう}を\n{見|み}る</textarea>",
    ],
)
def test_what_somebody_writes_in_a_form_keeps_its_readings(field: str, *, shown: bool) -> None:
    hint = 'placeholder="{手帳|てちょう}"'
    page = page_with_ruby(field.replace("{}", hint), shown=shown)
    assert page == field.replace("{}", 'placeholder="手帳"')


def test_a_hidden_field_says_the_pages_word_without_readings() -> None:
    given = '<input type="hidden" name="note" value="{紙|かみ}">'
    assert page_with_ruby(given, shown=True) == given.replace("{紙|かみ}", "紙")


def test_text_of_a_person_cannot_become_markup() -> None:
    for text in ("{<b>|てちょう}", "{手帳|<b>}", "{手帳|tetyou}", "{手帳}", "{&lt;b|てちょう}"):
        assert with_ruby(text) == text


@pytest.mark.parametrize("word", ["八幡宿・八幡神社", "A&B", "King's", "<b>", "{", "|", ""])
@pytest.mark.parametrize("reading", ["ヤワタシュク・ヤワタジンジャ", "yawata", "ﾔﾜﾀ", "{", ""])
def test_no_name_in_the_data_puts_a_brace_of_markup_on_a_page(word: str, reading: str) -> None:
    shown = page_with_ruby(escape(with_reading(word, reading)), shown=True)
    assert "|" not in shown.replace(word, "")
    assert "{" not in shown.replace(word, "")


@given(word=st.text(max_size=12), reading=st.text(max_size=12))
def test_whatever_the_data_holds_a_reading_is_ruby_or_absent(word: str, reading: str) -> None:
    marked = with_reading(word, reading)
    shown = with_ruby(escape(marked))
    assert marked == word or shown.startswith("<span><ruby>")


def test_every_reading_of_the_citys_open_data_becomes_ruby() -> None:
    file = Path(settings.BASE_DIR) / "places/data/saku/tourism_facilities.csv"
    rows = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))
    named = [(row["名称"], row["名称_カナ"]) for row in rows if row["名称_カナ"]]
    assert named
    for name, kana in named:
        if len(name) <= 30:
            reading = kana.replace(" ", "").replace("　", "")
            assert with_ruby(escape(with_reading(name, reading))).startswith("<span><ruby>"), name


def test_a_mail_says_the_reading_in_brackets() -> None:
    assert in_brackets("{手帳|てちょう}を") == "手帳（てちょう）を"
    assert plain("{手帳|てちょう}を") == "手帳を"


def test_kanji_without_a_reading_are_found() -> None:
    assert kanji_without_reading("{手帳|てちょう}を 見る") == "見"
    assert kanji_without_reading("{手帳|てちょう}を {見|み}る") == ""


def test_a_picture_with_a_title_has_no_ruby_in_any_of_its_words() -> None:
    picture = "<svg><title>{図|ず}</title><text>{予算|よさん}</text></svg><p>{市|し}</p>"
    shown = page_with_ruby(picture, shown=True)
    assert shown.startswith("<svg><title>図</title><text>予算</text></svg><p>")
    assert shown.count("<ruby>") == 1
