"""Write sheets strictly in their newest national layout: our column file's names and order.

What the layout has no column for is named, and written behind the layout's columns only if asked:
then the file loses nothing, and says with its ``x_`` names which columns are ours.
"""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from core.municipality import municipality as city_of
from jp.text import fold_name
from places.imports.cells import Unreadable
from places.imports.fields import RENAMED, Field, fields_of
from places.imports.problems import RowProblem
from places.models import Event, Place, PointKind, Sheet
from places.sheets import CITY_COLUMNS, NUMBER_COLUMNS, Layout, newest_layout, plain_column

# Characters that CP932 lacks and whose twin it has.
_TWINS: Final = {"—": "―", "–": "－", "¥": "￥", "‾": "￣"}
PREFECTURES: Final = {"20": "長野県"}


class Encoding(StrEnum):
    """What a written file may be in; spreadsheet programs in Japan take bare UTF-8 for CP932."""

    UTF8 = "utf-8"
    UTF8_BOM = "utf-8-sig"
    CP932 = "cp932"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRows:
    """One sheet as it is written."""

    layout: Layout
    columns: tuple[str, ...]
    cells: list[list[str]]
    left_out: tuple[str, ...]  # columns that hold something and that the layout does not have


def sheet_rows(sheet: str, *, municipality: str, with_ours: bool = False) -> SheetRows:
    """Return every row of ``sheet`` in its newest layout."""
    layout = newest_layout(sheet)
    things = _things(sheet, municipality)
    writer = _Writer(sheet, municipality, layout)
    rows = [writer.row(thing) for thing in things]
    known = {plain_column(column) for column in layout.columns}
    beyond = tuple(dict.fromkeys(name for row in rows for name in row if name not in known))
    columns = layout.columns + (beyond if with_ours else ())
    return SheetRows(
        layout=layout,
        columns=columns,
        cells=[[row.get(plain_column(column), "") for column in columns] for row in rows],
        left_out=() if with_ours else beyond,
    )


def sheet_csv(rows: SheetRows, *, encoding: Encoding = Encoding.UTF8_BOM) -> bytes:
    """Return the file. In CP932 a character that it lacks becomes ``〓``, as printers had it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")  # RFC 4180
    writer.writerow(rows.columns)
    writer.writerows(rows.cells)
    if encoding is Encoding.CP932:
        return "".join(_in_cp932(char) for char in text.getvalue()).encode("cp932")
    return text.getvalue().encode(encoding)


def _in_cp932(char: str) -> str:
    try:
        char.encode("cp932")
    except UnicodeEncodeError:
        return _TWINS.get(char, "〓")
    return char


def problems_csv(problems: Iterable[RowProblem], *, translate: Callable[[str], str]) -> str:
    """Return the error file: row, column, what is wrong, the mend."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["行", "列", "", "内容", "直しかた"])
    for problem in problems:
        kind = "エラー" if problem.is_error else "注意"
        writer.writerow(
            [problem.row or "", problem.column, kind, translate(problem.message),
             translate(problem.mend)]
        )  # fmt: skip
    return text.getvalue()


def _things(sheet: str, municipality: str) -> "Iterable[Place] | Iterable[Event]":
    if sheet == Sheet.EVENT:
        return Event.objects.filter(municipality=municipality).order_by("number")
    return Place.objects.filter(municipality=municipality, sheet=sheet).order_by("number")


class _Writer:
    def __init__(self, sheet: str, municipality: str, layout: Layout) -> None:
        self.municipality = municipality
        self.city = city_of(municipality).name["ja"]
        self.prefecture = PREFECTURES.get(municipality[:2], "")
        self.columns = [plain_column(column) for column in layout.columns]
        self.fields = fields_of(sheet)
        # Each field once: in the layout's own column where it has one, else under the x_ name.
        self.homes: dict[str, str] = {}
        for column, field in self.fields.items():
            if column in self.columns and field.name not in self.homes:
                self.homes[field.name] = column
        for column, field in self.fields.items():
            self.homes.setdefault(field.name, column if column.startswith("x_") else f"x_{column}")

    def row(self, thing: Place | Event) -> dict[str, str]:
        """Return the filled cells of ``thing`` by plain column name."""
        cells = self._names(thing) | self._address(thing)
        if thing.point_kind == PointKind.OWN:
            cells |= {"緯度": f"{thing.latitude:f}", "経度": f"{thing.longitude:f}"}
        for name, column in self.homes.items():
            cells[column] = _text(getattr(thing, name))
        for column, text in thing.extra.items():
            name = RENAMED.get(column, column)
            field = self.fields.get(name)
            if field is None or not cells.get(name) or _means_the_same(field, text, thing):
                cells[name if name in self.columns or name[:2] == "x_" else f"x_{name}"] = text
        return {column: text for column, text in cells.items() if text}

    def _names(self, thing: Place | Event) -> dict[str, str]:
        cells: dict[str, str] = {}
        for column in self.columns:
            if column in CITY_COLUMNS:
                cells[column] = self.municipality
            elif column in NUMBER_COLUMNS:
                cells[column] = thing.number
        return cells | {"地方公共団体名": self.prefecture + self.city}

    def _address(self, thing: Place | Event) -> dict[str, str]:
        """Cut an address into the layout's parts, as far as it can be cut without guessing."""
        if "所在地_都道府県" not in self.columns or self.city not in thing.address:
            return {}
        cells = {
            "所在地_全国地方公共団体コード": self.municipality,
            "所在地_都道府県": self.prefecture,
            "所在地_市区町村": self.city,
        }
        rest = thing.address.partition(self.city)[2]
        if thing.town and rest.startswith(thing.town):
            cells["所在地_番地以下"] = rest.removeprefix(thing.town)
        return cells


def _means_the_same(field: Field, text: str, thing: Place | Event) -> bool:
    """Say whether a kept spelling (可, ○) still says what the field says."""
    try:
        value = field.read(text).value
    except Unreadable:
        return False
    return fold_name(str(value)) == fold_name(str(getattr(thing, field.name)))


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "有" if value else "無"
        case time():
            return value.strftime("%H:%M")
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)
