"""Which font prints names, and which names it cannot print.

Names come in 行政事務標準文字 and may hold a variant that no installed font draws. Such a name
would print as a box on somebody's card, so it goes to a list for hand work instead.
"""

import shutil
import subprocess
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTCollection, TTFont

from core.refusals import Refusal, gettext_noop as _

# In this order: IPAexゴシック has the widest set of name variants, Noto is on most machines.
FAMILIES: Final = ("IPAexGothic", "Noto Sans CJK JP", "Noto Sans JP")


class PrintingNotInstalled(Refusal):
    """WeasyPrint's system libraries or a Japanese font are missing on this server."""

    code = "printing-not-installed"
    title = _("このサーバーでは、まだ印刷の準備ができていません")
    next_step = _(
        "サーバーの管理者に、libpango-1.0-0 libpangoft2-1.0-0 "
        "fonts-ipaexfont を入れてもらってください。"
    )
    status = HTTPStatus.SERVICE_UNAVAILABLE


@dataclass(frozen=True, slots=True)
class PrintFont:
    """The font that cards and letters are printed in, and every code point that it draws."""

    family: str
    code_points: AbstractSet[int]

    def missing_from(self, text: str) -> str:
        """Return the characters of ``text`` that this font cannot draw, in order."""
        return "".join(char for char in text if ord(char) not in self.code_points)


@lru_cache(maxsize=1)
def print_font() -> PrintFont:
    """Return the first installed family of :data:`FAMILIES`; refuse where there is none."""
    fc_match = shutil.which("fc-match")
    if fc_match is None:
        raise PrintingNotInstalled
    for family in FAMILIES:
        answer = subprocess.run(  # noqa: S603  a fixed program with a fixed family name
            [fc_match, "--format=%{file}\n%{index}\n%{family}", family],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        file, index, found = answer.split("\n", 2)
        if family in found.split(","):
            return PrintFont(family, _code_points(Path(file), int(index or 0)))
    raise PrintingNotInstalled


def _code_points(file: Path, index: int) -> AbstractSet[int]:
    if file.suffix == ".ttc":
        with TTCollection(file, lazy=True) as collection:
            return frozenset(collection.fonts[index & 0xFFFF].getBestCmap())
    with TTFont(file, lazy=True) as font:
        return frozenset(font.getBestCmap())
