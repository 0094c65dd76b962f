"""Verifications a day by venue and outcome, with no person in it; small cells are hidden.

A cell under 10 is hidden, and so is whatever would give it away: in each row and in each column a
hidden cell never stands alone beside a shown total (complementary suppression). Totals that hold
hidden cells are shown only when at least two cells are hidden in them.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Sum

from disability_card.models import VerificationCount
from jp.clock import civil_date, end_of_day, start_of_day

CELL_MIN: Final = 10
OUTCOMES: Final = ("accepted", "refused")
Key = tuple[str, str]  # row (a day or a venue), outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Cells by (row, outcome) and their totals; ``None`` is a hidden one."""

    rows: tuple[str, ...]
    cells: Mapping[Key, int | None]
    row_totals: Mapping[str, int | None]
    column_totals: Mapping[str, int | None]
    total: int | None


def suppressed(counts: Mapping[Key, int]) -> Table:
    """Return ``counts`` as a table from which no cell under 10 can be computed.

    1. every cell from 1 to 9 is hidden (0 says nothing of anybody and stays);
    2. while a row or column has exactly one hidden cell, its smallest shown cell that is not 0 is
       hidden too; where there is none, that row's or column's total is hidden;
    3. a total under 10 is hidden like a cell, and the grand total where exactly one row's or
       column's total is hidden.
    """
    rows = tuple(sorted({row for row, _ in counts}))
    filled = {(row, outcome): counts.get((row, outcome), 0) for row in rows for outcome in OUTCOMES}
    hidden = {key for key, value in filled.items() if 0 < value < CELL_MIN}
    lines = [[(row, outcome) for outcome in OUTCOMES] for row in rows]
    lines += [[(row, outcome) for row in rows] for outcome in OUTCOMES]
    changed = True
    while changed:
        changed = False
        for line in lines:
            if sum(key in hidden for key in line) != 1:
                continue
            shown = [key for key in line if key not in hidden and filled[key]]
            if shown:
                hidden.add(min(shown, key=lambda key: (filled[key], key)))
                changed = True
    cells = {key: None if key in hidden else value for key, value in filled.items()}

    def total_of(line: list[Key]) -> int | None:
        # One hidden cell beside zeros would be the total itself; a small total is a small cell.
        total = sum(filled[key] for key in line)
        is_lonely = sum(key in hidden for key in line) == 1
        return None if is_lonely or 0 < total < CELL_MIN else total

    row_totals = {line[0][0]: total_of(line) for line in lines[: len(rows)]}
    column_totals = {outcome: total_of([(row, outcome) for row in rows]) for outcome in OUTCOMES}
    lonely = any(
        sum(value is None for value in totals.values()) == 1
        for totals in (row_totals, column_totals)
    )
    total = sum(filled.values())
    return Table(
        rows=rows,
        cells=cells,
        row_totals=row_totals,
        column_totals=column_totals,
        total=None if lonely or 0 < total < CELL_MIN else total,
    )


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


def by_day(municipality: str, *, first: date, last: date) -> Table:
    """Return verifications a day; both days are included."""
    found: Counter[Key] = Counter()
    for day, _venue, outcome, number in _counts(municipality, first, last):
        found[day, outcome] += number
    return suppressed(found)


def by_venue(municipality: str, *, first: date, last: date) -> Table:
    """Return verifications a venue; both days are included."""
    found: Counter[Key] = Counter()
    for _day, venue, outcome, number in _counts(municipality, first, last):
        found[venue, outcome] += number
    return suppressed(found)
