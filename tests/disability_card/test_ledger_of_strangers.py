"""Ledger files as other systems really write them: repaired, or refused with a sentence."""

import csv
import io
from pathlib import Path

import pytest

from disability_card.imports.columns import OUR_OWN, columns
from disability_card.imports.ledger_file import LedgerFile, read_ledger
from disability_card.imports.ledger_writing import write_ledger
from disability_card.ledger_row import LedgerRow
from tests.disability_card.factories import make_row


def read(path: Path, *changes: dict[str, str], **change: str) -> tuple[LedgerFile, list[LedgerRow]]:
    """Read a good file in which each row's cells were changed, by our names."""
    write_ledger(path, [make_row() for _ in changes or (change,)], encoding="utf-8")
    header, *rows = csv.reader(path.read_text("utf-8").splitlines())
    place = {column.name: header.index(column.japanese) for column in columns()}
    for row, cells in zip(rows, changes or (change,), strict=True):
        for name, cell in cells.items():
            row[place[name]] = cell
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    path.write_bytes(text.getvalue().encode())
    return read_bytes(path, path.read_bytes())


def read_bytes(path: Path, content: bytes) -> tuple[LedgerFile, list[LedgerRow]]:
    path.write_bytes(content)
    ledger = read_ledger(path, mapping=OUR_OWN)
    return ledger, [row for _number, row in ledger.rows()]


def codes(ledger: LedgerFile) -> list[tuple[str, str]]:
    return [(problem.column, problem.code) for problem in ledger.problems]


@pytest.mark.parametrize("other", ["第１２３号", "第123号 ", "第１2３号"])
def test_one_handbook_number_spelled_in_two_widths_is_one_handbook(
    tmp_path: Path, other: str
) -> None:
    ledger, _ = read(tmp_path / "a.csv", {"handbook_number": "第123号"}, {"handbook_number": other})
    assert codes(ledger) == [("handbook_number", "key-twice")]


def test_full_width_codes_are_read_and_counted_as_repairs(tmp_path: Path) -> None:
    ledger, [row] = read(
        tmp_path / "a.csv", issuer_code="２０００００", change_kind="１", overall_grade="２級"
    )
    assert (row.issuer_code, row.change_kind, row.overall_grade) == ("200000", "1", "2")
    assert ledger.repairs == {"full-width": 3}


def test_a_name_keeps_its_own_width(tmp_path: Path) -> None:
    _, [row] = read(tmp_path / "a.csv", name="スミス　ＪＯＨＮ")
    assert row.name == "スミス　ＪＯＨＮ"


def test_a_cell_of_two_lines_becomes_one(tmp_path: Path) -> None:
    ledger, [row] = read(tmp_path / "a.csv", disability_name="両下肢\r\nの障害")
    assert row.disability_name == "両下肢 の障害"
    assert ledger.repairs == {"spaces": 1}


@pytest.mark.parametrize("hidden", ["\x07", "\u202e", "\u200b", "\ufeff"])
def test_what_nobody_can_see_in_a_name_is_refused(tmp_path: Path, hidden: str) -> None:
    ledger, rows = read(tmp_path / "a.csv", name=f"佐久{hidden}花子")
    assert codes(ledger) == [("name", "invisible-character")]
    assert not rows


def test_the_shape_of_a_rare_letter_is_nothing_hidden(tmp_path: Path) -> None:
    """An ideographic variation selector belongs to the letter before it."""
    _, [row] = read(tmp_path / "a.csv", name="葛\U000e0100城　花子")
    assert row.name == "葛\U000e0100城　花子"


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("valid_until", "9999-12-31", "date-impossible"),
        ("valid_until", "平成32年3月31日", "date-impossible"),
        ("birth_date", "S64.1.8", "date-impossible"),
        ("recert_month", "9999-12", "month-impossible"),
        ("as_of", "0001-01-01T00:00:00+14:00", "as-of-wrong"),
        ("as_of", "9999-12-31T23:59:59-14:00", "as-of-wrong"),
    ],
)
def test_a_day_of_no_calendar_is_refused_where_it_is_read(
    tmp_path: Path, column: str, cell: str, code: str
) -> None:
    """Further on, the last second of the year 9999 would stop a page with no sentence at all."""
    ledger, _ = read(tmp_path / "a.csv", **{column: cell})
    assert codes(ledger) == [(column, code)]


@pytest.mark.parametrize("cell", ["H1.1.8", "平成元年1月8日", "Ｈ１．１．８"])
def test_the_first_day_of_an_era_is_that_eras(tmp_path: Path, cell: str) -> None:
    _, [row] = read(tmp_path / "a.csv", birth_date=cell)
    assert row.birth_date.isoformat() == "1989-01-08"


def test_nobody_is_born_after_the_ledger_was_written(tmp_path: Path) -> None:
    later = {"birth_date": "2100-01-01", "first_issued_on": "2101-01-01", "issued_on": "2101-01-01"}
    ledger, _ = read(tmp_path / "a.csv", later)
    assert ("birth_date", "dates-out-of-order") in codes(ledger)


@pytest.mark.parametrize("number", ["123456789012", "１２３４５６７８９０１２", "1234-5678-9012"])
@pytest.mark.parametrize("column", ["resident_ref", "handbook_number"])
def test_a_my_number_is_seen_in_every_spelling(tmp_path: Path, column: str, number: str) -> None:
    ledger, _ = read(tmp_path / "a.csv", **{column: number})
    assert codes(ledger) == [(column, "my-number")]


def test_a_long_cell_is_said_once(tmp_path: Path) -> None:
    ledger, _ = read(tmp_path / "a.csv", name="あ" * 10_000)
    assert codes(ledger) == [("name", "number-too-long")]


def test_a_cell_of_a_million_letters_is_refused(tmp_path: Path) -> None:
    ledger, rows = read(tmp_path / "a.csv", disability_name="あ" * 1_000_000)
    assert codes(ledger) == [("", "csv-broken")]
    assert not rows


@pytest.mark.parametrize("encoding", ["iso2022_jp", "euc_jp", "utf-16-le", "utf-32"])
def test_an_encoding_that_no_city_system_writes_is_refused(tmp_path: Path, encoding: str) -> None:
    write_ledger(tmp_path / "good.csv", [make_row()], encoding="utf-8")
    content = (tmp_path / "good.csv").read_text("utf-8").replace("\ufeff", "").encode(encoding)
    ledger, rows = read_bytes(tmp_path / "a.csv", content)
    assert codes(ledger) == [("", "encoding-unknown")]
    assert not rows
