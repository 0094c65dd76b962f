"""News in the app and the choice of ways, by API and by page."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import PushSubscription
from accounts.notice_choices import Ways, ways_of
from core.models import Notice
from core.outbox import put_notice
from tests.accounts.test_me_api import Caller
from tests.core.push_peer import Browser
from tests.disability_card.factories import CITY, NOW, make_person
from tests.disability_card.test_device_views import signed_in

pytestmark = pytest.mark.django_db
SERVICE = "https://push.example"


@pytest.fixture(autouse=True)
def known_service(settings: Settings) -> None:
    settings.WEB_PUSH_SERVICES = (SERVICE,)


def news_for(caller: Caller, number: int = 1) -> Notice:
    return put_notice(
        municipality=CITY, person_id=caller.person.pk, kind="card.revoke", link="/card/",
        dedupe_key=f"{caller.person.pk}:{number}", now=NOW,
    )  # fmt: skip


def test_my_news_are_mine_alone_and_read_once() -> None:
    me, other = Caller(), Caller(make_person())
    notice = news_for(me)
    assert [one["id"] for one in me.get("/notices")["results"]] == [str(notice.pk)]
    assert other.get("/notices")["results"] == []
    path = f"/notices/{notice.pk}/read"
    assert other.call("POST", path).status_code == 404
    first = me.call("POST", path).json()["read_at"]
    assert first
    assert me.call("POST", path).json()["read_at"] == first


def test_the_ways_are_chosen_and_line_only_where_it_is_connected() -> None:
    me = Caller()
    told = me.get("/notice-ways")
    assert told["mail"]
    assert len(told["application_server_key"]) == 87
    chosen = {"mail": False, "line": False, "web_push": True, "letter": True}
    assert me.call("PUT", "/notice-ways", chosen).status_code == 200
    assert ways_of(me.person) == Ways(mail=False, web_push=True, letter=True)
    answer = me.call("PUT", "/notice-ways", chosen | {"line": True})
    assert (answer.status_code, answer.json()["code"]) == (409, "line-not-connected")


def test_a_browser_is_added_and_taken_back() -> None:
    me = Caller()
    body = {"endpoint": f"{SERVICE}/1", **Browser().keys()}
    made = me.call("POST", "/notice-browsers", body).json()
    assert ways_of(me.person).web_push
    path = f"/notice-browsers/{made['id']}"
    assert Caller(make_person()).call("DELETE", path).status_code == 404
    assert me.call("DELETE", path).status_code == 204
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "change",
    [{"endpoint": "https://elsewhere.example/1"}, {"endpoint": "http://127.0.0.1/"},
     {"p256dh": "AAAA"}, {"auth": "AA"}],
)  # fmt: skip
def test_what_is_no_subscription_of_a_known_service_is_refused(change: dict[str, str]) -> None:
    body = {"endpoint": f"{SERVICE}/1", **Browser().keys()} | change
    answer = Caller().call("POST", "/notice-browsers", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "push-service-unknown")


def page(caller: Caller, path: str = "", **post: str) -> Any:
    client: Client = caller.client
    address = f"/my/notices/{path}"
    return client.post(address, post) if post else client.get(address)


def test_the_page_lists_news_and_opening_one_marks_it() -> None:
    me = Caller()
    notice = news_for(me)
    assert "手帳のことで お知らせがあります" in page(me).content.decode()
    answer = page(me, f"{notice.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, "/card/")
    notice.refresh_from_db()
    assert notice.read_at is not None
    assert page(Caller(make_person()), f"{notice.pk}/").status_code == 404


def test_without_a_key_of_web_push_the_rest_of_the_page_stands(
    settings: Settings, tmp_path: Path
) -> None:
    settings.PRODUCTION, settings.WEB_PUSH_KEY_FILE = True, tmp_path / "none"
    client = signed_in(make_person())
    page = client.get("/my/notices/")
    assert page.status_code == 200
    assert 'id="push"' not in page.content.decode()
    assert client.get("/api/v1/me/notice-ways").json()["application_server_key"] == ""


def test_the_page_takes_the_choice() -> None:
    me = Caller()
    assert page(me, letter="on").status_code == 302
    assert ways_of(me.person) == Ways(mail=False, letter=True)
    refused = page(me, line="on").content.decode()
    assert "LINEが、つながっていません" in refused
