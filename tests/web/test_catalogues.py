"""The check that keeps every text in every language."""

from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation import ngettext, override

from web.catalogues import (
    LOCALES,
    add_missing,
    catalogue_path,
    compile_catalogues,
    counted,
    defects,
    messages,
    unused,
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "web" / "templates").mkdir(parents=True)
    for language in LOCALES:
        path = catalogue_path(tmp_path, language)
        path.parent.mkdir(parents=True)
        polib.POFile().save(str(path))
    return tmp_path


def write(project: Path, *, code: str = "", template: str = "") -> None:
    (project / "web" / "words.py").write_text(code, encoding="utf-8")
    (project / "web" / "templates" / "page.html").write_text(template, encoding="utf-8")


def translate(project: Path, message: str, **texts: str) -> None:
    for language, text in texts.items():
        path = catalogue_path(project, language.replace("_", "-"))
        catalogue = polib.pofile(str(path))
        catalogue.append(polib.POEntry(msgid=message, msgstr=text))
        catalogue.save()


def test_texts_are_found_in_code_and_in_templates(project: Path) -> None:
    write(
        project,
        code='title = _("手帳")\nlabel = gettext_lazy("長い"\n "文")\nother = print("ない")\n'
        'done = _noop("終わり")\n',
        template=(
            '{% translate "窓口" %}{% banner text=_("帯") %}{{ "x"|default:_("値") }}'
            "{% blocktranslate trimmed %}\n  {{ name }}さん\n {% endblocktranslate %}"
            "{% blocktranslate %}50% 引き{% endblocktranslate %}"
        ),
    )
    assert set(messages(project)) == {
        "手帳",
        "長い文",
        "終わり",
        "窓口",
        "帯",
        "値",
        "%(name)sさん",
        "50%% 引き",
    }


def test_a_text_without_english_or_easy_japanese_is_a_defect(project: Path) -> None:
    write(project, code='_("手帳")')
    assert {(one.language, one.what) for one in defects(project)} == {
        ("en", "missing"),
        ("ja-easy", "missing"),
    }
    translate(project, "手帳", en="card", ja_easy="{手帳|てちょう}")
    assert defects(project) == []


@pytest.mark.parametrize(
    ("texts", "what"),
    [
        ({"en": "tetyouて", "ja_easy": "{手帳|てちょう}"}, "has kana"),
        ({"en": "card", "ja_easy": "手帳"}, "kanji without a reading: 手帳"),
        (
            {"en": "card %(x)s", "ja_easy": "てちょう"},
            "names a value that the Japanese does not have",
        ),
    ],
)
def test_a_translation_that_misleads_is_a_defect(
    project: Path, texts: dict[str, str], what: str
) -> None:
    write(project, code='_("手帳")')
    translate(project, "手帳", **texts)
    assert [one.what for one in defects(project)] == [what]


def test_missing_texts_are_added_once_and_still_count_as_missing(project: Path) -> None:
    write(project, code='_("手帳")')
    assert add_missing(project) == 2
    add_missing(project)
    assert len(polib.pofile(str(catalogue_path(project, "en")))) == 1
    assert len(defects(project)) == 2


def test_a_text_that_nobody_says_any_more_is_named(project: Path) -> None:
    write(project)
    translate(project, "古い文", en="old")
    assert unused(project) == ["古い文"]


def test_only_what_is_newer_is_compiled(project: Path) -> None:
    translate(project, "手帳", en="card", ja_easy="てちょう")
    assert compile_catalogues(project) == 2
    assert compile_catalogues(project) == 0


@pytest.mark.parametrize("language", ["en", "ja-easy"])
def test_a_text_that_counts_is_found_in_every_language(language: str) -> None:
    of_numbers = counted(settings.BASE_DIR)
    assert "%(number)s園 見つかりました" in of_numbers
    with override(language):
        for message in of_numbers:
            assert ngettext(message, "untranslated", 2) != "untranslated", message
