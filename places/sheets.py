"""The national open-data sheets as data: which columns, in which order, how sure we are of them.

`data/columns.csv` holds every column; this module finds the sheet that a file is, and says what an
export looks like. It reads no database.
"""

import csv
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from core.refusals import gettext_noop as _

DATA: Final = Path(__file__).with_name("data")
NEWEST: Final = "v3"
OWN: Final = "own"
NOT_VERIFIED: Final = _("列の順は、まだ国の様式とつきあわせていません")
# The two columns that name a row, under the names that the layouts give them.
CITY_COLUMNS: Final = (
    "全国地方公共団体コード",
    "都道府県コード又は市区町村コード",
    "市区町村コード",
)
NUMBER_COLUMNS: Final = ("ID", "NO")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One version of one sheet."""

    sheet: str
    version: str  # v1 | v3 | own
    columns: tuple[str, ...]
    required: frozenset[str]
    is_verified: bool

    @property
    def label(self) -> str:
        """A message id that must stand beside an export; empty where the layout is verified."""
        return "" if self.is_verified else NOT_VERIFIED


@lru_cache(maxsize=1)
def layouts() -> Mapping[tuple[str, str], Layout]:
    """Return every layout by (sheet, version)."""
    rows: dict[tuple[str, str], list[dict[str, str]]] = {}
    with (DATA / "columns.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows.setdefault((row["sheet"], row["layout"]), []).append(row)
    return {
        key: Layout(
            sheet=key[0],
            version=key[1],
            columns=tuple(row["column"] for row in found),
            required=frozenset(row["column"] for row in found if row["required"]),
            is_verified=all(row["standing"] != "not verified" for row in found),
        )
        for key, found in rows.items()
    }


def newest_layout(sheet: str) -> Layout:
    """Return the layout in which ``sheet`` is written; ``KeyError`` for a sheet without one."""
    found = layouts()
    return found.get((sheet, NEWEST)) or found[sheet, OWN]


def plain_column(name: str) -> str:
    """Return a column's name as the layouts spell it: half width, no space around."""
    return unicodedata.normalize("NFKC", name.strip(" 　\ufeff"))


@lru_cache(maxsize=1)
def _plain_columns() -> Mapping[tuple[str, str], frozenset[str]]:
    return {key: frozenset(map(plain_column, found.columns)) for key, found in layouts().items()}


def recognise(header: Sequence[str], *, sheet: str = "") -> Layout | None:
    """Return the layout that shares most columns with ``header``; ``None`` where none is near.

    A layout counts only with its naming columns and more than half of all its columns: city files
    leave some out and add some of their own.
    """
    given = {plain_column(name) for name in header}
    best: tuple[float, Layout] | None = None
    for key, columns in _plain_columns().items():
        if sheet and key[0] != sheet:
            continue
        # The share of both sides, so that a short sheet does not win inside a longer one.
        share = len(given & columns) / len(given | columns)
        if best is None or share > best[0]:
            best = share, layouts()[key]
    return best[1] if best and best[0] > _NEAR else None


_NEAR: Final = 0.5
