"""The four answers over made-up exports: told, too few, or not answerable, and never a person."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from tourism.insight.answers import Told, added_spending, what_next, who_came, whom_to_invite
from tourism.insight.cubes import Files

Person = tuple[int, str, str, str, str | None]
Visit = tuple[int, int, str, int, int, int]
Bill = tuple[int, int, int]


def write(
    folder: Path,
    *,
    people: Sequence[Person],
    visits: Sequence[Visit],
    receipts: Sequence[Bill] = (),
) -> Files:
    """Write an export as `export.py` does."""
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE people (person UBIGINT, origin VARCHAR, age_band VARCHAR,"
            " party VARCHAR, arm VARCHAR);"
            "CREATE TABLE visits (person UBIGINT, shop UBIGINT, category VARCHAR,"
            " nth USMALLINT, bill_yen INTEGER, coupon_yen INTEGER);"
            "CREATE TABLE receipts (person UBIGINT, shop UBIGINT, bill_yen INTEGER)"
        )
        rows: dict[str, Sequence[tuple[object, ...]]] = {
            "people": people, "visits": visits, "receipts": receipts,
        }  # fmt: skip
        for table, given in rows.items():
            if given:
                marks = ", ".join("?" * len(given[0]))
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", given)
            connection.execute(f"COPY {table} TO '{folder / table}.parquet'")
    return Files(folder=folder)


def visitor(number: int, *, origin: str = "kanto", arm: str | None = "coupon") -> Person:
    return (number, origin, "30-39", "family", arm)


def visit(number: int, *, nth: int = 1, shop: int | None = None, category: str = "bath") -> Visit:
    """One use of a coupon, by default over three shops in turn."""
    return (number, number % 3 if shop is None else shop, category, nth, 2_000, 500)


def test_who_came_counts_each_person_once_however_often_they_paid(tmp_path: Path) -> None:
    people = [visitor(one) for one in range(20)]
    visits = [visit(one, nth=nth) for one in range(20) for nth in (1, 2, 3)]
    found = who_came(write(tmp_path, people=people, visits=visits))
    assert (found.told, found.people, found.origins) == (Told.ANSWERED, 20, [("kanto", 20)])


def test_who_used_nothing_did_not_come(tmp_path: Path) -> None:
    files = write(
        tmp_path, people=[visitor(one) for one in range(40)],
        visits=[visit(one) for one in range(20)],
    )  # fmt: skip
    assert who_came(files).people == 20


def test_nine_visitors_are_too_few(tmp_path: Path) -> None:
    files = write(
        tmp_path, people=[visitor(one) for one in range(9)], visits=[visit(one) for one in range(9)]
    )
    assert who_came(files).told == Told.TOO_FEW
    assert whom_to_invite(files).told == Told.TOO_FEW
    assert what_next(files).told == Told.TOO_FEW


def test_who_withdrew_is_in_no_answer(tmp_path: Path) -> None:
    people, visits = [visitor(one) for one in range(10)], [visit(one) for one in range(10)]
    files = write(tmp_path, people=people, visits=visits)
    assert who_came(files).told == Told.ANSWERED
    left = Files(folder=files.folder, withdrawn=[3])
    assert who_came(left).told == Told.TOO_FEW
    assert what_next(left).told == Told.TOO_FEW
    assert whom_to_invite(left).told == Told.TOO_FEW


def test_what_next_follows_the_second_coupon_of_each_person(tmp_path: Path) -> None:
    visits = [visit(one) for one in range(30)]
    visits += [visit(one, nth=2, category="food", shop=10 + one % 3) for one in range(20)]
    visits += [visit(one, nth=3, category="souvenir") for one in range(20)]
    found = what_next(write(tmp_path, people=[visitor(one) for one in range(30)], visits=visits))
    assert [(one.first, one.following, one.people) for one in found.steps] == [
        ("bath", "food", 20),
        ("bath", "none", 10),
    ]
    assert found.went_on == 20


def test_the_guests_of_a_single_bath_house_are_not_told(tmp_path: Path) -> None:
    visits = [visit(one, shop=1) for one in range(30)]
    files = write(tmp_path, people=[visitor(one) for one in range(30)], visits=visits)
    assert what_next(files).told == Told.TOO_FEW
    assert whom_to_invite(files).told == Told.TOO_FEW


def test_added_spending_needs_receipts_of_both_arms(tmp_path: Path) -> None:
    people = [visitor(one, arm="hold_out" if one < 40 else "coupon") for one in range(100)]
    only_one = [(one, one % 4, 3_000) for one in range(40, 100)]
    found = added_spending(write(tmp_path, people=people, visits=[], receipts=only_one))
    assert (found.told, found.difference) == (Told.NOT_ANSWERABLE, None)


def test_a_campaign_without_a_comparison_has_no_answer(tmp_path: Path) -> None:
    people = [visitor(one) for one in range(100)]
    receipts = [(one, one % 4, 3_000) for one in range(100)]
    found = added_spending(write(tmp_path, people=people, visits=[], receipts=receipts))
    assert (found.told, found.difference) == (Told.NOT_ANSWERABLE, None)


def test_added_spending_is_the_difference_of_the_arms(tmp_path: Path) -> None:
    people = [visitor(one, arm="hold_out" if one < 40 else "coupon") for one in range(100)]
    receipts = [(one, one % 4, 2_000 if one < 40 else 3_000) for one in range(100)]
    found = added_spending(write(tmp_path, people=people, visits=[], receipts=receipts))
    assert found.told == Told.ANSWERED
    assert found.difference is not None
    assert (found.difference.yen, found.difference.without_yen) == (1_000, 2_000)


@pytest.mark.parametrize("few", [9, 29])
def test_a_small_arm_is_too_few(tmp_path: Path, few: int) -> None:
    people = [visitor(one, arm="hold_out" if one < few else "coupon") for one in range(100)]
    receipts = [(one, one % 4, 3_000) for one in range(100)]
    found = added_spending(write(tmp_path, people=people, visits=[], receipts=receipts))
    assert (found.told, found.difference) == (Told.TOO_FEW, None)


def test_invited_first_are_those_who_spent_most_of_their_own(tmp_path: Path) -> None:
    people = [visitor(one, origin="kanto" if one < 20 else "kinki") for one in range(40)]
    visits = [(one, one % 3, "food", 1, 2_000 if one < 20 else 5_000, 500) for one in range(40)]
    found = whom_to_invite(write(tmp_path, people=people, visits=visits))
    assert [(one.key[0], one.own_percent_of_coupon) for one in found.invitees] == [
        ("kinki", 900),
        ("kanto", 300),
    ]


def test_a_shop_is_not_readable_from_either_sum(tmp_path: Path) -> None:
    """The bills are spread over three shops; nearly all of the coupons are one shop's."""
    people = [visitor(one) for one in range(30)]
    visits = [(one, one % 3, "food", 1, 3_000, 2_000 if one % 3 == 0 else 100) for one in range(30)]
    assert whom_to_invite(write(tmp_path, people=people, visits=visits)).told == Told.TOO_FEW


def test_the_receipts_of_few_are_not_read_from_a_mean_over_many(tmp_path: Path) -> None:
    people = [visitor(one, arm="hold_out" if one < 40 else "coupon") for one in range(100)]
    kept = [(one, one % 4, 3_000) for one in range(40, 100)]
    for number, told in ((9, Told.TOO_FEW), (10, Told.ANSWERED)):
        (tmp_path / str(number)).mkdir()
        few = [(one, one % 4, 2_000) for one in range(number)]
        files = write(tmp_path / str(number), people=people, visits=[], receipts=kept + few)
        assert added_spending(files).told == told


def test_the_connection_reads_no_file_but_its_own(tmp_path: Path) -> None:
    files = write(tmp_path, people=[], visits=[])
    with files.opened() as connection, pytest.raises(duckdb.PermissionException):
        connection.execute("SELECT * FROM read_csv('/etc/passwd')")
