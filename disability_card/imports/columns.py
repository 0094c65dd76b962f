"""The ledger's columns, and the mapping file that joins a vendor's names to them.

``disability_card/data/ledger_columns.csv`` lists our 34 columns. A mapping file (TOML) names, for
each of them, how the vendor's file calls it::

    [columns]
    resident_ref = "住民宛名コード"
    handbook_type = "手帳区分"

    [values.handbook_type]        # optional: the vendor's codes -> ours
    "身" = "1"

A mark for "no end" is such a code: ``[values.valid_until]`` with ``"9999-12-31" = ""``.

Columns that the file does not name keep their Japanese or English name of ours.
"""

import csv
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

_COLUMNS_FILE: Final = Path(__file__).parents[1] / "data" / "ledger_columns.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its English name is the field of ``LedgerRow``."""

    name: str
    japanese: str
    is_required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """How a vendor's file names our columns, and spells our codes."""

    columns: Mapping[str, str] = field(default_factory=dict)  # ours -> theirs
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


OUR_OWN: Final = ColumnMapping()


class BadMapping(ValueError):
    """The mapping file names a column that we do not have, or is not TOML."""


@lru_cache(maxsize=1)
def columns() -> Sequence[Column]:
    """Return the 34 columns in the ledger's order."""
    with _COLUMNS_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Column(name=row["name"], japanese=row["japanese"], is_required=row["required"] == "1")
            for row in csv.DictReader(file)
        )


def read_mapping(path: Path) -> ColumnMapping:
    """Return the mapping in ``path``; raise :class:`BadMapping`."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise BadMapping(str(exc)) from exc
    known = {column.name for column in columns()}
    named, values = tables.get("columns", {}), tables.get("values", {})
    unknown = (named.keys() | values.keys()) - known
    if unknown or not all(isinstance(text, str) for text in named.values()):
        raise BadMapping(f"unknown columns: {', '.join(sorted(unknown))}")
    return ColumnMapping(columns=named, values=values)
