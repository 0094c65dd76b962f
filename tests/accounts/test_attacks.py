"""Attacks on sign-in and on who asks, each by its name; passkeys, tokens and the national provider
have theirs in their own files."""

from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from accounts.people import record_guardian, set_protective_block
from core.audit import SYSTEM
from tests.accounts.test_sign_in import KNOWN, code_in_mail, make_user
from tests.disability_card.factories import NOW, make_person, make_staff

pytestmark = pytest.mark.django_db
ASK = "/account/login/code/"


def test_session_fixation_a_key_from_before_the_sign_in_is_worth_nothing_after_it() -> None:
    make_user()
    client = Client()
    client.post(ASK, {"email": KNOWN})
    planted = client.cookies["sessionid"].value
    client.post("/account/login/code/confirm/", {"code": code_in_mail()})
    assert client.cookies["sessionid"].value != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert client.get("/api/v1/me").status_code == 200
    assert thief.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("path", ["/my/data/export/", "/my/family/", "/my/notices/"])
def test_a_cross_site_post_to_a_page_changes_nothing(path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())
    answer = client.post(path, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


def test_a_cross_site_post_to_the_api_with_a_cookie_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())
    answer = client.post(
        "/api/v1/me/delegations/children", {"name": "x", "birth_date": "2020-04-02"},
        content_type="application/json", headers={"Origin": "https://evil.example"},
    )  # fmt: skip
    assert answer.status_code == 403


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_a_spoofed_forwarded_for_does_not_reset_a_limit(header: str, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"request_login_code": "2/m/ip"}
    answers = [
        Client().post(ASK, {"email": f"p{number}@example.jp"}, headers={header: f"10.0.0.{number}"})
        for number in range(4)
    ]
    # Let through: on to the code's page. Stopped: the form again, and no mail.
    assert [one.status_code for one in answers] == [302, 302, 200, 200]
    assert len(mail.outbox) == 2


def test_a_spoofed_forwarded_for_does_not_reset_our_own_limits(settings: Settings) -> None:
    cache.clear()
    tried = [
        Client().post(
            "/api/v1/device/initialize", {"setup_token": "x" * 43},
            content_type="application/json", headers={"X-Forwarded-For": f"10.0.{number}.1"},
        )
        for number in range(130)
    ]  # fmt: skip
    assert tried[-1].json()["code"] == "too-many-requests"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1  # behind one proxy each caller has their own limit
    answer = Client().post(
        "/api/v1/device/initialize", {"setup_token": "x" * 43},
        content_type="application/json", headers={"X-Forwarded-For": "10.0.0.1, 203.0.113.9"},
    )  # fmt: skip
    assert answer.json()["code"] == "device-setup-refused"


def test_a_changed_host_header_sends_nobody_elsewhere(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "testserver"]
    make_user()
    assert Client().post(ASK, {"email": KNOWN}, headers={"Host": "evil.example"}).status_code == 400
    Client().post(ASK, {"email": KNOWN})
    assert "evil.example" not in str(mail.outbox[-1].body)


def test_enumeration_learns_nothing_from_a_recovery_or_a_sign_up() -> None:
    make_user()

    def told(email: str) -> tuple[int, Any]:
        answer = Client().post("/account/signup/", {"email": email})
        return answer.status_code, answer.headers.get("Location")

    assert told(KNOWN) == told("nobody@example.jp")


def test_a_blocked_parent_neither_sees_nor_acts_by_any_header() -> None:
    child, parent = make_person(user=None), make_person()
    record_guardian(child=child, guardian=parent, proof="letter", actor=SYSTEM, now=NOW)
    set_protective_block(child, blocked=parent, set_by=make_staff(), actor=SYSTEM, now=NOW)
    client = Client()
    assert parent.user is not None
    client.force_login(parent.user)
    acting = {"Kaiteki-On-Behalf-Of": str(child.pk)}
    assert client.get("/api/v1/cards", headers=acting).json()["code"] == "may-not-act-for"
    assert str(child.pk) not in client.get("/api/v1/me/delegations").content.decode()
    assert str(child.pk) not in client.get("/api/v1/me").content.decode()
