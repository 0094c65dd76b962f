"""Statistics hold no person, and no small cell can be computed from what is shown."""

from itertools import product

from hypothesis import given, strategies as st

from disability_card.statistics import CELL_MIN, OUTCOMES, Table, suppressed

COUNTS = st.dictionaries(
    st.tuples(st.sampled_from(["d1", "d2", "d3", "d4"]), st.sampled_from(OUTCOMES)),
    st.integers(0, 60),
    min_size=1,
)


def derivable(table: Table) -> set[tuple[str, str]]:
    """Cells that follow from the shown cells and totals by repeated subtraction."""
    cells = dict(table.cells)
    row_totals, column_totals = dict(table.row_totals), dict(table.column_totals)
    found: set[tuple[str, str]] = set()
    changed = True
    while changed:
        changed = False
        lines = [([(row, outcome) for outcome in OUTCOMES], row_totals[row]) for row in table.rows]
        lines += [
            ([(row, outcome) for row in table.rows], column_totals[outcome]) for outcome in OUTCOMES
        ]
        for line, total in lines:
            unknown = [key for key in line if cells[key] is None]
            if total is not None and len(unknown) == 1:
                cells[unknown[0]] = total - sum(cells[key] or 0 for key in line)
                found.add(unknown[0])
                changed = True
        for totals in (row_totals, column_totals):
            unknown_totals = [name for name, value in totals.items() if value is None]
            if table.total is not None and len(unknown_totals) == 1:
                totals[unknown_totals[0]] = table.total - sum(v or 0 for v in totals.values())
                changed = True
    return found


@given(counts=COUNTS)
def test_no_hidden_cell_follows_from_what_is_shown(counts: dict[tuple[str, str], int]) -> None:
    assert derivable(suppressed(counts)) == set()


@given(counts=COUNTS)
def test_no_cell_or_total_under_ten_is_shown_but_zero(counts: dict[tuple[str, str], int]) -> None:
    table = suppressed(counts)
    totals = [*table.row_totals.values(), *table.column_totals.values(), table.total]
    shown = [value for value in (*table.cells.values(), *totals) if value is not None]
    assert all(value == 0 or value >= CELL_MIN for value in shown)


@given(counts=COUNTS)
def test_what_is_shown_is_true(counts: dict[tuple[str, str], int]) -> None:
    table = suppressed(counts)
    for key in product(table.rows, OUTCOMES):
        assert table.cells[key] in {None, counts.get(key, 0)}


def test_a_table_of_large_cells_hides_nothing() -> None:
    table = suppressed({("d1", "accepted"): 40, ("d1", "refused"): 12})
    assert (table.total, table.row_totals["d1"]) == (52, 52)
    assert None not in table.cells.values()


def test_a_hidden_cell_takes_a_partner_along_so_that_totals_can_stay() -> None:
    table = suppressed(
        {
            ("d1", "accepted"): 40,
            ("d1", "refused"): 6,
            ("d2", "accepted"): 50,
            ("d2", "refused"): 7,
        }
    )
    assert set(table.cells.values()) == {None}
    assert (table.row_totals["d1"], table.row_totals["d2"], table.total) == (46, 57, 103)
