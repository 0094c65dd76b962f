"""Verifications a day by venue and outcome, with no person in it; small numbers are hidden.

A number from 1 to 9 is hidden, and so is whatever would give it away (complementary suppression).
The two tables that are shown together speak of the same verifications, so both show the same
totals or neither does: what is hidden in one never follows from the other.

Only whole months are told, and only once their counts are final: periods that overlap, or the
same one asked twice, could be subtracted (docs/decisions/0090).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.db.models import Sum

from core.refusals import Refusal, gettext_noop as _
from disability_card.models import VerificationCount
from disability_card.offline_log import AGE_MAX
from jp.clock import civil_date, end_of_day, start_of_day

CELL_MIN: Final = 10
OUTCOMES: Final = ("accepted", "refused")
_TOTAL: Final = "total"
_COLUMNS: Final = (*OUTCOMES, _TOTAL)
Key = tuple[str, str]  # row (a day or a venue), outcome


class MonthNotClosed(Refusal):
    """Counts of this month can still come in: an answer now and one later would differ by them."""

    code = "month-not-closed"
    title = _("この月の数は、まだ出せません")
    next_step = _("月が終わってから31日たつと、見られます。その前の月をえらんでください。")
    status = HTTPStatus.CONFLICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Cells by (row, outcome) and their totals; ``None`` is a hidden one."""

    rows: tuple[str, ...]
    cells: Mapping[Key, int | None]
    row_totals: Mapping[str, int | None]
    column_totals: Mapping[str, int | None]
    total: int | None


def suppressed_together(*tables: Mapping[Key, int]) -> list[Table]:
    """Return ``tables`` of the same verifications so that no number under 10 can be computed.

    1. where the total of an outcome is small, outcomes are not told apart in any table: only
       the totals of rows, and their sum, are left;
    2. in each table every number from 1 to 9 is hidden (0 says nothing of anybody and stays);
    3. each of them that shown numbers would give away gets company: another row, and of both rows
       another column, are hidden too; of all such the one that hides least, then the smallest.

    A table is a graph: rows and columns are its nodes, hidden numbers its edges. A hidden number
    follows from the shown ones just where its edge lies on no circle (Gusfield, SIAM J. Comput.
    17(3), 1988), so step 3 closes a circle through it.
    """
    sums: Counter[str] = Counter()
    for (_row, outcome), number in tables[0].items():
        sums[outcome] += number
    if any(_is_small(sums[outcome]) for outcome in OUTCOMES):
        return [_of_totals(counts) for counts in tables]
    return [_of_outcomes(counts) for counts in tables]


def _is_small(number: int) -> bool:
    return 0 < number < CELL_MIN


def _with_totals(counts: Mapping[Key, int]) -> dict[Key, int]:
    rows = sorted({row for row, _ in counts})
    filled = {(row, outcome): counts.get((row, outcome), 0) for row in rows for outcome in OUTCOMES}
    return filled | {
        (row, _TOTAL): sum(filled[row, outcome] for outcome in OUTCOMES) for row in rows
    }


def _of_totals(counts: Mapping[Key, int]) -> Table:
    """Show the rows' totals alone: a small one is never the only hidden one beside their sum."""
    totals = {row: n for (row, column), n in _with_totals(counts).items() if column == _TOTAL}
    total = sum(totals.values())
    hidden = {row for row, number in totals.items() if _is_small(number)}
    if len(hidden) == 1 and not _is_small(total):
        others = [row for row, number in totals.items() if number and row not in hidden]
        hidden.add(min(others, key=lambda row: (totals[row], row)))
    return Table(
        rows=tuple(totals),
        cells={(row, outcome): None for row in totals for outcome in OUTCOMES},
        row_totals={row: None if row in hidden else number for row, number in totals.items()},
        column_totals=dict.fromkeys(OUTCOMES),
        total=None if _is_small(total) else total,
    )


def _of_outcomes(counts: Mapping[Key, int]) -> Table:
    """Show all but small numbers and their company; the sums of columns are shown and known."""
    numbers = _with_totals(counts)
    rows = tuple(row for row, column in numbers if column == _TOTAL)
    small = sorted(key for key, number in numbers.items() if _is_small(number))
    hidden = set(small)
    for key in small:
        if not _is_on_a_circle(key, hidden):
            hidden |= _company(key, numbers, hidden)
    shown = {key: None if key in hidden else number for key, number in numbers.items()}
    sums = {column: sum(numbers[row, column] for row in rows) for column in _COLUMNS}
    return Table(
        rows=rows,
        cells={key: shown[key] for key in numbers if key[1] != _TOTAL},
        row_totals={row: shown[row, _TOTAL] for row in rows},
        column_totals={outcome: sums[outcome] for outcome in OUTCOMES},
        total=sums[_TOTAL],
    )


def _is_on_a_circle(key: Key, hidden: Iterable[Key]) -> bool:
    """Say whether the row still reaches the column over other hidden numbers."""
    others = [one for one in hidden if one != key]
    rows, columns = {key[0]}, set[str]()
    size = 0
    while size != len(rows) + len(columns):
        size = len(rows) + len(columns)
        columns |= {column for row, column in others if row in rows}
        rows |= {row for row, column in others if column in columns}
    return key[1] in columns


def _company(key: Key, numbers: Mapping[Key, int], hidden: set[Key]) -> set[Key]:
    """Return what is hidden beside ``key`` so that it lies on a circle of four.

    There always is one: the column's sum is not small, so another row has a part of it.
    """
    row, column = key
    circles: Sequence[set[Key]] = [
        {(row, other), (partner, column), (partner, other)}
        for other in _COLUMNS
        if other != column and numbers[row, other]
        for partner, total in numbers
        if total == _TOTAL
        and partner != row
        and numbers[partner, column]
        and numbers[partner, other]
    ]
    new = [circle - hidden for circle in circles]
    return min(new, key=lambda keys: (len(keys), sum(numbers[one] for one in keys), sorted(keys)))


def _counts(municipality: str, first: date, last: date) -> list[tuple[str, str, str, int]]:
    """Return (day, venue, outcome, number) of both days and all between, in Japan."""
    rows = (
        VerificationCount.objects.filter(
            municipality=municipality, hour__gte=start_of_day(first), hour__lt=end_of_day(last)
        )
        .values_list("hour", "venue", "outcome")
        .annotate(number=Sum("count"))
    )
    return [
        (civil_date(hour).isoformat(), venue, "accepted" if code == "ok" else "refused", number)
        for hour, venue, code, number in rows
    ]


def last_of_month(month: date) -> date:
    """Return the last day of the month that ``month`` is the first day of."""
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def is_closed(month: date, *, now: datetime) -> bool:
    """Say whether no count of the month can come any more, from a front desk without a network."""
    return now >= end_of_day(last_of_month(month)) + AGE_MAX


def closed_months(number: int, *, now: datetime) -> list[date]:
    """Return the first days of the newest months that can be told, newest first."""
    month = civil_date(now).replace(day=1)
    while not is_closed(month, now=now):
        month = (month - timedelta(days=1)).replace(day=1)
    found = [month]
    while len(found) < number:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def by_day_and_venue(municipality: str, *, month: date, now: datetime) -> tuple[Table, Table]:
    """Return a month's verifications a day and a venue; ``month`` is its first day."""
    if not is_closed(month, now=now):
        raise MonthNotClosed
    days: Counter[Key] = Counter()
    venues: Counter[Key] = Counter()
    for day, venue, outcome, number in _counts(municipality, month, last_of_month(month)):
        days[day, outcome] += number
        venues[venue, outcome] += number
    shown_days, shown_venues = suppressed_together(days, venues)
    return shown_days, shown_venues
