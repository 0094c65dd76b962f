"""The rows of a ledger import by API: whom approving touches, for its two officers alone."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import ProtectiveBlock, Role
from core.models import AuditEvent
from disability_card.imports.ledger_writing import write_ledger
from disability_card.ledger_row import LedgerRow
from disability_card.models import LedgerImport
from tests.disability_card.factories import NOW, make_person, make_row, make_staff

pytestmark = pytest.mark.django_db
IMPORTS = "/api/v1/staff/ledger-imports"


def officer(*roles: Role) -> Client:
    client = Client()
    client.force_login(make_staff(*roles))
    return client


def submit(client: Client, folder: Path, *rows: LedgerRow) -> str:
    path = folder / "ledger.csv"
    write_ledger(path, rows, encoding="utf-8")
    file = SimpleUploadedFile("ledger.csv", path.read_bytes())
    return f"{IMPORTS}/{client.post(IMPORTS, {'file': file}).json()['id']}"


def test_the_approver_reads_who_is_new_and_what_changes_and_each_look_is_recorded(
    tmp_path: Path,
) -> None:
    sender, approver = officer(Role.CARD_CLERK), officer(Role.CARD_APPROVER)
    before = make_row(name="山﨑　ひなた", overall_grade="2")
    first = submit(sender, tmp_path, before)
    [new] = approver.get(f"{first}/rows").json()["results"]
    assert new == {
        "effect": "new",
        "row_number": 2,
        "name": before.name,
        "birth_date": before.birth_date.isoformat(),
        "handbook_number": before.handbook_number,
        "has_live_card": False,
        "changes": [],
    }
    approver.post(f"{first}/approve", {}, content_type="application/json")
    later = before.as_of + timedelta(days=30)
    second = submit(sender, tmp_path, replace(before, overall_grade="3", as_of=later))
    answer = approver.get(f"{second}/rows?effect=changed_card")
    [changed] = answer.json()["results"]
    assert changed["changes"] == [{"name": "overall_grade", "old": "2", "new": "3"}]
    assert answer["Cache-Control"] == "no-store"
    assert approver.get(f"{second}/rows?effect=new").json()["results"] == []
    read = AuditEvent.objects.filter(action="ledger.rows-read").order_by("pk")
    assert [event.facts for event in read] == [
        {"effect": "all", "shown": 1},
        {"effect": "changed_card", "shown": 1},
        {"effect": "new", "shown": 0},
    ]


def test_rows_come_a_page_at_a_time_and_each_once(tmp_path: Path) -> None:
    sender = officer(Role.CARD_CLERK)
    wanted = [make_row() for _ in range(5)]
    found = submit(sender, tmp_path, *wanted)
    address, numbers = f"{found}/rows?page_size=2", []
    while address:
        page: Any = sender.get(address).json()
        numbers += [row["handbook_number"] for row in page["results"]]
        address = page["next"]
    assert numbers == [row.handbook_number for row in wanted]


@pytest.mark.parametrize("roles", [(Role.CARD_CLERK,), (Role.AUDITOR,)])
def test_nobody_but_the_two_officers_reads_a_row(tmp_path: Path, roles: tuple[Role, ...]) -> None:
    found = submit(officer(Role.CARD_CLERK), tmp_path, make_row())
    assert officer(*roles).get(f"{found}/rows").status_code in {403, 404}
    assert not AuditEvent.objects.filter(action="ledger.rows-read").exists()


def test_the_row_of_somebody_protected_from_the_officer_is_left_out(tmp_path: Path) -> None:
    row = make_row(name="守られた　人", birth_date=date(1990, 1, 2))
    user = make_staff(Role.CARD_APPROVER)
    ProtectiveBlock.objects.create(
        person=make_person(user=None, name=row.name, birth_date=row.birth_date),
        blocked=make_person(user=user),
        set_by=make_staff(),
        set_at=NOW,
    )
    found = submit(officer(Role.CARD_CLERK), tmp_path, row)
    approver = Client()
    approver.force_login(user)
    assert LedgerImport.objects.get().state == "checked"
    assert approver.get(f"{found}/rows").json()["results"] == []
