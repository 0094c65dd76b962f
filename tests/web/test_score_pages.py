"""Trying a score page by page, without an account and without scripts."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from childcare.models import Facility, FacilityKind, PublishedCutoff
from jp.clock import civil_date
from places.models import Place
from tests.childcare.published import published
from tests.disability_card.factories import CITY
from web.forms.score import class_text

pytestmark = pytest.mark.django_db
URL = "/childcare/score/"
PICTURE = (("family", 0), ("guardian_1_work", 0), ("guardian_2_work", 1), ("sibling", 0),
           ("leave", 2), ("grandparent", 1), ("now", 3), ("children", 0))  # fmt: skip
KANA = re.compile(r"[ぁ-ヿ]")


def make_facility() -> Facility:
    place = Place.objects.create(
        municipality=CITY, number="d1", name="デモ園 こまば", is_example=True
    )
    return Facility.objects.create(municipality=CITY, place=place, kind=FacilityKind.NURSERY)


def fields_of(page: str) -> dict[str, str]:
    """The hidden fields of the page's last form, as a browser would send them."""
    form = page.rpartition("<form")[2]
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))


def answered(client: Client, *, lang: str = "ja", **start: str) -> tuple[str, list[str]]:
    """Answer like the family of the picture; return the result and the titles on the way."""
    page = client.post(URL, {"do": "begin", **start}, query_params={"lang": lang}).content.decode()
    titles = []
    for name, place in PICTURE:
        sent = fields_of(page)
        assert sent["at"] == name
        titles.append(re.findall(r"<h1[^>]*>(.*?)</h1>", page, re.S)[0])
        sent |= {"answer": str(place), "do": "next"}
        page = client.post(URL, sent, query_params={"lang": lang}).content.decode()
    return page, titles


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_family_of_the_picture_has_42_points_and_no_promise() -> None:
    published()
    page, titles = answered(Client())
    assert titles[2] == "保護者2は、月に何時間働いていますか"
    text = words(page)
    assert "あなたの点は 42 点" in text
    assert "入れることを約束するものではありません。" in text
    assert "きょうだいが同じ園にいる 通っている その園だけ 5点" in text
    assert "就労証明書 2人分" in text


def test_last_years_lowest_is_shown_from_five_admitted_children_on() -> None:
    published()
    facility = make_facility()
    today = civil_date(timezone.now())
    year = today.year + (today >= date(today.year, 4, 1))
    cutoff = PublishedCutoff.objects.create(
        facility=facility, fiscal_year=year - 1, class_age=1, half_points=76, admitted=5
    )
    page, _titles = answered(Client(), facility=str(facility.pk), class_age="1")
    assert "デモ園 こまばの1歳児クラスに入った人の、いちばん低い点は 38点 でした" in words(page)
    assert "score-scale" in page
    cutoff.admitted = 4
    cutoff.save()
    page, _titles = answered(Client(), facility=str(facility.pk), class_age="1")
    assert "38点" not in page
    assert "昨年は入った人が少ないので、いちばん低い点は出しません。" in page
    page, _titles = answered(Client(), facility=str(facility.pk), class_age="2")
    assert "昨年のいちばん低い点は、まだありません。" in page
    page, _titles = answered(Client(), facility=str(facility.pk))
    assert "クラスを選ぶと、昨年のいちばん低い点とくらべられます。" in page


@pytest.mark.parametrize("lang", ["ja", "ja-easy", "en"])
def test_every_page_says_that_the_table_is_a_demo_and_that_nothing_is_kept(lang: str) -> None:
    published()
    cache.clear()
    page, _titles = answered(Client(), lang=lang)
    start = Client().get(URL, {"lang": lang}).content.decode()
    question = Client().post(URL, {"do": "begin"}, query_params={"lang": lang}).content.decode()
    demo, kept = {
        "ja": ("デモの点数表", "答えは、どこにも残しません"),
        "ja-easy": ("デモの", "残"),
        "en": ("demo point table", "not kept anywhere"),
    }[lang]
    for one in (start, question, page):
        assert demo in one
        assert kept in one


def test_english_pages_hold_no_kana() -> None:
    published()
    page, titles = answered(Client(), lang="en")
    main = page.partition("<main")[2].partition("</main>")[0]
    assert not KANA.search(words(main))
    assert not KANA.search("".join(titles))


def test_the_whole_way_writes_nothing_and_no_browser_keeps_it() -> None:
    published()
    client = Client()
    with CaptureQueriesContext(connection) as queries:
        answered(client)
    assert not [one["sql"] for one in queries if not one["sql"].startswith("SELECT")]
    assert client.post(URL, {"do": "begin"}).headers["Cache-Control"] == "no-store"
    assert "sessionid" not in client.cookies


def test_an_answer_left_open_is_asked_for_and_the_others_stay() -> None:
    published()
    client = Client()
    sent = {"do": "next", "at": "guardian_1_work", "a_family": "0"}
    answer = client.post(URL, sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "1つ選んでください" in page
    assert fields_of(page) == {"a_family": "0", "at": "guardian_1_work"}


def test_the_way_back_keeps_the_answers() -> None:
    published()
    sent = {"do": "back", "at": "guardian_2_work", "a_family": "0", "a_guardian_1_work": "2"}
    page = Client().post(URL, sent).content.decode()
    assert fields_of(page) == {"a_family": "0", "at": "guardian_1_work"}
    chosen = re.findall(r'<input type="radio" name="answer" value="(\d)"[^>]*checked', page)
    assert chosen == ["2"]
    assert "質問を始める" in Client().post(URL, {"do": "back", "at": "family"}).content.decode()


@pytest.mark.parametrize("answer", ["1", "2"], ids=["a single parent", "a grandparent"])
def test_one_guardian_alone_is_not_asked_about_another(answer: str) -> None:
    published()
    sent = {"do": "next", "at": "guardian_1_work", "a_family": answer, "answer": "0"}
    assert fields_of(Client().post(URL, sent).content.decode())["at"] == "sibling"


@pytest.mark.parametrize(
    "sent",
    [
        {"do": "next", "at": "nothing", "answer": "0"},
        {"do": "next", "at": "family", "answer": "99"},
        {"do": "begin", "a_family": "-1", "class_age": "9", "facility": "x"},
        {"do": "begin", "a_family": "9" * 400, "class_age": "²"},
        {"do": "dance"},
        {},
    ],
    ids=str,
)
def test_made_up_fields_never_break_the_page(sent: dict[str, Any]) -> None:
    published()
    assert Client().post(URL, sent).status_code in {200, 422}


def test_without_a_published_table_the_page_says_where_to_ask() -> None:
    answer = Client().get(URL)
    assert answer.status_code == 200
    assert "いま試せる点数表がありません" in answer.content.decode()


def test_a_class_names_its_first_and_last_birthday() -> None:
    text = class_text(1, school_year=2027)
    assert "2025年4月2日" in text
    assert "2026年4月1日" in text
