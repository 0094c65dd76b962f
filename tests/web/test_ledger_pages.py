"""The ledger's pages: what a clerk reads of a file before anybody approves it."""

from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import ProtectiveBlock, Role, User
from core.models import AuditEvent
from disability_card.imports.ledger_writing import write_ledger
from disability_card.ledger_row import ChangeKind, HandbookType, ReturnReason
from disability_card.models import LedgerImport
from tests.disability_card.factories import NOW, make_person, make_row, make_staff
from web.ledger_words import value_in_words
from web.own_record.card_fields import HANDBOOK
from web.own_record.reader import Reader

pytestmark = pytest.mark.django_db
UPLOAD = "/staff/ledger/upload/"


@pytest.fixture
def clerk() -> Client:
    client = Client()
    client.force_login(make_staff(Role.CARD_CLERK))
    return client


def upload(client: Client, path: Path, **row: Any) -> str:
    """Send a ledger of one row and return the page that follows."""
    write_ledger(path, [make_row(**row)], encoding="cp932")
    file = SimpleUploadedFile("ledger.csv", path.read_bytes())
    return client.post(UPLOAD, {"file": file}, follow=True).content.decode()


def test_a_file_with_faults_shows_them_and_promises_no_change(
    clerk: Client, tmp_path: Path
) -> None:
    page = upload(clerk, tmp_path / "a.csv", resident_ref="1234-5678-9012")
    assert "マイナンバーのように見える12けたの数字があります" in page
    assert "承認すると、こうなります" not in page


def test_a_good_file_shows_what_approving_does_and_what_was_repaired(
    clerk: Client, tmp_path: Path
) -> None:
    page = upload(clerk, tmp_path / "a.csv", handbook_number="第１２３号")
    assert "承認すると、こうなります" in page
    assert "番号と記号の全角を 1 か所で半角にしました。" in page


def test_coming_back_to_the_address_of_the_upload_leads_to_the_form(clerk: Client) -> None:
    answer = clerk.get(UPLOAD)
    assert (answer.status_code, answer["Location"]) == (302, "/staff/ledger/")


def officers() -> tuple[Client, Client, Client]:
    """The one who sends a file, the one who approves it, and a colleague."""
    found = []
    for role in (Role.CARD_CLERK, Role.CARD_APPROVER, Role.CARD_CLERK):
        client = Client()
        client.force_login(make_staff(role))
        found.append(client)
    return found[0], found[1], found[2]


def test_both_officers_see_who_is_new_and_which_fields_change_before_and_after_approval(
    tmp_path: Path,
) -> None:
    sender, approver, colleague = officers()
    before = make_row(name="山﨑　ひなた", overall_grade="2")
    upload(sender, tmp_path / "a.csv", **asdict(before))
    first = LedgerImport.objects.get()
    rows = f"/staff/ledger/{first.pk}/rows/"
    for officer in (sender, approver):
        assert "山﨑　ひなた" in officer.get(rows).content.decode()
    assert colleague.get(rows).status_code == 404
    approver.post(f"/staff/ledger/{first.pk}/approve/")
    after = replace(
        before, overall_grade="3", change_kind=ChangeKind.GRADE_CHANGED, attendant_needed=True,
        as_of=before.as_of + timedelta(days=30),
    )  # fmt: skip
    upload(sender, tmp_path / "b.csv", **asdict(after))
    second = LedgerImport.objects.get(state="checked")
    rows = f"/staff/ledger/{second.pk}/rows/?effect=changed_card"
    read = approver.get(rows).content.decode()
    assert "総合等級: 2 → 3" in read
    assert "異動区分: 新しい手帳 → 等級が変わった" in read
    assert "いいえ → はい" in read
    approver.post(f"/staff/ledger/{second.pk}/approve/")
    told = approver.get(rows).content.decode()
    assert "山﨑　ひなた" in told
    assert "総合等級</li>" in told  # the field alone: its old value is forgotten
    assert Client().get(rows).status_code == 302
    another_approver = Client()
    another_approver.force_login(make_staff(Role.CARD_APPROVER))
    assert another_approver.get(rows).status_code == 404
    assert AuditEvent.objects.filter(action="ledger.rows-read").count() == 4


def test_who_is_gone_from_the_ledger_is_named_first(tmp_path: Path) -> None:
    sender, approver, _colleague = officers()
    upload(sender, tmp_path / "a.csv", name="柳沢　そら")
    approver.post(f"/staff/ledger/{LedgerImport.objects.get().pk}/approve/")
    later = make_row().as_of + timedelta(days=30)
    upload(sender, tmp_path / "b.csv", name="佐久　ゆき", as_of=later)
    found = LedgerImport.objects.get(state="checked")
    told = approver.get(f"/staff/ledger/{found.pk}/rows/").content.decode()
    assert "柳沢　そら" in told
    assert "佐久　ゆき" not in told


def test_an_officer_never_reads_the_row_of_somebody_protected_from_them(tmp_path: Path) -> None:
    sender, approver, _colleague = officers()
    row = make_row(name="守られた　人", birth_date=date(1990, 1, 2))
    protected = make_person(user=None, name=row.name, birth_date=row.birth_date)
    user = User.objects.get(pk=approver.session["_auth_user_id"])
    ProtectiveBlock.objects.create(
        person=protected, blocked=make_person(user=user), set_by=make_staff(), set_at=NOW
    )
    upload(sender, tmp_path / "a.csv", **asdict(row))
    rows = f"/staff/ledger/{LedgerImport.objects.get().pk}/rows/"
    assert row.name in sender.get(rows).content.decode()
    assert row.name not in approver.get(rows).content.decode()


def test_a_code_of_the_ledger_reads_alike_for_officer_and_person_but_for_why_it_came_back() -> None:
    columns = {
        "handbook_type": HandbookType, "change_kind": ChangeKind, "return_reason": ReturnReason,
    }  # fmt: skip
    unlike = set()
    for column, codes in columns.items():
        for code in codes:
            row: Any = HANDBOOK[column]
            told = row.said(Reader(language="ja"), code.value), value_in_words(column, code.value)
            assert code.value not in told
            if told[0] != told[1]:
                unlike.add(code)
    assert unlike == set(ReturnReason) - {ReturnReason.LOST_AND_REISSUED}
