"""Check, stage, approve, apply: what each file does to the ledger and to cards."""

import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections, transaction

from accounts.models import Role
from core.audit import SYSTEM
from disability_card.imports.columns import OUR_OWN, ColumnMapping
from disability_card.imports.ledger_writing import problems_csv, write_ledger
from disability_card.ledger_import import (
    ImportNotOpen,
    ImportStale,
    RemovalsNotConfirmed,
    SecondPersonNeeded,
    approve_import,
    check_ledger_file,
    problems_of,
    reject_import,
)
from disability_card.ledger_row import ChangeKind, LedgerRow, ReturnReason
from disability_card.linking import LinkRefused, link_at_counter
from disability_card.models import (
    Card,
    CardState,
    Credential,
    CredentialState,
    Handbook,
    LedgerImport,
    LedgerImportRow,
    LedgerImportState,
    RowEffect,
)
from tests.disability_card.factories import CITY, make_card, make_person, make_row, make_staff
from tests.disability_card.issuing import NOW, issue_venue_cards, make_holding, make_keys
from tests.second_accounts import second_account_of

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=30)


def write(path: Path, rows: Iterable[LedgerRow], *, encoding: str = "cp932") -> Path:
    write_ledger(path, rows, encoding=encoding)
    return path


def check(path: Path, **override: Any) -> LedgerImport:
    good: dict[str, Any] = {
        "file_name": path.name,
        "mapping": OUR_OWN,
        "municipality": CITY,
        "submitted_by": override.get("submitted_by") or make_staff(Role.CARD_CLERK),
        "actor": SYSTEM,
        "now": NOW,
    }
    return check_ledger_file(path, **(good | override))


def approve(found: LedgerImport, **override: Any) -> LedgerImport:
    good: dict[str, Any] = {
        "approved_by": make_staff(Role.CARD_APPROVER),
        "actor": SYSTEM,
        "now": NOW,
    }
    return approve_import(found, **(good | override))


def apply(path: Path, rows: Iterable[LedgerRow]) -> LedgerImport:
    return approve(check(write(path, rows)))


def later(row: LedgerRow, **override: Any) -> LedgerRow:
    return replace(row, as_of=row.as_of + MONTH, **override)


def codes(found: LedgerImport) -> list[str]:
    return [problem.code for problem in problems_of(found)]


def test_nothing_changes_before_a_second_person_approves(tmp_path: Path) -> None:
    found = check(write(tmp_path / "a.csv", [make_row(), make_row()]))
    assert found.state == LedgerImportState.CHECKED
    assert found.summary["effects"][RowEffect.NEW] == 2
    assert not Handbook.objects.exists()
    approve(found)
    assert Handbook.objects.count() == 2


def test_whoever_submits_a_file_cannot_approve_it(tmp_path: Path) -> None:
    both = make_staff(Role.CARD_CLERK, Role.CARD_APPROVER)
    found = check(write(tmp_path / "a.csv", [make_row()]), submitted_by=both)
    with pytest.raises(SecondPersonNeeded):
        approve(found, approved_by=both)
    assert not Handbook.objects.exists()


def test_one_person_with_two_accounts_does_not_approve_their_own_ledger(tmp_path: Path) -> None:
    first = make_staff(Role.CARD_CLERK, Role.CARD_APPROVER)
    found = check(write(tmp_path / "a.csv", [make_row()]), submitted_by=first)
    with pytest.raises(SecondPersonNeeded):
        approve(found, approved_by=second_account_of(first))
    assert not Handbook.objects.exists()


def test_an_import_is_decided_once(tmp_path: Path) -> None:
    found = check(write(tmp_path / "a.csv", [make_row()]))
    reject_import(found, rejected_by=make_staff(Role.CARD_CLERK), actor=SYSTEM, now=NOW)
    with pytest.raises(ImportNotOpen):
        approve(found)


def test_staged_facts_of_people_are_gone_after_the_decision(tmp_path: Path) -> None:
    row = make_row()
    apply(tmp_path / "a.csv", [row])
    staged = LedgerImportRow.objects.get()
    assert (staged.record, staged.handbook) == (None, Handbook.objects.get())
    apply(
        tmp_path / "b.csv",
        [replace(later(row), overall_grade="3", addr_text="長野県佐久市野沢2番地")],
    )
    staged = LedgerImportRow.objects.get(effect=RowEffect.CHANGED_CARD)
    assert (staged.record, staged.changed) == (None, ["addr_text", "overall_grade"])
    apply(tmp_path / "c.csv", [later(later(make_row()))])
    assert not LedgerImportRow.objects.exclude(record__isnull=True).exists()


def test_an_unchanged_row_is_confirmed_at_its_newer_time(tmp_path: Path) -> None:
    row = make_row()
    apply(tmp_path / "a.csv", [row])
    found = apply(tmp_path / "b.csv", [later(row)])
    assert found.summary["effects"][RowEffect.CONFIRMED] == 1
    assert Handbook.objects.get().as_of == row.as_of + MONTH


def test_a_stale_row_never_passes_a_confirmed_one(tmp_path: Path) -> None:
    row, other = make_row(), make_row()
    apply(tmp_path / "a.csv", [row, other])
    apply(tmp_path / "b.csv", [later(row), later(other)])
    stale = replace(row, name="佐久　太郎", as_of=row.as_of + MONTH / 2)
    apply(tmp_path / "c.csv", [stale, later(later(other))])
    assert {handbook.record["name"] for handbook in Handbook.objects.all()} == {"佐久　はな子"}


def test_a_handbook_that_comes_back_to_the_ledger_is_in_force_again(tmp_path: Path) -> None:
    row, stays = make_row(), make_row()
    apply(tmp_path / "a.csv", [row, stays])
    apply(tmp_path / "b.csv", [later(stays)])
    assert Handbook.objects.filter(is_gone=True).count() == 1
    found = apply(tmp_path / "c.csv", [later(later(row)), later(later(stays))])
    assert found.summary["effects"][RowEffect.BACK] == 1
    assert not Handbook.objects.filter(is_gone=True).exists()


def test_a_row_from_before_a_handbook_went_missing_does_not_bring_it_back(tmp_path: Path) -> None:
    row, stays = make_row(), make_row()
    apply(tmp_path / "a.csv", [row, stays])
    apply(tmp_path / "b.csv", [later(stays)])
    before = replace(row, as_of=row.as_of + MONTH / 2)
    found = apply(tmp_path / "c.csv", [before, later(later(stays))])
    assert found.summary["older"] == 1
    assert Handbook.objects.filter(is_gone=True).count() == 1


def test_a_file_with_a_header_alone_ends_no_card(tmp_path: Path) -> None:
    apply(tmp_path / "a.csv", [make_row()])
    found = check(write(tmp_path / "b.csv", []))
    assert (found.state, codes(found)) == (LedgerImportState.FAILED, ["file-no-rows"])


def test_a_file_of_a_time_to_come_does_not_shut_out_those_before_it(tmp_path: Path) -> None:
    row = make_row()
    found = check(write(tmp_path / "a.csv", [replace(row, as_of=NOW + timedelta(days=1))]))
    assert (found.state, codes(found)) == (LedgerImportState.FAILED, ["as-of-future"])


def test_an_older_file_never_overwrites_a_newer_one(tmp_path: Path) -> None:
    row = make_row()
    apply(tmp_path / "a.csv", [later(row)])
    found = check(write(tmp_path / "b.csv", [replace(row, name="佐久　太郎")]))
    assert found.state == LedgerImportState.FAILED
    assert codes(found) == ["file-older"]
    assert Handbook.objects.get().record["name"] == "佐久　はな子"


def test_an_older_row_in_a_newer_file_is_left_out(tmp_path: Path) -> None:
    row, other = make_row(), make_row()
    apply(tmp_path / "a.csv", [later(row), other])
    stale = replace(row, name="佐久　太郎")
    found = check(write(tmp_path / "b.csv", [stale, later(later(other))]))
    assert found.summary["older"] == 1
    approve(found)
    names = {handbook.record["name"] for handbook in Handbook.objects.all()}
    assert names == {"佐久　はな子"}


def test_the_same_file_twice_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [make_row()])
    approve(check(path))
    assert codes(check(path)) == ["file-same"]


def test_a_file_checked_before_another_was_applied_is_stale(tmp_path: Path) -> None:
    row = make_row()
    first = check(write(tmp_path / "a.csv", [row]))
    second = check(write(tmp_path / "b.csv", [later(row)]))
    approve(first)
    with pytest.raises(ImportStale):
        approve(second)


def held_card(row: LedgerRow) -> Card:
    """A live card of the imported handbook with ten credentials on a phone."""
    handbook = next(
        found
        for found in Handbook.objects.all()
        if found.record["handbook_number"] == row.handbook_number
    )
    make_keys()
    card = make_card(handbook=handbook)
    issue_venue_cards(make_holding(card), count=10, now=NOW)
    return card


@pytest.mark.parametrize(
    "end",
    [
        pytest.param({"return_reason": ReturnReason.DEATH}, id="death"),
        pytest.param({"return_reason": ReturnReason.MOVED_OUT}, id="moved out"),
        pytest.param({"return_reason": ReturnReason.NO_LONGER_ELIGIBLE}, id="not eligible"),
    ],
)
def test_a_returned_handbook_revokes_every_credential(tmp_path: Path, end: dict[str, Any]) -> None:
    row = make_row()
    apply(tmp_path / "a.csv", [row])
    card = held_card(row)
    gone = later(row, change_kind=ChangeKind.RETURNED, returned_on=date(2026, 11, 25), **end)
    found = check(write(tmp_path / "b.csv", [gone]))
    assert (found.summary["effects"][RowEffect.GONE], found.summary["cards"]) == (1, 1)
    approve(found)
    card.refresh_from_db()
    assert (card.state, card.state_set_by) == (CardState.REVOKED, "ledger")
    assert set(Credential.objects.values_list("state", flat=True)) == {CredentialState.REVOKED}


def test_a_change_of_grade_revokes_the_batch_and_keeps_the_card(tmp_path: Path) -> None:
    row = make_row()
    apply(tmp_path / "a.csv", [row])
    card = held_card(row)
    apply(tmp_path / "b.csv", [later(row, fare_class=2, overall_grade="5", part_grades=("5",))])
    card.refresh_from_db()
    assert card.state == CardState.ACTIVE
    assert set(Credential.objects.values_list("state", flat=True)) == {CredentialState.REVOKED}
    assert card.handbook.record["fare_class"] == 2


def test_a_change_of_address_touches_no_card(tmp_path: Path) -> None:
    row = make_row()
    apply(tmp_path / "a.csv", [row])
    held_card(row)
    found = check(write(tmp_path / "b.csv", [later(row, addr_text="長野県佐久市臼田2番地")]))
    assert found.summary["effects"][RowEffect.CHANGED_RECORD] == 1
    approve(found)
    assert set(Credential.objects.values_list("state", flat=True)) == {CredentialState.ISSUED}


def test_who_is_missing_from_a_full_ledger_loses_the_card(tmp_path: Path) -> None:
    row, stays = make_row(), make_row()
    apply(tmp_path / "a.csv", [row, stays])
    card = held_card(row)
    found = check(write(tmp_path / "b.csv", [later(stays)]))
    assert found.summary["effects"][RowEffect.MISSING] == 1
    approve(found)
    card.refresh_from_db()
    assert card.state == CardState.REVOKED
    assert Handbook.objects.filter(is_gone=True).count() == 1


def test_a_partial_file_leaves_who_it_does_not_name(tmp_path: Path) -> None:
    row, stays = make_row(), make_row()
    apply(tmp_path / "a.csv", [row, stays])
    found = check(write(tmp_path / "b.csv", [later(row, name="佐久　太郎")]), is_partial=True)
    approve(found)
    assert not Handbook.objects.filter(is_gone=True).exists()


def test_half_a_file_needs_a_second_look(tmp_path: Path) -> None:
    rows = [make_row() for _ in range(40)]
    apply(tmp_path / "a.csv", rows)
    found = check(write(tmp_path / "b.csv", [later(row) for row in rows[:20]]))
    with pytest.raises(RemovalsNotConfirmed):
        approve(found)
    assert not Handbook.objects.filter(is_gone=True).exists()
    approve(found, confirms_removals=True)
    assert Handbook.objects.filter(is_gone=True).count() == 20


def broken(tmp_path: Path, content: bytes) -> LedgerImport:
    path = tmp_path / "broken.csv"
    path.write_bytes(content)
    return check(path)


def good_bytes(tmp_path: Path, *rows: LedgerRow, encoding: str = "cp932") -> bytes:
    return write(tmp_path / "good.csv", rows or [make_row()], encoding=encoding).read_bytes()


def test_bad_files_get_a_list_and_change_nothing(tmp_path: Path) -> None:
    good = good_bytes(tmp_path)
    text = good.decode("cp932")
    utf8 = good_bytes(tmp_path, encoding="utf-8")
    twice = make_row()
    cases = {
        "file-empty": b"",
        "header-wrong": b"a,b,c\r\n1,2,3\r\n",
        "column-missing": text.replace("手帳番号,", "台帳番号,").encode(),
        "column-twice": text.replace("氏名_カナ", "氏名").encode(),
        "encoding-unknown": utf8 + good,
        "key-twice": good_bytes(tmp_path, twice, twice),
        "date-impossible": text.replace("1960-04-01", "1960-02-30").encode(),
        "code-wrong": text.replace("200000", "200001").encode(),
        "value-missing": text.replace("サク　ハナコ", "").encode(),
        "csv-broken": text.replace("佐久　はな子", '"佐久　はな子').encode(),
        "column-count": text.replace(",佐久　はな子", ",佐久　はな子,余分").encode(),
        "my-number": good_bytes(tmp_path, make_row(resident_ref="123456789012")),
        "kana-wrong": text.replace("サク　ハナコ", "さく　はなこ").encode(),
    }
    for code, content in cases.items():
        found = broken(tmp_path, content)
        assert found.state == LedgerImportState.FAILED, code
        assert code in codes(found)
        assert found.rows.count() == 0
        with pytest.raises(ImportNotOpen):
            approve(found)
    assert not Handbook.objects.exists()


def test_the_error_file_names_row_column_and_mend_but_no_person(tmp_path: Path) -> None:
    text = good_bytes(tmp_path).decode("cp932").replace("1960-04-01", "1960-02-30")
    found = broken(tmp_path, text.encode())
    listed = problems_csv(problems_of(found), translate=str)
    assert "2,生年月日,エラー,date-impossible" in listed
    assert "佐久" not in listed.replace("佐久市", "")


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig", "utf-16"])
def test_every_encoding_of_city_files_is_read(tmp_path: Path, encoding: str) -> None:
    found = check(write(tmp_path / "a.csv", [make_row(name="髙橋　﨑子")], encoding=encoding))
    approve(found)
    assert Handbook.objects.get().record["name"] == "髙橋　﨑子"


def test_japanese_dates_are_read(tmp_path: Path) -> None:
    text = good_bytes(tmp_path).decode("cp932").replace("1960-04-01", "昭和35年4月1日")
    approve(broken(tmp_path, text.encode()))
    assert Handbook.objects.get().record["birth_date"] == "1960-04-01"


def test_a_vendors_names_and_codes_are_a_mapping_not_a_program(tmp_path: Path) -> None:
    text = good_bytes(tmp_path).decode("cp932")
    lines = text.replace("手帳種別", "手帳区分").splitlines()
    path = tmp_path / "vendor.csv"
    cells = lines[1].split(",")
    cells[1] = "身"
    path.write_text("\n".join([lines[0], ",".join(cells)]), encoding="utf-8")
    mapping = ColumnMapping(
        columns={"handbook_type": "手帳区分"}, values={"handbook_type": {"身": "1"}}
    )
    approve(check(path, mapping=mapping))
    assert Handbook.objects.get().record["handbook_type"] == "1"


def test_an_implausible_fare_class_warns_and_does_not_override(tmp_path: Path) -> None:
    found = check(write(tmp_path / "a.csv", [make_row(part_grades=("5",), fare_class=1)]))
    assert codes(found) == ["fare-class-implausible"]
    approve(found)
    assert Handbook.objects.get().record["fare_class"] == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_approvers_at_once_apply_a_file_once(tmp_path: Path) -> None:
    found = check(write(tmp_path / "a.csv", [make_row()]))
    approvers = [make_staff(Role.CARD_APPROVER) for _ in range(4)]
    start, outcomes = threading.Barrier(4), []

    def run(index: int) -> None:
        start.wait()
        try:
            approve(found, approved_by=approvers[index])
            outcomes.append("applied")
        except ImportNotOpen:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["applied", "refused", "refused", "refused"]
    assert connection.vendor == "postgresql"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_handbook_that_a_ledger_takes_away_meanwhile_is_not_linked(tmp_path: Path) -> None:
    apply(tmp_path / "a.csv", [make_row()])
    handbook, person = Handbook.objects.get(), make_person()
    outcomes = []

    def link() -> None:
        try:
            link_at_counter(handbook, person=person, document="handbook", actor=SYSTEM, now=NOW)
            outcomes.append("linked")
        except LinkRefused:
            outcomes.append("refused")
        finally:
            connections.close_all()

    clerk = threading.Thread(target=link)
    with transaction.atomic():
        Handbook.objects.update(is_gone=True)
        clerk.start()
        clerk.join(timeout=0.5)
        assert not outcomes  # it waits for the ledger
    clerk.join(timeout=60)
    assert outcomes == ["refused"]
    assert not Card.objects.exists()
