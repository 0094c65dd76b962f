"""やさしい日本語: readings above kanji, written ``{手帳|てちょう}`` in the catalogue.

In a page's body the markup becomes ruby; in titles, attributes and machine answers it becomes
the plain word. The reading is hidden from accessible names: a screen reader already reads the
kanji aloud, and would say everything twice. Scripts get the markup as it is (JSON in pages is
escaped, so that this module does not see it) and use ``static/web/js/ruby.js``.
"""

import re
from typing import Final

_MARKUP: Final = re.compile(r"\{([^{}|<>&\"]{1,30})\|([ぁ-ゖァ-ヺ・ー]{1,40})\}")
_KANJI: Final = re.compile(r"[㐀-䶿一-鿿々〆ヶ]")
# Elements whose text the browser shows or hands on without markup.
_PLAIN_ELEMENTS: Final = ("title", "script", "style", "textarea", "option", "svg")
# Each plain element to its own end: a picture has a title of its own inside it.
_PIECES: Final = re.compile(
    "(" + "|".join(rf"<{name}\b.*?</{name}>" for name in _PLAIN_ELEMENTS) + "|<[^>]*>)",
    re.DOTALL | re.IGNORECASE,
)


# Where people write; a hidden field holds the page's own words.
_WRITTEN: Final = re.compile(r"<textarea\b|<input\b(?![^>]*\btype=.hidden)", re.IGNORECASE)
_WHAT_IS_WRITTEN: Final = re.compile(
    r"(\bvalue=\"[^\"]*\"|>.*</textarea>)", re.DOTALL | re.IGNORECASE
)


def with_reading(word: str, reading: str) -> str:
    """Return ``{word|reading}``; the word alone where the two cannot be markup (also escaped).

    Names and readings come from data: whatever a city writes there, no brace reaches a reader.
    """
    marked = f"{{{word}|{reading}}}"
    return marked if "'" not in word and _MARKUP.fullmatch(marked) else word


def plain(text: str) -> str:
    """Return ``text`` without readings."""
    return _MARKUP.sub(r"\1", text)


def with_ruby(text: str) -> str:
    """Return ``text`` (already escaped for HTML) with its readings as ruby.

    One element around the whole text: inside a flex box each ruby would else be a box of its own.
    """
    ruby = _MARKUP.sub(r'<ruby>\1<rt aria-hidden="true">\2</rt></ruby>', text)
    if ruby == text:
        return text
    bare = ruby.strip()
    return ruby.replace(bare, f"<span>{bare}</span>", 1)


def in_brackets(text: str) -> str:
    """Return ``text`` with each reading in brackets behind its word: for mails."""
    return _MARKUP.sub(r"\1（\2）", text)


def page_with_ruby(page: str, *, shown: bool) -> str:
    """Return an HTML page with ruby in its text, and plain words in tags, titles and options."""
    pieces = _PIECES.split(page)  # text at even places, tags and plain elements between
    return "".join(
        _without_markup(piece) if place % 2 else with_ruby(piece) if shown else plain(piece)
        for place, piece in enumerate(pieces)
    )


def _without_markup(tag: str) -> str:
    """Return a tag or a plain element without readings, but for what a person writes in a form.

    Whoever edits a text in やさしい日本語 gets its readings back, or saving would lose them.
    """
    if not _WRITTEN.match(tag):
        return plain(tag)
    kept = _WHAT_IS_WRITTEN.split(tag)
    return "".join(part if place % 2 else plain(part) for place, part in enumerate(kept))


def kanji_without_reading(text: str) -> str:
    """Return the kanji of ``text`` that carry no reading, for the catalogue's check."""
    return "".join(_KANJI.findall(_MARKUP.sub("", text)))
