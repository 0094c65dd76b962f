"""Applications over HTTP: a family's whole way, edits with If-Match, answers given once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import Person, User
from childcare.applying.file_kinds import FILE_BYTES_MAX
from childcare.models import Application, Round, Slot
from tests.childcare.applying.factories import (
    PDF,
    make_clerk,
    make_facility,
    make_round,
    make_slot,
)
from tests.disability_card.factories import make_person

pytestmark = pytest.mark.django_db
MINE = "/api/v1/childcare/applications"
THEIRS = "/api/v1/staff/childcare/applications"


def client_of(who: User | Person) -> Client:
    user = who if isinstance(who, User) else who.user
    assert user is not None
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def slot() -> Slot:
    """A class of one-year-olds in a round that is open now, by the real clock."""
    now = timezone.now()
    round_: Round = make_round(opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=9))
    return make_slot(round_, make_facility())


@pytest.fixture
def family() -> Client:
    return client_of(make_person(name="デモ 親"))


def start(client: Client, slot: Slot, **headers: str) -> Any:
    return client.post(
        MINE,
        {
            "round": str(slot.round_id),
            "new_child": {"name": "デモ 子", "birth_date": "2025-06-10"},
        },
        content_type="application/json",
        headers=headers,
    )


def content(slot: Slot, hours: int = 160) -> dict[str, object]:
    fact = {"subject": "guardian:1", "name": "hours_month", "value": hours}
    return {"preferences": [str(slot.facility_id)], "facts": [fact]}


def put(client: Client, address: str, body: object, etag: str) -> Any:
    return client.put(address, body, content_type="application/json", headers={"If-Match": etag})


def submit(client: Client, address: str, etag: str, key: str = "s-1") -> Any:
    return client.post(
        f"{address}/submit",
        {},
        content_type="application/json",
        headers={"If-Match": etag, "Idempotency-Key": key},
    )


def test_a_family_starts_saves_submits_and_reads_its_receipt(family: Client, slot: Slot) -> None:
    started = start(family, slot)
    assert started.status_code == 201
    address = f"{MINE}/{started.json()['id']}"
    etag = family.get(address)["ETag"]
    saved = put(family, address, content(slot), etag)
    assert saved.status_code == 200
    sent = submit(family, address, saved["ETag"])
    assert sent.status_code == 200
    assert sent.json()["state"] == "submitted"
    again = submit(family, address, saved["ETag"])
    assert again.json()["receipt_number"] == sent.json()["receipt_number"]
    assert Application.objects.get().versions.count() == 1


def test_an_edit_without_or_with_an_old_etag_is_refused(family: Client, slot: Slot) -> None:
    address = f"{MINE}/{start(family, slot).json()['id']}"
    etag = family.get(address)["ETag"]
    assert put(family, address, content(slot), etag).status_code == 200
    stale = put(family, address, content(slot, 20), etag)
    assert (stale.status_code, stale.json()["code"]) == (412, "edited-meanwhile")
    bare = family.put(address, content(slot), content_type="application/json")
    assert (bare.status_code, bare.json()["code"]) == (428, "if-match-missing")


def test_what_is_not_a_content_names_its_place(family: Client, slot: Slot) -> None:
    address = f"{MINE}/{start(family, slot).json()['id']}"
    bad = {"preferences": ["x"]}
    refused = put(family, address, bad, family.get(address)["ETag"])
    assert refused.json()["code"] == "application-content"
    assert refused.json()["detail"].startswith("/preferences/0")


def test_a_strangers_application_is_not_there(family: Client, slot: Slot) -> None:
    address = f"{MINE}/{start(family, slot).json()['id']}"
    stranger = client_of(make_person())
    assert stranger.get(address).status_code == 404
    assert stranger.get(MINE).json()["results"] == []


def test_a_file_is_taken_by_its_bytes_and_a_large_one_stopped(family: Client, slot: Slot) -> None:
    address = f"{MINE}/{start(family, slot).json()['id']}/documents"

    def send(name: str, body: bytes) -> Any:
        return family.post(
            address,
            {
                "kind": "employment",
                "subject": "guardian:1",
                "file": SimpleUploadedFile(name, body, "application/pdf"),
            },
        )

    good = send("../../x.pdf", PDF)
    assert (good.status_code, good.json()["media_type"]) == (201, "application/pdf")
    assert send("x.pdf", b"PK\x03\x04 a zip").json()["code"] == "document-wrong-kind"
    large = send("x.pdf", PDF + b"\0" * FILE_BYTES_MAX)
    assert (large.status_code, large.json()["code"]) == (413, "document-too-large")


def test_two_clerks_check_and_one_cannot_twice(family: Client, slot: Slot) -> None:
    address = f"{MINE}/{start(family, slot).json()['id']}"
    saved = put(family, address, content(slot), family.get(address)["ETag"])
    submit(family, address, saved["ETag"])
    row = Application.objects.get()
    first, second = client_of(make_clerk()), client_of(make_clerk())

    def check(client: Client) -> Any:
        etag = client.get(f"{THEIRS}/{row.pk}")["ETag"]
        return client.post(
            f"{THEIRS}/{row.pk}/checks", {"read": []}, content_type="application/json",
            headers={"If-Match": etag},
        )  # fmt: skip

    assert check(first).json() == {"agrees": True, "differences": [], "state": "under_review"}
    assert check(first).json()["code"] == "second-person-needed"
    assert check(second).json()["state"] == "verified"


def test_a_told_fact_reaches_the_application(family: Client, slot: Slot) -> None:
    address = f"{MINE}/{start(family, slot).json()['id']}"
    saved = put(family, address, content(slot), family.get(address)["ETag"])
    submit(family, address, saved["ETag"])
    row = Application.objects.get()
    told = client_of(make_clerk()).post(
        f"{THEIRS}/{row.pk}/told-facts",
        {"channel": "counter",
         "facts": [{"subject": "guardian:2", "name": "childbirth", "value": True}]},
        content_type="application/json",
    )  # fmt: skip
    assert told.json() == {"applications": [str(row.pk)]}
    names = [one["name"] for one in family.get(address).json()["content"]["facts"]]
    assert names == ["hours_month", "childbirth"]
