"""Fold text for free search, and cut it into grams of one and two characters.

ﾎｲｸ = ホイク = ほいく, Ａ = a, 渡邉 = 渡辺, 霞ヶ関 = 霞ケ関: spellings of one word fold to one text.
A gram holds only characters that every search engine of ours takes for part of a word; whatever
else there is breaks a gram and is left to the comparison of the folded text itself.
"""

import unicodedata
from collections.abc import Iterable
from typing import Final

from jp.text import fold_name

_SMALL: Final = str.maketrans("ヵヶ", "カケ")
# SQLite's unicode61 knows the letters of Unicode 6.1; those of 3.2 are among them, and Python has
# their table. A letter that came later (some 異体字 beyond plane 2's first block) makes no gram.
_OLD: Final = unicodedata.ucd_3_2_0


def fold_for_search(text: str) -> str:
    """Return ``text`` folded: no white space, kana as katakana, 異体字 as the common form."""
    return fold_name(text).translate(_SMALL)


def search_terms(query: str) -> tuple[str, ...]:
    """Return the folded terms of a query: what white space parts, each once, in order."""
    flat = unicodedata.normalize("NFKC", query)
    return tuple(dict.fromkeys(term for word in flat.split() if (term := fold_for_search(word))))


def grams(folded: str) -> tuple[str, ...]:
    """Return the one- and two-character grams of a folded text, each once, in order."""
    found: dict[str, None] = {}
    before = ""
    for char in folded:
        if not is_word_character(char):
            before = ""
            continue
        found[char] = None
        if before:
            found[before + char] = None
        before = char
    return tuple(found)


def term_grams(term: str) -> tuple[str, ...]:
    """Return the grams that every text with ``term`` in it has: its pairs, else single letters."""
    parts = grams(term)
    pairs = tuple(gram for gram in parts if len(gram) > 1)
    covered = {char for pair in pairs for char in pair}
    return pairs + tuple(gram for gram in parts if len(gram) == 1 and gram not in covered)


def gram_column(texts: Iterable[str]) -> str:
    """Return the search column of several folded texts: their grams, space between."""
    return " ".join(dict.fromkeys(gram for text in texts for gram in grams(text)))


def is_word_character(char: str) -> bool:
    """Say whether ``char`` is a letter or digit to every engine."""
    return _OLD.category(char)[0] in "LN"
