"""One line of the file -> one ``LedgerRow``, or the problems of the line."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from disability_card.fare_class import is_plausible
from disability_card.imports.problems import RowProblem, Severity
from disability_card.ledger_row import ChangeKind, HandbookType, LedgerRow, ReturnReason
from jp.clock import JST, civil_date
from jp.eras import read_date, read_month
from jp.municipality import is_code
from jp.postal import read_postal_code
from jp.text import is_full_width_kana

# Also as the card prints it, in three groups of four.
_MY_NUMBER: Final = re.compile(r"\A\d{4}[ -]?\d{4}[ -]?\d{4}\Z")
_CHARS_MAX: Final = 200
# A year outside these is a mark of some system (9999 for "no end"), not a day of anybody's life.
_YEARS: Final = range(1868, 2200)
# The column that holds the grade of each kind, and how it is spelled. 7級 gives no handbook.
_GRADES: Final = {
    HandbookType.PHYSICAL: ("overall_grade", re.compile(r"\A[1-6](-[1-4])?\Z")),
    HandbookType.INTELLECTUAL: ("assessment", re.compile(r"\A[AB][12]?\Z")),
    HandbookType.MENTAL: ("overall_grade", re.compile(r"\A[1-3]\Z")),
}
_DATES: Final = ("birth_date", "first_issued_on", "issued_on", "changed_on")
_OPTIONAL_DATES: Final = ("valid_until", "returned_on")
_MONTHS: Final = ("recert_month", "next_assessment_month")
_TEXTS: Final = (
    "resident_ref",
    "handbook_number",
    "issuer_name",
    "name",
    "alias",
    "sex",
    "addr_machiaza",
    "addr_text",
    "disability_name",
    "guardian_name",
    "guardian_relation",
)
# Numbers and codes mean the same in full-width letters: of one handbook spelled both ways there
# must not be two. Names and addresses are kept as they are written.
_CODES: Final = frozenset({
    "resident_ref", "handbook_type", "handbook_number", "issuer_code", "addr_lgcode",
    "postal_code", "overall_grade", "assessment", "fare_class", "part_codes", "part_grades",
    "attendant_needed", "has_photo", "return_reason", "change_kind", "as_of",
})  # fmt: skip
_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
# Controls, direction marks and line separators: nobody sees them, and they change what is read.
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Zl", "Zp"})


class Line:
    """Reads the cells of one line and collects what is wrong with them."""

    def __init__(self, number: int, cells: Mapping[str, str]) -> None:
        self.number = number
        self._cells = cells
        self._texts: dict[str, str] = {}
        self.problems: list[RowProblem] = []
        self.repairs: Counter[str] = Counter()

    def problem(self, column: str, code: str, **params: str | int) -> None:
        self.problems.append(RowProblem(row=self.number, column=column, code=code, params=params))

    def text(self, column: str) -> str:
        """Return the cell as it is read, and note once what is wrong or was repaired."""
        if column not in self._texts:
            self._texts[column] = self._read(column)
        return self._texts[column]

    def _read(self, column: str) -> str:
        value = self._cells.get(column, "")
        text = " ".join(value.splitlines()).replace("\t", " ").strip(" 　")
        if text != value:
            self.repairs["spaces"] += 1
        if column in _CODES:
            narrow = unicodedata.normalize("NFKC", text).translate(_DASHES)
            if narrow != text:
                self.repairs["full-width"] += 1
            text = narrow
        if len(text) > _CHARS_MAX:
            self.problem(column, "number-too-long", most=_CHARS_MAX)
        elif any(unicodedata.category(char) in _INVISIBLE for char in text):
            self.problem(column, "invisible-character")
        return text

    def parsed(self, column: str, read: Callable[[str], Any], code: str) -> Any:
        """Return the cell as ``read`` understands it, or ``None`` where empty or wrong."""
        value = self.text(column)
        if not value:
            return None
        try:
            return read(value)
        except ValueError:
            self.problem(column, code)
            return None


def read_row(number: int, cells: Mapping[str, str], *, required: frozenset[str]) -> tuple[
    LedgerRow | None, list[RowProblem], Counter[str]
]:  # fmt: skip
    """Return the row (``None`` where it has an error), its problems, and its repairs by kind."""
    line = Line(number, cells)
    for column in sorted(required):
        if not line.text(column):
            line.problem(column, "value-missing")
    values = _read_values(line)
    if not line.problems:
        _check_conditions(line, values)
    if line.problems:
        return None, line.problems, line.repairs
    row = LedgerRow(**values)
    if not is_plausible(row):
        line.problems.append(
            RowProblem(
                row=number,
                column="fare_class",
                code="fare-class-implausible",
                severity=Severity.WARNING,
            )
        )
    return row, line.problems, line.repairs


def _read_values(line: Line) -> dict[str, Any]:
    values: dict[str, Any] = {name: line.text(name) for name in _TEXTS}
    for name in (*_DATES, *_OPTIONAL_DATES):
        values[name] = line.parsed(name, _day, "date-impossible")
    for name in _MONTHS:
        found = line.parsed(name, _month, "month-impossible")
        values[name] = f"{found[0]:04d}-{found[1]:02d}" if found else ""
    for name in ("issuer_code", "addr_lgcode"):
        values[name] = line.text(name)
        if values[name] and not is_code(values[name]):
            line.problem(name, "code-wrong")
    values["name_kana"] = line.text("name_kana")
    if values["name_kana"] and not is_full_width_kana(values["name_kana"]):
        line.problem("name_kana", "kana-wrong")
    values["postal_code"] = line.parsed("postal_code", read_postal_code, "value-unknown") or ""
    values["handbook_type"] = line.parsed("handbook_type", HandbookType, "value-unknown")
    values["change_kind"] = line.parsed("change_kind", ChangeKind, "value-unknown")
    values["return_reason"] = line.parsed("return_reason", ReturnReason, "value-unknown")
    values["fare_class"] = line.parsed("fare_class", _fare_class, "value-unknown")
    values["overall_grade"] = line.text("overall_grade").removesuffix("級")
    values["assessment"] = line.text("assessment").upper()
    for name in ("part_codes", "part_grades"):
        values[name] = tuple(part.strip() for part in line.text(name).split(";") if part.strip())
    values["attendant_needed"] = bool(line.parsed("attendant_needed", _flag, "value-unknown"))
    values["has_photo"] = bool(line.parsed("has_photo", _flag, "value-unknown"))
    values["as_of"] = line.parsed("as_of", read_as_of, "as-of-wrong")
    _refuse_my_number(line)
    return values


def _refuse_my_number(line: Line) -> None:
    for name in ("resident_ref", "handbook_number"):
        if _MY_NUMBER.match(line.text(name)):
            line.problem(name, "my-number")


def _day(text: str) -> date:
    found = read_date(text)
    if found.year not in _YEARS:
        raise ValueError(text)
    return found


def _month(text: str) -> tuple[int, int]:
    found = read_month(text)
    if found[0] not in _YEARS:
        raise ValueError(text)
    return found


def _fare_class(text: str) -> int:
    if text not in {"0", "1", "2"}:
        raise ValueError(text)
    return int(text)


def _flag(text: str) -> bool:
    if text not in {"0", "1"}:
        raise ValueError(text)
    return text == "1"


def read_as_of(text: str) -> datetime:
    """Return データ基準日時; without an offset it is Japanese time."""
    found = datetime.fromisoformat(text)
    if found.year not in _YEARS:
        raise ValueError(text)
    return (found if found.tzinfo else found.replace(tzinfo=JST)).astimezone(UTC)


def _check_conditions(line: Line, values: Mapping[str, Any]) -> None:
    """The columns that are required only for some handbooks (条件必須), and what must agree."""
    kind: HandbookType = values["handbook_type"]
    column, pattern = _GRADES[kind]
    if not pattern.match(values[column]):
        line.problem(column, "value-unknown")
    if kind is HandbookType.MENTAL:
        _demand(line, values["valid_until"], "valid_until")
    if values["change_kind"] is ChangeKind.RETURNED:
        _demand(line, values["returned_on"], "returned_on")
    if values["part_grades"] and len(values["part_grades"]) != len(values["part_codes"]):
        line.problem("part_grades", "parts-and-grades-differ")
    order: list[date] = [values["birth_date"], values["first_issued_on"], values["issued_on"]]
    order += [values["valid_until"]] if values["valid_until"] else []
    if order != sorted(order):
        line.problem("issued_on", "dates-out-of-order")
    elif values["birth_date"] > civil_date(values["as_of"]):
        line.problem("birth_date", "dates-out-of-order")


def _demand(line: Line, value: object, column: str) -> None:
    if not value:
        line.problem(column, "value-missing")
