"""Read one file of one national sheet: the whole file, every repair and every problem listed.

Steps: (1) the encoding is decided over the whole file; (2) the header says which sheet and which
layout it is; (3) each row is read cell by cell. Any error and nothing of the file may be used.
"""

import csv
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from core.decoding import UnknownEncoding, detect
from places.imports.cells import (
    Unreadable,
    is_formula,
    read_city,
    read_point,
    without_hidden,
)
from places.imports.fields import DERIVED, RENAMED, fields_of, name_field
from places.imports.problems import Repair, RowProblem
from places.sheets import CITY_COLUMNS, NUMBER_COLUMNS, Layout, plain_column, recognise

LISTED_MAX: Final = 2_000  # a file of the wrong kind would list each of its cells
_POINT: Final = ("緯度", "経度")
_ADDRESS_PARTS: Final = (
    "所在地_都道府県",
    "所在地_市区町村",
    "所在地_町字",
    "所在地_番地以下",
)
_NUMBER_CHARS_MAX: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One good row: ``values`` by field, ``extra`` by column; the line that it stood on."""

    line: int
    number: str
    values: dict[str, Any]
    extra: dict[str, str]


@dataclass(slots=True, kw_only=True)
class SheetFile:
    """A file that was read."""

    sha256: str
    encoding: str = ""
    layout: Layout | None = None
    rows: list[SheetRow] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    error_count: int = 0

    def note(self, row: int, column: str, code: str, *, is_error: bool = True) -> None:
        """Add a problem; errors are counted beyond the list's end too."""
        self.error_count += is_error
        if len(self.problems) < LISTED_MAX:
            self.problems.append(RowProblem(row=row, column=column, code=code, is_error=is_error))

    def mend(self, row: int, column: str, code: str, before: str = "", after: str = "") -> None:
        """Add a repair."""
        if len(self.repairs) < LISTED_MAX:
            self.repairs.append(
                Repair(row=row, column=column, code=code, before=before, after=after)
            )


def read_sheet(path: Path, *, municipality: str, sheet: str = "") -> SheetFile:
    """Return what ``path`` says about ``municipality``; ``sheet`` where the caller knows it."""
    with path.open("rb") as file:
        found = SheetFile(sha256=hashlib.file_digest(file, "sha256").hexdigest())
    try:
        encoding = detect(path)
    except UnknownEncoding:
        found.note(0, "", "encoding-unknown")
        return found
    found.encoding = encoding.codec
    for repair in (*encoding.repairs, *(["cp932"] if encoding.codec == "cp932" else [])):
        found.mend(0, "", repair)
    with path.open(encoding=encoding.codec, newline="") as text:
        reader = csv.reader(text, strict=True)
        try:
            lines = [(reader.line_num, cells) for cells in reader]
        except csv.Error:
            found.note(reader.line_num, "", "csv-broken")
            return found
    if not lines:
        found.note(0, "", "file-empty")
        return found
    header = _header(found, lines[0][1], sheet=sheet)
    if found.layout is not None and not found.error_count:
        _Rows(found, found.layout, header, municipality).read(lines[1:])
    return found


def _header(found: SheetFile, cells: Sequence[str], *, sheet: str) -> list[str]:
    names = [plain_column(cell) for cell in cells]
    found.layout = recognise(names, sheet=sheet)
    if found.layout is None:
        found.note(1, "", "sheet-unknown")
        return names
    spelled = {plain_column(column): column for column in found.layout.columns}
    for name, count in Counter(name for name in names if name).items():
        if count > 1:
            found.note(1, name, "column-twice")
    for cell, name in zip(cells, names, strict=True):
        if cell.strip("\ufeff") not in {name, spelled.get(name)}:
            found.mend(1, name, "header-width", cell, name)
    return names


class _Rows:
    """The rows of one file, read with the same table."""

    def __init__(
        self, found: SheetFile, layout: Layout, header: Sequence[str], municipality: str
    ) -> None:
        self.found = found
        self.header = header
        self.municipality = municipality
        self.fields = fields_of(layout.sheet)
        self.name = name_field(layout.sheet)
        # In the layout's own spelling: the tables and the header speak half width.
        self.required = {plain_column(column) for column in layout.required}
        self.is_station = layout.sheet == "station"
        self.seen: set[str] = set()

    def read(self, lines: Sequence[tuple[int, Sequence[str]]]) -> None:
        for line, cells in lines:
            if not any(cell.strip() for cell in cells):
                self.found.mend(line, "", "empty-line")
            elif len(cells) != len(self.header):
                self.found.note(line, "", "column-count")
            else:
                self._row(line, dict(zip(self.header, cells, strict=True)))

    def _row(self, line: int, raw: dict[str, str]) -> None:
        before = self.found.error_count
        cells: dict[str, str] = {}
        for column, cell in raw.items():
            bare = cell.strip(" 　\ufeff\r\n\t")
            if bare != cell:
                self.found.mend(line, column, "spaces", cell, bare)
            cells[column] = self._harmless(line, column, bare)
        self._city(line, cells)
        number = self._number(line, cells)
        values: dict[str, Any] = {}
        extra: dict[str, str] = {}
        self._point(line, cells, values)
        for column, cell in cells.items():
            if column in {*CITY_COLUMNS, *NUMBER_COLUMNS, *_POINT, *DERIVED} or not column:
                continue
            self._cell(line, column, cell, values, extra)
        self._address(line, cells, values, extra)
        if not values.get(self.name):
            self.found.note(line, "", "name-missing")
        if self.found.error_count == before:
            self.found.rows.append(SheetRow(line=line, number=number, values=values, extra=extra))

    def _city(self, line: int, cells: dict[str, str]) -> None:
        column = next((name for name in CITY_COLUMNS if name in cells), "")
        if not column or not cells[column]:
            return
        try:
            reading = read_city(cells[column], expected=self.municipality)
        except Unreadable as wrong:
            self.found.note(line, column, wrong.code)
            return
        if reading.repair:
            self.found.mend(line, column, reading.repair, cells[column], self.municipality)

    def _number(self, line: int, cells: dict[str, str]) -> str:
        column = next((name for name in NUMBER_COLUMNS if name in cells), "")
        number = cells.get(column, "") or (cells.get("駅名", "") if self.is_station else "")
        if not number:
            self.found.note(line, column, "number-missing")
        elif len(number) > _NUMBER_CHARS_MAX:
            self.found.note(line, column, "too-long")
        elif number in self.seen:
            self.found.note(line, column, "number-twice")
        self.seen.add(number)
        return number

    def _point(self, line: int, cells: dict[str, str], values: dict[str, Any]) -> None:
        latitude, longitude = (cells.get(column, "") for column in _POINT)
        try:
            point = read_point(latitude, longitude)
        except Unreadable as wrong:
            self.found.note(line, "緯度", wrong.code)
            return
        if point is None:
            return
        values["latitude"], values["longitude"] = point[:2]
        if point[2]:
            after = f"{point[0]}, {point[1]}"
            self.found.mend(line, "緯度", "swapped", f"{latitude}, {longitude}", after)

    def _address(
        self, line: int, cells: dict[str, str], values: dict[str, Any], extra: dict[str, str]
    ) -> None:
        """Join an address that stands in parts only; parts that it holds are not kept twice."""
        joined = "".join(cells.get(part, "") for part in _ADDRESS_PARTS)
        if joined and not values.get("address"):
            values["address"] = joined
            self.found.mend(line, "所在地_連結表記", "joined", "", joined)
        if values.get("address", "").endswith(extra.get(_ADDRESS_PARTS[-1], "\0")):
            del extra[_ADDRESS_PARTS[-1]]

    def _harmless(self, line: int, column: str, cell: str) -> str:
        """Return the cell without what must not reach anybody's spreadsheet or screen."""
        if is_formula(cell):
            # Kept, it would run in the spreadsheet of whoever opens the city's open data.
            self.found.note(line, column, "formula")
            return ""
        shown = without_hidden(cell)
        if shown != cell:
            self.found.mend(line, column, "hidden", "", shown)
        return shown

    def _cell(
        self, line: int, column: str, cell: str, values: dict[str, Any], extra: dict[str, str]
    ) -> None:
        if not cell:
            if column in self.required and column != self.name:
                self.found.note(line, column, "value-missing", is_error=False)
            return
        known = self.fields.get(column)
        if known is None:
            extra[RENAMED.get(column, column)] = cell
            return
        try:
            reading = known.read(cell)
        except Unreadable as wrong:
            # What cannot be read is kept as it stands; nothing is lost, and a person looks at it.
            self.found.note(line, column, wrong.code, is_error=False)
            extra[column] = cell
            return
        if known.chars_max and len(str(reading.value)) > known.chars_max:
            self.found.note(line, column, "too-long", is_error=known.name == self.name)
            extra[column] = cell
            return
        if reading.repair:
            self.found.mend(line, column, reading.repair, cell, str(reading.value))
        elif isinstance(reading.value, bool) and cell not in {"有", "無"}:
            extra[column] = cell  # 可, ○: written back as the city writes it
        values[known.name] = reading.value
