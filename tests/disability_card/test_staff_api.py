"""The staff's part of the REST API: cards, ledger, benefits, statistics; and the public list."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import Role
from core.models import IdempotencyKey
from disability_card.imports.ledger_writing import write_ledger
from disability_card.models import (
    Benefit,
    Card,
    CardState,
    Credential,
    CredentialState,
    Handbook,
    VerificationCount,
)
from disability_card.statistics import closed_months
from jp.clock import civil_date, start_of_day
from tests.disability_card.factories import make_card, make_person, make_row, make_staff
from tests.disability_card.issuing import NOW, issue_venue_cards, make_holding, make_keys
from tests.disability_card.test_device_views import signed_in
from tests.disability_card.test_scanning import Desk, make_benefit

pytestmark = pytest.mark.django_db
REASON = {"reason": "電話があったため"}


def staff(*roles: Role) -> Client:
    client = Client()
    client.force_login(make_staff(*roles))
    return client


def clerk() -> Client:
    return staff(Role.CARD_CLERK)


def post(client: Client, path: str, body: object = None, **headers: str) -> Any:
    return client.post(
        f"/api/v1/{path}", body or {}, content_type="application/json", headers=headers
    )


@pytest.fixture
def card() -> Card:
    make_keys()
    card = make_card(person=make_person())
    issue_venue_cards(make_holding(card), count=2, now=NOW)
    return card


def states() -> set[str]:
    return set(Credential.objects.values_list("state", flat=True))


def test_staff_stop_a_card_and_its_holder_cannot_lift_it(card: Card) -> None:
    assert post(clerk(), f"cards/{card.pk}/suspend", REASON).json()["state_set_by"] == "staff"
    assert states() == {CredentialState.SUSPENDED}
    answer = post(signed_in(card.person), f"cards/{card.pk}/resume")
    assert answer.json()["code"] == "card-suspended-by-city"
    assert post(clerk(), f"cards/{card.pk}/resume").json()["state"] == CardState.ACTIVE


def test_a_holder_stops_a_card_without_a_reason(card: Card) -> None:
    answer = post(signed_in(card.person), f"cards/{card.pk}/suspend")
    assert answer.json()["state_set_by"] == "holder"


@pytest.mark.parametrize("what", ["suspend", "revoke", "reissue"])
def test_staff_say_why(card: Card, what: str) -> None:
    assert post(clerk(), f"cards/{card.pk}/{what}").status_code == 400
    assert states() == {CredentialState.ISSUED}


def test_a_revoked_card_is_revoked_everywhere(card: Card) -> None:
    assert post(clerk(), f"cards/{card.pk}/revoke", REASON).json()["state"] == "revoked"
    assert states() == {CredentialState.REVOKED}
    assert post(clerk(), f"cards/{card.pk}/revoke", REASON).status_code == 409


def test_a_reissue_sent_twice_makes_one_new_card(card: Card) -> None:
    client, key = clerk(), {"Idempotency-Key": "reissue-1"}
    first = post(client, f"cards/{card.pk}/reissue", REASON, **key)
    second = post(client, f"cards/{card.pk}/reissue", REASON, **key)
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert Card.objects.count() == 2


def test_a_stored_answer_is_unreadable_in_the_database(card: Card) -> None:
    card.person.name = "佐久　はな子"
    card.person.save()
    post(clerk(), f"cards/{card.pk}/suspend", REASON, **{"Idempotency-Key": "k"})
    stored: Any = IdempotencyKey.objects.raw("SELECT id, answer AS raw FROM core_idempotencykey")
    assert "佐久".encode() not in bytes(stored[0].raw)
    assert b"\\u4f50" not in bytes(stored[0].raw)


def test_one_key_with_another_body_is_refused(card: Card) -> None:
    client, key = clerk(), {"Idempotency-Key": "k"}
    post(client, f"cards/{card.pk}/suspend", REASON, **key)
    answer = post(client, f"cards/{card.pk}/suspend", {"reason": "another"}, **key)
    assert answer.json()["code"] == "idempotency-key-reused"


@pytest.mark.slow
def test_a_paper_card_is_a_pdf_that_is_not_kept(card: Card) -> None:
    answer = post(clerk(), f"cards/{card.pk}/paper")
    assert (answer.status_code, answer["Content-Type"]) == (201, "application/pdf")
    assert answer.content.startswith(b"%PDF")
    assert answer["Cache-Control"] == "no-store"


def test_a_name_that_cannot_be_printed_leaves_no_paper_card(card: Card) -> None:
    handbook = card.handbook
    handbook.record = handbook.record | {"name": "\U0003134a"}
    handbook.save()
    assert post(clerk(), f"cards/{card.pk}/paper").json()["code"] == "name-not-printable"
    assert not Credential.objects.filter(kind="paper").exists()


# -- ledger -------------------------------------------------------------------------------------


def upload(client: Client, path: Path) -> Any:
    file = SimpleUploadedFile("ledger.csv", path.read_bytes())
    return client.post("/api/v1/staff/ledger-imports", {"file": file})


def test_a_ledger_is_submitted_and_approved_by_two_people(tmp_path: Path) -> None:
    write_ledger(tmp_path / "a.csv", [make_row(), make_row()], encoding="cp932")
    submitted = upload(clerk(), tmp_path / "a.csv")
    assert submitted.status_code == 201
    found = submitted.json()
    assert (found["state"], found["effects"]["new"]) == ("checked", 2)
    assert not Handbook.objects.exists()
    path = f"staff/ledger-imports/{found['id']}"
    assert post(clerk(), f"{path}/approve").status_code == 403
    assert post(staff(Role.CARD_APPROVER), f"{path}/approve").json()["state"] == "applied"
    assert Handbook.objects.count() == 2
    assert clerk().get(f"/api/v1/{path}").json()["state"] == "applied"


def test_a_bad_ledger_answers_with_its_errors(tmp_path: Path) -> None:
    row = make_row()
    write_ledger(tmp_path / "a.csv", [row, replace(row, name="佐久　太郎")], encoding="utf-8")
    found = upload(clerk(), tmp_path / "a.csv").json()
    assert found["state"] == "failed"
    problem = found["problems"][0]
    assert (problem["code"], problem["row"]) == ("key-twice", 3)
    assert problem["mend"]


def test_a_rejected_ledger_changes_nothing(tmp_path: Path) -> None:
    write_ledger(tmp_path / "a.csv", [make_row()], encoding="utf-8")
    found = upload(clerk(), tmp_path / "a.csv").json()
    assert post(clerk(), f"staff/ledger-imports/{found['id']}/reject").json()["state"] == "rejected"
    assert not Handbook.objects.exists()


# -- benefits and statistics --------------------------------------------------------------------


def editor() -> Client:
    return staff(Role.BENEFIT_EDITOR)


def benefit_body(desk: Desk, **override: object) -> dict[str, object]:
    return {
        "title": {"ja": "入館料", "ja-easy": "入るお金", "en": "Admission"},
        "classes": [1, 2],
        "holder_kind": "free",
        "caregivers_max": 1,
        "caregiver_kind": "percent_off",
        "caregiver_percent_off": 50,
        "usual_yen": 500,
        "venues": [desk.venue.code],
    } | override


def test_a_benefit_is_written_and_listed_by_place() -> None:
    desk, other = Desk(), Desk()
    made = post(editor(), "staff/benefits", benefit_body(desk))
    assert made.status_code == 201
    listed = Client().get(f"/api/v1/benefits?place={desk.venue.place_id}").json()["results"]
    assert [one["id"] for one in listed] == [made.json()["id"]]
    nothing = Client().get(f"/api/v1/benefits?place={other.venue.place_id}").json()["results"]
    assert nothing == []


def test_a_benefit_names_its_handbooks_and_their_grades() -> None:
    body = benefit_body(Desk(), conditions={"mental": ["1"], "physical": ["2", "1"]})
    made = post(editor(), "staff/benefits", body).json()
    assert made["conditions"] == {"physical": ["1", "2"], "mental": ["1"]}
    listed = Client().get("/api/v1/benefits").json()["results"]
    assert listed[0]["conditions"] == made["conditions"]


def test_a_benefit_is_never_written_over_a_newer_version() -> None:
    desk = Desk()
    made = post(editor(), "staff/benefits", benefit_body(desk))
    path = f"/api/v1/staff/benefits/{made.json()['id']}"
    headers = {"If-Match": made["ETag"]}
    body = benefit_body(desk, usual_yen=600)

    def put() -> Any:
        return editor().put(path, body, content_type="application/json", headers=headers)

    assert put().status_code == 200
    assert put().json()["code"] == "benefit-changed-meanwhile"


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": {"ja": "入館料"}},
        {"classes": [3]},
        {"venues": ["00000000"]},
        {"holder_kind": "price"},
        {"caregiver_percent_off": 101},
        {"conditions": {"physical": ["7"]}},
        {"conditions": {"mental": []}},
    ],
    ids=str,
)
def test_a_benefit_that_cannot_be_is_not_written(wrong: dict[str, object]) -> None:
    answer = post(editor(), "staff/benefits", benefit_body(Desk(), **wrong))
    assert 400 <= answer.status_code < 500
    assert not Benefit.objects.exists()


def test_the_public_list_answers_304_to_who_has_it() -> None:
    make_benefit(Desk().venue)
    first = Client().get("/api/v1/benefits")
    again = Client().get("/api/v1/benefits", headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)


def test_the_public_list_holds_what_is_open_today_only() -> None:
    benefit = make_benefit(Desk().venue)
    benefit.valid_until = (NOW - timedelta(days=3)).date()
    benefit.save()
    assert Client().get("/api/v1/benefits").json()["results"] == []


def test_statistics_hide_small_numbers() -> None:
    make_keys()
    client = Client(headers=Desk().headers)
    for _ in range(12):
        client.post("/api/v1/verifications", {"qr": "nonsense"}, content_type="application/json")
    [month] = closed_months(1, now=timezone.now())
    VerificationCount.objects.update(hour=start_of_day(month))
    reader, path = staff(Role.STATISTICS), "/api/v1/staff/verification-statistics"
    told = reader.get(path, {"month": f"{month:%Y-%m}"}).json()
    assert [row["refused"] for row in told["by_venue"]] == [12]
    for wrong in ({"month": "2026-13"}, {"first": "2026-10-01", "last": "2026-10-31"}):
        assert reader.get(path, wrong).status_code == 400
    this = reader.get(path, {"month": f"{civil_date(timezone.now()):%Y-%m}"})
    assert (this.status_code, this.json()["code"]) == (409, "month-not-closed")
