"""Statistics hold no person, and no small number can be computed from what is shown together."""

from collections import Counter
from fractions import Fraction
from itertools import product

from hypothesis import given, strategies as st

from disability_card.statistics import CELL_MIN, OUTCOMES, Table, suppressed_together

Key = tuple[str, str]
Scans = list[tuple[str, str, str, int]]  # day, venue, outcome, number
SCANS = st.lists(
    st.tuples(
        st.sampled_from(["d1", "d2", "d3"]),
        st.sampled_from(["v1", "v2", "v3"]),
        st.sampled_from(OUTCOMES),
        st.integers(1, 25),
    ),
    min_size=1,
    max_size=9,
)


def two_tables(scans: Scans) -> tuple[Counter[Key], Counter[Key]]:
    days: Counter[Key] = Counter()
    venues: Counter[Key] = Counter()
    for day, venue, outcome, number in scans:
        days[day, outcome] += number
        venues[venue, outcome] += number
    return days, venues


def together(scans: Scans) -> tuple[Table, Table]:
    days, venues = suppressed_together(*two_tables(scans))
    return days, venues


def equations(shown: tuple[Table, Table]) -> tuple[list[list[int]], dict[Key, int]]:
    """What a reader knows, over the cells of both tables: every shown number, and equal sums."""
    cells = {key: at for at, key in enumerate([*shown[0].cells, *shown[1].cells])}
    told = [group for table in shown for group in shown_groups(table)]
    known = [[int(key in group) for key in cells] for group in told]
    days, venues = shown
    known += [
        [(key in column_of(days, outcome)) - (key in column_of(venues, outcome)) for key in cells]
        for outcome in OUTCOMES
    ]
    return known, cells


def column_of(table: Table, outcome: str) -> list[Key]:
    return [(row, outcome) for row in table.rows]


def shown_groups(table: Table) -> list[list[Key]]:
    """The sets of cells whose sum is shown."""
    numbers = [([key], value) for key, value in table.cells.items()]
    numbers += [
        ([(row, outcome) for outcome in OUTCOMES], value) for row, value in table.row_totals.items()
    ]
    numbers += [(column_of(table, one), value) for one, value in table.column_totals.items()]
    numbers.append((list(table.cells), table.total))
    return [group for group, value in numbers if value is not None]


def reduced(lines: list[list[int]]) -> list[list[Fraction]]:
    """The lines in echelon form, each with a leading 1."""
    found: list[list[Fraction]] = []
    for line in lines:
        rest = remainder([Fraction(one) for one in line], found)
        lead = next((value for value in rest if value), None)
        if lead is not None:
            found.append([value / lead for value in rest])
    return found


def remainder(line: list[Fraction], basis: list[list[Fraction]]) -> list[Fraction]:
    for one in basis:
        at = next(place for place, value in enumerate(one) if value)
        factor = line[at]
        line = [value - factor * other for value, other in zip(line, one, strict=True)]
    return line


@given(scans=SCANS)
def test_no_small_number_follows_from_all_that_both_tables_show(scans: Scans) -> None:
    shown = together(scans)
    known, cells = equations(shown)
    basis = reduced(known)
    for table, counts in zip(shown, two_tables(scans), strict=True):
        asked = [[key] for key in table.cells]
        asked += [[(row, outcome) for outcome in OUTCOMES] for row in table.rows]
        asked += [[(row, outcome) for row in table.rows] for outcome in OUTCOMES]
        for keys in asked:
            if not 0 < sum(counts[key] for key in keys) < CELL_MIN:
                continue
            line = [Fraction(0)] * len(cells)
            for key in keys:
                line[cells[key]] += 1
            assert any(remainder(line, basis)), keys


@given(scans=SCANS)
def test_no_cell_or_total_under_ten_is_shown_but_zero(scans: Scans) -> None:
    for table in together(scans):
        totals = [*table.row_totals.values(), *table.column_totals.values(), table.total]
        shown = [value for value in (*table.cells.values(), *totals) if value is not None]
        assert all(value == 0 or value >= CELL_MIN for value in shown)


@given(scans=SCANS)
def test_what_is_shown_is_true(scans: Scans) -> None:
    for table, counts in zip(together(scans), two_tables(scans), strict=True):
        for key in product(table.rows, OUTCOMES):
            assert table.cells[key] in {None, counts[key]}
        for row in table.rows:
            sums = sum(counts[row, outcome] for outcome in OUTCOMES)
            assert table.row_totals[row] in {None, sums}


def test_a_table_of_large_cells_hides_nothing() -> None:
    days, _venues = together([("d1", "v1", "accepted", 40), ("d1", "v1", "refused", 12)])
    assert (days.total, days.row_totals["d1"]) == (52, 52)
    assert None not in days.cells.values()


def test_a_hidden_cell_takes_company_along_so_that_totals_can_stay() -> None:
    days, _venues = together(
        [
            ("d1", "v1", "accepted", 40),
            ("d1", "v1", "refused", 6),
            ("d2", "v1", "accepted", 50),
            ("d2", "v1", "refused", 7),
        ]
    )
    assert set(days.cells.values()) == {None}
    assert (days.row_totals["d1"], days.row_totals["d2"], days.total) == (46, 57, 103)


def test_a_venue_is_not_the_days_total_less_the_other_venue() -> None:
    """17 on the one day, 14 of them at the baths: the library's 3 would follow, and the 6 too."""
    days, venues = together(
        [
            ("d1", "baths", "accepted", 9),
            ("d1", "baths", "refused", 5),
            ("d1", "library", "accepted", 2),
            ("d1", "library", "refused", 1),
        ]
    )
    assert days.total == venues.total == 17
    assert venues.row_totals == {"baths": None, "library": None}
    assert {*venues.column_totals.values(), *venues.cells.values()} == {None}
    assert {*days.column_totals.values(), *days.cells.values()} == {None}
