"""The conditions of a benefit as staff tick them, and as everybody reads them."""

import re

import pytest
from django.test import Client

from accounts.models import Role
from core.audit import SYSTEM
from disability_card.benefit_editing import load_examples
from disability_card.models import Benefit
from tests.disability_card.factories import CITY, NOW, make_staff
from tests.disability_card.test_scanning import Desk, make_benefit
from web.benefit_words import condition_sentences
from web.easy_japanese import kanji_without_reading

pytestmark = pytest.mark.django_db
PHYSICAL, CARE = "身体障害者手帳 1・2級の人が使えます。", "療育手帳 A1 の人が使えます。"


@pytest.fixture
def editor() -> Client:
    client = Client()
    client.force_login(make_staff(Role.BENEFIT_EDITOR))
    return client


def filled(**override: object) -> dict[str, object]:
    return {
        "title_ja": "入館料",
        "title_easy": "{入|はい}る お{金|かね}",
        "title_en": "Admission",
        "venues": [Desk().venue.pk],
        "classes": ["1", "2"],
        "holder_kind": "free",
        "caregivers_max": "1",
        "caregiver_kind": "free",
        "for_physical": ["2", "1"],
        "for_intellectual": ["A1"],
        "is_published": "on",
    } | override


def test_ticked_grades_are_kept_kind_by_kind_and_read_as_sentences(editor: Client) -> None:
    assert editor.post("/staff/benefits/new/", filled()).status_code == 302
    benefit = Benefit.objects.get()
    assert benefit.conditions == {"physical": ["1", "2"], "intellectual": ["A1"]}
    for path in ("/staff/benefits/", f"/staff/benefits/{benefit.pk}/", "/benefits/"):
        text = editor.get(path).content.decode()
        assert PHYSICAL in text
        assert CARE in text


def test_no_tick_is_for_every_handbook(editor: Client) -> None:
    editor.post("/staff/benefits/new/", filled(for_physical=[], for_intellectual=[]))
    assert Benefit.objects.get().conditions == {}


def test_a_look_at_the_sentence_saves_nothing_and_complains_of_nothing(editor: Client) -> None:
    given = filled(preview="1", title_ja="", for_mental=["1", "2", "3"])
    text = editor.post("/staff/benefits/new/", given).content.decode()
    assert PHYSICAL in text
    assert "精神障害者保健福祉手帳の人が使えます。" in text
    assert "直してください" not in text
    assert not Benefit.objects.exists()


def test_a_grade_that_no_handbook_prints_is_refused(editor: Client) -> None:
    text = editor.post("/staff/benefits/new/", filled(for_mental=["4"])).content.decode()
    assert 'id="id_for_mental"' in text
    assert "field-error" in text
    assert not Benefit.objects.exists()


def test_the_saved_ticks_come_back_and_can_be_taken_away(editor: Client) -> None:
    benefit = make_benefit(Desk().venue)
    benefit.conditions = {"mental": ["1"]}
    benefit.save()
    path = f"/staff/benefits/{benefit.pk}/"
    assert editor.get(path).content.decode().count("checked") >= 1
    assert "精神障害者保健福祉手帳 1級の人が使えます。" in editor.get(path).content.decode()
    editor.post(path, filled(for_physical=[], for_intellectual=[]))
    benefit.refresh_from_db()
    assert benefit.conditions == {}


def test_a_title_in_easy_japanese_needs_readings_and_keeps_them(editor: Client) -> None:
    refused = editor.post("/staff/benefits/new/", filled(title_easy="入る お{金|かね}"))
    assert "読みのない漢字があります: 入" in refused.content.decode()
    editor.post("/staff/benefits/new/", filled())
    benefit = Benefit.objects.get()
    for language in ("ja", "ja-easy"):
        page = editor.get(f"/staff/benefits/{benefit.pk}/?lang={language}").content.decode()
        assert 'value="{入|はい}る お{金|かね}"' in page
    public = editor.get("/benefits/?lang=ja-easy").content.decode()
    assert '<ruby>入<rt aria-hidden="true">はい</rt></ruby>る' in public


def test_nothing_is_said_where_all_may_come() -> None:
    assert condition_sentences({}) == []


def test_the_shipped_benefits_have_readings_and_no_kana_in_english() -> None:
    load_examples(CITY, actor=SYSTEM, now=NOW)
    for benefit in Benefit.objects.all():
        for texts in (benefit.title, benefit.text):
            assert kanji_without_reading(texts["ja-easy"]) == ""
            assert not re.search("[ぁ-ヿ]", texts["en"])
