"""Read a handbook ledger file: facts of the file first, then row by row, in flat memory."""

import csv
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from core.decoding import Encoding, UnknownEncoding, detect
from disability_card.imports.columns import ColumnMapping, columns
from disability_card.imports.problems import RowProblem, Severity
from disability_card.imports.row_reading import read_row
from disability_card.ledger_row import LedgerRow

PROBLEMS_MAX = 1_000  # a file of the wrong kind would list each of its cells


@dataclass(slots=True, kw_only=True)
class LedgerFile:
    """A file being read. Counts and problems are complete once :meth:`rows` is exhausted."""

    path: Path
    mapping: ColumnMapping
    sha256: str
    encoding: Encoding | None
    problems: list[RowProblem] = field(default_factory=list)
    repairs: Counter[str] = field(default_factory=Counter)
    row_count: int = 0
    error_count: int = 0
    attendant_rows: int = 0  # rows that would add a caregiver if the city's setting allowed it
    as_of_first: datetime | None = None
    as_of_last: datetime | None = None

    @property
    def has_errors(self) -> bool:
        """Say whether anything stops this file."""
        return self.error_count > 0

    def rows(self) -> Iterator[tuple[int, LedgerRow]]:
        """Yield (line number, row) of each good row; note the problems of the others."""
        if self.encoding is None:
            return
        with self.path.open(encoding=self.encoding.codec, newline="") as file:
            reader = csv.reader(file, strict=True)
            try:
                yield from self._rows(reader)
            except csv.Error:
                self._note(RowProblem(row=reader.line_num, column="", code="csv-broken"))

    def _rows(self, reader: "Iterator[list[str]]") -> Iterator[tuple[int, LedgerRow]]:
        header = next(reader, None)
        if header is None:
            self._note(RowProblem(row=0, column="", code="file-empty"))
            return
        names = self._names(header)
        if self.has_errors:
            return
        required = frozenset(column.name for column in columns() if column.is_required)
        seen: dict[int, int] = {}
        for number, cells in enumerate(reader, start=2):
            if not any(cells):
                self.repairs["empty-line"] += 1
                continue
            self.row_count += 1
            if len(cells) != len(header):
                self._note(RowProblem(row=number, column="", code="column-count"))
                continue
            named = self._cells(names, cells)
            row, problems, repairs = read_row(number, named, required=required)
            self.repairs.update(repairs)
            for problem in problems:
                self._note(problem)
            if row is None or self._is_twice(seen, row, number):
                continue
            self._count(row)
            yield number, row

    def _names(self, header: Sequence[str]) -> list[str | None]:
        """Return our name for each column of the file, and note what is missing or twice."""
        known: dict[str, str] = {}
        for column in columns():
            for theirs in (column.name, column.japanese):
                known[theirs] = column.name
        for ours, theirs in self.mapping.columns.items():
            known = {name: own for name, own in known.items() if own != ours}
            known[theirs] = ours
        names = [known.get(cell.strip(" 　\ufeff")) for cell in header]
        found = Counter(name for name in names if name)
        if not found:
            self._note(RowProblem(row=1, column="", code="header-wrong"))
            return names
        for column in columns():
            if found[column.name] > 1:
                self._note(RowProblem(row=1, column=column.name, code="column-twice"))
            elif column.is_required and not found[column.name]:
                self._note(RowProblem(row=1, column=column.name, code="column-missing"))
        return names

    def _cells(self, names: Sequence[str | None], cells: Sequence[str]) -> Mapping[str, str]:
        named = {name: cell for name, cell in zip(names, cells, strict=True) if name}
        for column, spelled in self.mapping.values.items():
            value = named.get(column, "").strip()
            if value in spelled:
                named[column] = spelled[value]
        return named

    def _is_twice(self, seen: dict[int, int], row: LedgerRow, number: int) -> bool:
        # The hash of the key keeps memory flat: 6,000 or 6 million keys are integers.
        key = hash(row.key)
        if key in seen:
            self._note(
                RowProblem(
                    row=number,
                    column="handbook_number",
                    code="key-twice",
                    params={"first_row": seen[key]},
                )
            )
            return True
        seen[key] = number
        return False

    def _count(self, row: LedgerRow) -> None:
        if row.attendant_needed and row.fare_class != 1:
            self.attendant_rows += 1
        self.as_of_first = min(self.as_of_first or row.as_of, row.as_of)
        self.as_of_last = max(self.as_of_last or row.as_of, row.as_of)

    def _note(self, problem: RowProblem) -> None:
        if problem.severity is Severity.ERROR:
            self.error_count += 1
        if len(self.problems) < PROBLEMS_MAX:
            self.problems.append(problem)


def read_ledger(path: Path, *, mapping: ColumnMapping) -> LedgerFile:
    """Return the file at ``path``, ready to be read row by row.

    An unreadable encoding is a problem of the file, not an exception: the clerk gets a list.
    """
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    try:
        encoding: Encoding | None = detect(path)
    except UnknownEncoding:
        encoding = None
    ledger = LedgerFile(path=path, mapping=mapping, sha256=sha256, encoding=encoding)
    if encoding is None:
        ledger.problems.append(RowProblem(row=0, column="", code="encoding-unknown"))
        ledger.error_count = 1
    else:
        ledger.repairs.update(encoding.repairs)
    return ledger
