"""The front desk online: over HTTP, with a phone that enrolled over HTTP."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client

from accounts.devices import initialize_device, make_device as register_device
from accounts.models import DeviceProfile, Role
from core.audit import SYSTEM
from core.models import AuditEvent
from disability_card.life_cycle import resume_card, revoke_card, suspend_card
from disability_card.models import (
    Benefit,
    Card,
    OfferKind,
    ReplayMark,
    StateSetBy,
    Venue,
    VerificationCount,
)
from disability_card.offline_log import ENTRIES_MAX
from disability_card.scanning import MarksInDatabase, count
from disability_card.venues import make_venue
from places.models import Place
from tests.disability_card.factories import CITY, make_staff
from tests.disability_card.issuing import ISSUER, NOW, make_offerable_card, make_phone
from tests.disability_card.wallet import Phone

pytestmark = pytest.mark.django_db


def now() -> datetime:
    return datetime.now(UTC)


def make_bath_house(**override: Any) -> Venue:
    good: dict[str, Any] = {"municipality": CITY, "number": str(uuid4())[:8], "name": "デモの湯"}
    return make_venue(Place.objects.create(**(good | override)))


def make_benefit(venue: Venue, **override: Any) -> Benefit:
    good: dict[str, Any] = {
        "municipality": CITY,
        "title": {"ja": "入浴料", "ja-easy": "お風呂の お金", "en": "Bath"},
        "classes": [0, 1, 2],
        "usual_yen": 500,
        "holder_kind": OfferKind.PRICE,
        "holder_yen": 250,
        "caregivers_max": 1,
        "caregiver_kind": OfferKind.PRICE,
        "caregiver_yen": 250,
        "edited_at": NOW,
    }
    benefit = Benefit.objects.create(**(good | override))
    benefit.venues.add(venue)
    return benefit


class Desk:
    """A front desk device that was set up by its one-time token."""

    def __init__(self, venue: Venue | None = None) -> None:
        self.venue = venue or make_bath_house()
        new = register_device(
            municipality=CITY,
            name="受付",
            profile=DeviceProfile.FRONT_DESK,
            place_id=self.venue.place_id,
            created_by=make_staff(Role.DEVICE_MANAGER),
            actor=SYSTEM,
            now=now(),
        )
        self.device, token = initialize_device(new.setup_token, now=now())
        self.headers = {"Authorization": f"Device {token}"}
        self.client = Client()

    def post(self, path: str, body: object = None) -> Any:
        return self.client.post(
            f"/api/v1/{path}", body, content_type="application/json", headers=self.headers
        )

    def verify(self, qr: str, **more: Any) -> dict[str, Any]:
        answer = self.post("verifications", {"qr": qr} | more)
        assert answer.status_code == 200, answer.content
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
def card() -> Card:
    return make_offerable_card()


@pytest.fixture
def phone(client: Client, card: Card) -> Phone:
    return make_phone(client, card)


def test_a_good_card_gets_this_venues_price_for_holder_and_caregiver(phone: Phone) -> None:
    desk = Desk()
    make_benefit(desk.venue)
    found = desk.verify(phone.show(now=now()))
    assert (found["outcome"], found["level"], found["caregivers"]) == ("accepted", "green", 1)
    answer = found["answer"]
    assert (answer["outcome"], answer["usual_yen"]) == ("discount", 500)
    assert (answer["holder"]["yen"], answer["caregivers"], answer["caregiver"]["yen"]) == (
        250,
        1,
        250,
    )


def test_the_same_device_scanning_twice_in_ten_seconds_gets_the_same_answer(phone: Phone) -> None:
    desk, qr = Desk(), phone.show(now=now())
    assert desk.verify(qr)["code"] == "ok"
    assert desk.verify(qr)["code"] == "ok"


def test_a_qr_shown_at_one_venue_is_refused_at_another(phone: Phone) -> None:
    qr = phone.show(now=now())
    assert Desk().verify(qr)["code"] == "ok"
    found = Desk().verify(qr)
    assert (found["outcome"], found["code"]) == ("refused", "replayed")
    assert found["next_step"]


def test_a_suspension_counts_at_once_and_a_resume_too(phone: Phone, card: Card) -> None:
    desk = Desk()
    suspend_card(card, by=StateSetBy.HOLDER, reason="", actor=SYSTEM, now=now())
    assert desk.verify(phone.show(now=now()))["code"] == "suspended"
    resume_card(card, by=StateSetBy.HOLDER, actor=SYSTEM, now=now())
    assert desk.verify(phone.show(now=now()))["code"] == "ok"
    revoke_card(card, by=StateSetBy.STAFF, reason="", actor=SYSTEM, now=now())
    assert desk.verify(phone.show(now=now()))["code"] == "revoked"


def test_another_venue_in_the_body_is_not_the_devices_to_name(phone: Phone) -> None:
    answer = Desk().post("verifications", {"qr": phone.show(now=now()), "venue": "00000000"})
    assert answer.status_code == 403


def test_a_counter_challenge_binds_the_showing_to_the_venue_once(phone: Phone) -> None:
    desk = Desk()
    made = desk.post("verifier/challenges").json()
    _scheme, venue, challenge = made["text"].split(":")
    bound = phone.show(now=now(), aud=f"{ISSUER}/venue/{venue}", nonce=challenge)
    assert desk.verify(bound, challenge=challenge)["code"] == "ok"
    again = phone.show(now=now(), aud=f"{ISSUER}/venue/{venue}", nonce=challenge)
    assert desk.verify(again, challenge=challenge)["code"] == "wrong-nonce"


def test_a_short_code_stands_for_the_qr_once(phone: Phone) -> None:
    desk = Desk()
    made = Client().post(
        "/api/v1/presentations/short",
        {"qr": phone.show(now=now())},
        content_type="application/json",
    )
    assert made.status_code == 201
    code = made.json()["code"].lower()
    assert desk.post("verifications", {"short_code": code}).json()["code"] == "ok"
    assert desk.post("verifications", {"short_code": code}).json()["code"] == "short-code-unknown"


def test_threat_city_tracking_visits_what_stays_is_a_count_and_a_hash(phone: Phone) -> None:
    desk, qr = Desk(), phone.show(now=now())
    before = AuditEvent.objects.count()
    desk.verify(qr)
    desk.verify("SK1:ABC")
    assert AuditEvent.objects.count() == before
    rows = VerificationCount.objects.values_list("outcome", "medium", "count")
    assert sorted(rows) == [("cut-off", "", 1), ("ok", "phone", 1)]
    assert ReplayMark.objects.count() == 1


def test_threat_fake_verifier_page_a_qr_code_is_no_link(phone: Phone) -> None:
    """A camera app that reads the card has nothing to open, so no page can be put in its place."""
    qr = phone.show(now=now())
    assert qr.startswith("SK1:")
    assert urlsplit(qr).scheme == "sk1"  # no program is registered for it
    assert set(qr) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


def test_no_word_of_the_handbook_reaches_the_log(
    phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        Desk().verify(phone.show_details({"handbook", "grade", "name"}, now=now()))
    for word in ("physical", "佐久", "長野県第", "SK1:"):
        assert word not in caplog.text


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"qr": 5, "short_code": "x"}', id="both"),
        pytest.param(b'{"qr": {"a": 1}}', id="an object"),
        pytest.param(b'{"qr": "\\u0000"}', id="NUL"),
        pytest.param(b"\xff\xfe", id="not UTF-8"),
        pytest.param(b'{"qr": "' + b"A" * 900_000 + b'"}', id="long"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b'{"qr": "' + b"A" * 2_000_000 + b'"}', id="over the limit"),
    ],
)
def test_a_malformed_request_is_the_callers_fault(body: bytes) -> None:
    desk = Desk()
    answer = desk.client.post(
        "/api/v1/verifications", body, content_type="application/json", headers=desk.headers
    )
    assert 400 <= answer.status_code < 500
    assert answer["Content-Type"] == "application/problem+json"


def test_the_bundle_answers_304_while_nothing_changed(card: Card) -> None:
    desk = Desk()
    first = desk.client.get("/api/v1/verifier/bundle", headers=desk.headers)
    assert first.json()["format"] == "kaiteki-bundle/1"
    again = desk.client.get(
        "/api/v1/verifier/bundle", headers=desk.headers | {"If-None-Match": first["ETag"]}
    )
    assert again.status_code == 304


def test_an_offline_log_counts_once(card: Card) -> None:
    desk = Desk()
    hour = now().replace(minute=0, second=0, microsecond=0).isoformat()
    entry = {"hour": hour, "outcome": "ok", "medium": "phone", "count": 3}
    log = {"id": str(uuid4()), "entries": [entry]}
    assert desk.post("verifier/offline-log", log).json() == {"is_new": True}
    assert desk.post("verifier/offline-log", log).json() == {"is_new": False}
    assert VerificationCount.objects.get().count == 3
    bad = {"id": str(uuid4()), "entries": [entry | {"outcome": "佐久はな子"}]}
    assert desk.post("verifier/offline-log", bad).status_code == 422
    long = {"id": str(uuid4()), "entries": [entry] * (ENTRIES_MAX + 1)}
    assert desk.post("verifier/offline-log", long).status_code == 400


def run_together(work: Callable[[int], None], threads: int) -> None:
    start = threading.Barrier(threads)

    def run(index: int) -> None:
        start.wait()
        try:
            work(index)
        finally:
            connections.close_all()

    running = [threading.Thread(target=run, args=(index,)) for index in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_eight_venues_at_one_moment_one_is_first() -> None:
    marks, scans, first = MarksInDatabase(), [uuid4() for _ in range(8)], []

    def scan(index: int) -> None:
        seen = marks.first_seen(b"x" * 32, scan=scans[index], now=now())
        first.append(seen.scan == scans[index])

    run_together(scan, 8)
    assert first.count(True) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_looking_before_inserting_would_let_several_venues_be_first() -> None:
    """The negative control: the same race against a look-up that does not lock."""
    first, looked = [], threading.Barrier(8)

    def scan(_index: int) -> None:
        is_new = not ReplayMark.objects.filter(digest=b"x" * 32).exists()
        looked.wait()
        first.append(is_new)

    run_together(scan, 8)
    assert first.count(True) > 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_counts_of_many_workers_add_up() -> None:
    venue = make_bath_house()
    run_together(lambda _index: count(venue, outcome="ok", medium="phone", now=NOW), 8)
    assert VerificationCount.objects.get().count == 8
