"""Say whether two addresses in Japan are one; it proves nothing of who lives there."""

import re
from typing import Final

from jp.text import fold_name

_CHARACTERS_MIN: Final = 7  # 「長野県佐久市」 has 6: without a town it is nobody's address
_PREFECTURE: Final = re.compile(r"^(?:東京都|北海道|大阪府|京都府|.{2,3}県)")


def is_same_address(one: str, other: str) -> bool:
    """Compare across width, variants, 大字 and the prefecture; one may leave out the building.

    A house number is compared whole: 「中込3-1」 does not begin 「中込3-12」.
    """
    if min(len(fold_name(one)), len(fold_name(other))) < _CHARACTERS_MIN:
        return False
    short, long = sorted(map(_bare, (one, other)), key=len)
    return long.startswith(short) and not long[len(short) :][:1].isdigit()


def _bare(text: str) -> str:
    return _PREFECTURE.sub("", fold_name(text)).replace("大字", "")
