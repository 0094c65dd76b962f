"""Read a file of seats: rows, or each thing that is wrong with its row, column and mend.

Columns: 施設 (the facility's number in the registry), クラス年齢, 定員, 面積 (m² of its room),
保育士; and, where the city states which classes are one group (合同保育), 合同の組 (any name, the
same in each of its rows) and 合同の定員 (how many children the group takes).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from childcare.capacity import ClassSeats
from childcare.csv_lines import read_lines
from core.refusals import gettext_noop as _

COLUMNS: Final = ("施設", "クラス年齢", "定員", "面積", "保育士")
GROUP_COLUMNS: Final = ("合同の組", "合同の定員")
SEATS_MAX: Final = 400
CLASS_AGE_MAX: Final = 5
FILE_BYTES_MAX: Final = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityProblem:
    """One thing that is wrong with the file."""

    row: int
    column: str
    code: str

    @property
    def message(self) -> str:
        """The message id: what is wrong and how to mend it."""
        return PROBLEMS[self.code]


PROBLEMS: Final = {
    "unreadable": _("ファイルを読めません。UTF-8 か Shift_JIS の CSV で書き出してください。"),
    "column-missing": _(
        "列がありません。施設・クラス年齢・定員・面積・保育士 の列を書いてください。"
    ),
    "facility-unknown": _("この番号の施設はありません。施設の番号をたしかめてください。"),
    "class-age-wrong": _("クラス年齢は 0 から 5 の数字で書いてください。"),
    "seats-wrong": _("定員は 0 から 400 の数字で書いてください。"),
    "area-wrong": _("面積は 49.5 のように、m² の数字で書いてください。"),
    "staff-wrong": _("保育士は 0 以上の数字で書いてください。"),
    "group-column-missing": _(
        "合同の組と 合同の定員の列は、2つとも書くか、2つとも書かないでください。"
    ),
    "group-half": _(
        "合同の組と 合同の定員は、2つとも書いてください。定員は 1 から 400 の数字です。"
    ),
    "group-alone": _(
        "合同の組に、クラスが1つしかありません。2つ以上のクラスに同じ組を書いてください。"
    ),
    "group-two-numbers": _("同じ組の 合同の定員が、行ごとにちがいます。同じ数字にしてください。"),
    "group-too-many": _(
        "合同の定員が、その組のクラスの定員の合計より多いです。合計までの数字にしてください。"
    ),
    "class-twice": _("同じ施設の同じクラスが2行あります。1行にしてください。"),
}


def read_capacity_file(
    content: bytes, *, known: Iterable[str]
) -> tuple[list[ClassSeats], list[CapacityProblem]]:
    """Return the rows of a file, or what is wrong with it."""
    header, lines = read_lines(content)
    if not header:
        return [], [CapacityProblem(row=0, column="", code="unreadable")]
    if missing := _missing(header):
        return [], missing
    speaks_of_groups = GROUP_COLUMNS[0] in header
    numbers = frozenset(known)
    rows: list[ClassSeats] = []
    problems: list[CapacityProblem] = []
    grouped: list[tuple[int, ClassSeats]] = []
    seen: set[tuple[str, int]] = set()
    for line, named in lines:
        row = _row(line, named, numbers, problems)
        if row is None:
            continue
        if (row.facility, row.class_age) in seen:
            problems.append(CapacityProblem(row=line, column="クラス年齢", code="class-twice"))
        seen.add((row.facility, row.class_age))
        if speaks_of_groups:
            row = _with_group(line, row, named, problems)
            grouped.append((line, row))
        rows.append(row)
    return rows, problems + _wrong_groups(grouped)


def _missing(header: Sequence[str]) -> list[CapacityProblem]:
    """Name each column that is missing; the two of groups come together or not at all."""
    missing = [name for name in COLUMNS if name not in header]
    groups = [name for name in GROUP_COLUMNS if name not in header]
    found = [CapacityProblem(row=1, column=name, code="column-missing") for name in missing]
    if len(groups) == 1:
        found.append(CapacityProblem(row=1, column=groups[0], code="group-column-missing"))
    return found


def _with_group(
    line: int, row: ClassSeats, cells: dict[str, str], problems: list[CapacityProblem]
) -> ClassSeats:
    """Return the row with its group; a class alone has an empty one."""
    name, seats = (cells[column] for column in GROUP_COLUMNS)
    number = _whole(seats, SEATS_MAX)
    if bool(name) != bool(seats) or (seats and not number):
        problems.append(CapacityProblem(row=line, column=GROUP_COLUMNS[1], code="group-half"))
        return replace(row, group="")
    return replace(row, group=name, group_seats=number)


def _wrong_groups(grouped: Sequence[tuple[int, ClassSeats]]) -> list[CapacityProblem]:
    """Name the groups of one class alone, with two numbers, or with more than their classes."""
    groups: dict[tuple[str, str], list[tuple[int, ClassSeats]]] = {}
    for line, row in grouped:
        if row.group:
            groups.setdefault((row.facility, row.group), []).append((line, row))
    problems = []
    for lines in groups.values():
        rows = [row for _line, row in lines]
        if len({row.class_age for row in rows}) < 2:  # noqa: PLR2004
            code = "group-alone"
        elif len({row.group_seats for row in rows}) > 1:
            code = "group-two-numbers"
        elif (rows[0].group_seats or 0) > sum(row.seats for row in rows):
            code = "group-too-many"
        else:
            continue
        problems.append(CapacityProblem(row=lines[0][0], column=GROUP_COLUMNS[0], code=code))
    return problems


def _row(
    line: int, cells: dict[str, str], numbers: frozenset[str], problems: list[CapacityProblem]
) -> ClassSeats | None:
    before = len(problems)

    def wrong(column: str, code: str) -> None:
        problems.append(CapacityProblem(row=line, column=column, code=code))

    facility = cells["施設"]
    if facility not in numbers:
        wrong("施設", "facility-unknown")
    age = _whole(cells["クラス年齢"], CLASS_AGE_MAX)
    if age is None:
        wrong("クラス年齢", "class-age-wrong")
    seats = _whole(cells["定員"], SEATS_MAX)
    if seats is None:
        wrong("定員", "seats-wrong")
    staff = _whole(cells["保育士"], SEATS_MAX) if cells["保育士"] else None
    if cells["保育士"] and staff is None:
        wrong("保育士", "staff-wrong")
    area = _area(cells["面積"])
    if cells["面積"] and area is None:
        wrong("面積", "area-wrong")
    if len(problems) > before or age is None or seats is None:
        return None
    return ClassSeats(facility=facility, class_age=age, seats=seats, area=area, staff=staff)


def _whole(text: str, most: int) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and int(text) <= most else None


def _area(text: str) -> int | None:
    """Return hundredths of a square metre; what is beyond them is cut, never rounded up."""
    try:
        area: Any = Decimal(text)
    except InvalidOperation:
        return None
    return int(area * 100) if area.is_finite() and 0 <= area < 10_000 else None  # noqa: PLR2004
