"""Folding: two writings of one name compare equal, and folding twice changes nothing."""

import pytest
from hypothesis import given, strategies as st

from jp.phone import read_phone
from jp.postal import read_postal_code
from jp.text import fold, fold_kana, fold_name, is_full_width_kana

japanese = st.text(
    alphabet=st.sampled_from("佐久高髙﨑崎さサｻｶﾞ゛がガー－ -　 ＡaＡ１1①㍿ヴゔ々〇・ッツ"),
    max_size=12,
)


@given(text=japanese)
def test_folding_twice_is_folding_once(text: str) -> None:
    for folding in (fold, fold_name, fold_kana):
        assert folding(folding(text)) == folding(text)


@pytest.mark.parametrize("written", ["が", "ガ", "ｶﾞ", "か゛", "カ゛", "か\u3099", "カ ﾞ"])
def test_a_voiced_letter_is_one_however_its_mark_is_written(written: str) -> None:
    assert fold(written) == "ガ"


@given(text=st.text(alphabet="佐久高髙﨑さサガァＡaＡ１1①ヴゔ々〇・ッツ", max_size=12))
def test_spaces_never_count(text: str) -> None:
    assert fold_name(text) == fold_name("　".join(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [("ｶﾞﾝﾊﾞﾙ", "がんばる"), ("ABC", "ａｂｃ"), ("ヴァン", "ゔぁん")],
)
def test_width_case_and_kana_do_not_count(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_different_people_stay_different() -> None:
    assert fold_name("佐藤花子") != fold_name("佐籐花子")
    assert fold_kana("ハナコ") != fold_kana("バナコ")


@pytest.mark.parametrize(
    ("text", "is_kana"),
    [
        ("サク　ハナコ", True),
        ("ジョー・サトー", True),
        ("さく", False),
        ("ｻｸ", False),
        ("　", False),
    ],
)
def test_a_kana_column_takes_full_width_katakana(text: str, is_kana: bool) -> None:
    assert is_full_width_kana(text) is is_kana


@pytest.mark.parametrize(
    "typed", ["0267-62-2111", "０２６７（６２）２１１１", "+81 267 62 2111", "0267622111"]
)
def test_one_telephone_number_however_it_is_typed(typed: str) -> None:
    assert read_phone(typed) == "0267622111"


@pytest.mark.parametrize("typed", ["", "110", "267622111", "0267-62-21111-1", "電話なし"])
def test_what_is_no_telephone_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="telephone"):
        read_phone(typed)


@pytest.mark.parametrize("typed", ["〒385-0051", "３８５－００５１", "3850051", "385ー0051"])
def test_one_postal_code_however_it_is_typed(typed: str) -> None:
    assert read_postal_code(typed) == "3850051"


@pytest.mark.parametrize("typed", ["", "385005", "38500511", "abc-defg"])
def test_what_is_no_postal_code_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="postal"):
        read_postal_code(typed)
