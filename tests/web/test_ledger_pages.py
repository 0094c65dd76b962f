"""The ledger's pages: what a clerk reads of a file before anybody approves it."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Role
from disability_card.imports.ledger_writing import write_ledger
from tests.disability_card.factories import make_row, make_staff

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
