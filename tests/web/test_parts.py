"""Parts of a page: what each says to people who do not see it."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

from web.dates import date_in_words, yen_in_words
from web.easy_japanese import kanji_without_reading


def render(source: str, **values: object) -> str:
    return Template("{% load parts %}" + source).render(Context(values))


class PhoneForm(forms.Form):
    phone = forms.CharField(label="Phone")
    note = forms.CharField(required=False)
    who = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)


class TownForm(forms.Form):
    town = forms.ChoiceField(choices=[("s", "Saku")])


def test_a_field_names_its_hint_and_its_error() -> None:
    form = PhoneForm({"phone": ""})
    html = render('{% field form.phone "電話番号" "例: 0267" %}', form=form)
    assert 'aria-describedby="id_phone-hint id_phone-error"' in html
    assert 'aria-invalid="true"' in html
    assert '<label for="id_phone">電話番号</label>' in html
    assert "必ず書く" in html


def test_a_field_that_may_stay_empty_says_so() -> None:
    assert "なくてもよい" in render("{% field form.note %}", form=PhoneForm())


def test_a_field_that_is_needed_at_times_says_when() -> None:
    html = render('{% field form.note needed_when="通っているときは 必ず選ぶ" %}', form=PhoneForm())
    assert "通っているときは 必ず選ぶ" in html
    assert "なくてもよい" not in html


def test_a_list_to_choose_from_asks_to_choose_not_to_write() -> None:
    html = render("{% field form.town %}", form=TownForm())
    assert "必ず選ぶ" in html
    assert "必ず書く" not in html


def test_a_choice_is_a_group_with_a_legend() -> None:
    html = render('{% field form.who "だれですか" %}', form=PhoneForm())
    assert "<fieldset" in html
    assert "<legend" in html
    assert html.count('class="radio-row"') == 2


def test_the_error_summary_links_to_each_field_and_takes_the_focus() -> None:
    html = render("{% error_summary form %}", form=PhoneForm({"phone": ""}))
    assert 'href="#id_phone"' in html
    assert "autofocus" in html
    assert "2つ 直してください" in html
    assert render("{% error_summary form %}", form=PhoneForm()).strip() == ""


def test_a_part_does_not_see_the_words_of_its_page() -> None:
    html = render('{% banner kind="info" text="帯" %}', title="ページの題")
    assert "ページの題" not in html


def test_a_part_refuses_what_it_does_not_know() -> None:
    with pytest.raises(TemplateSyntaxError):
        render('{% banner kind="info" words="帯" %}')


def test_the_mark_empties_from_its_last_petal() -> None:
    assert render("{% mark 5 %}").count("is-empty") == 3
    assert render("{% mark %}").count("is-empty") == 0


def test_pictures_are_hidden_from_screen_readers() -> None:
    for source in ('{% icon "card" %}', "{% mark %}", "{% horizon %}", "{% ridge %}"):
        assert 'aria-hidden="true"' in render(source)


def test_a_change_link_names_what_it_changes() -> None:
    rows = [{"term": "名前", "answer": "はな子", "change": "/x/"}]
    assert '変える<span class="visually-hidden">: 名前</span>' in render(
        "{% answers answers=rows %}", rows=rows
    )


def test_a_date_breaks_only_before_its_era() -> None:
    html = date_in_words(date(2026, 12, 4), "ja")
    assert html == (
        '<span class="nowrap">2026年12月4日</span><wbr><span class="nowrap">（令和8年）</span>'
    )
    assert "4 December 2026" in date_in_words(date(2026, 12, 4), "en")


def test_an_instant_is_said_as_the_day_in_japan() -> None:
    assert "12月5日" in date_in_words(datetime(2026, 12, 4, 15, 0, tzinfo=UTC), "ja")


@pytest.mark.parametrize("day", range(1, 32))
def test_every_day_of_a_month_has_its_reading(day: int) -> None:
    said = date_in_words(date(2027, 1, day), "ja-easy")
    assert kanji_without_reading(said) == ""
    assert ("20日|はつか" in said) == (day == 20)


def test_an_amount_is_said_in_each_language() -> None:
    assert yen_in_words(1700, "ja") == "1,700円"
    assert yen_in_words(1700, "en") == "¥1,700"
    assert yen_in_words(1700, "ja-easy") == "1,700{円|えん}"


def test_a_price_of_nothing_is_a_word() -> None:
    with translation.override("ja"):
        assert "無料" in render("{% price who='本人' yen=0 usual_yen=500 %}")
