"""The data-care pages ask staff for a second factor and nobody for a password."""

from typing import Any

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client
from pytest_django import Settings

from tests.disability_card.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def staff_need_a_second_factor(settings: Settings) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = True


def ask(method: str | None, **user: Any) -> Any:
    client = Client()
    client.force_login(make_user(**user))
    if method is not None:
        session = client.session
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": method, "at": 1}]
        session.save()
    return client.get("/data-care/", follow=True)


def test_a_stranger_is_led_to_the_citys_sign_in_which_asks_for_no_password() -> None:
    answer = Client().get("/data-care/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/account/login/code/?next=/data-care/")
    assert 'type="password"' not in answer.content.decode()


def test_a_mailbox_alone_opens_nothing() -> None:
    answer = ask("code", is_staff=True, is_superuser=True)
    assert answer.redirect_chain[-1][0] == "/my/account/"


def test_a_second_factor_opens_it() -> None:
    answer = ask("mfa", is_staff=True, is_superuser=True)
    assert answer.status_code == 200
    assert answer.request["PATH_INFO"] == "/data-care/"


def test_who_is_not_staff_is_led_home() -> None:
    assert ask("mfa").redirect_chain[-1][0] == "/my/"
