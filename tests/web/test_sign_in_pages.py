"""Sign in with a code from a mail, without a script and in each language."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db


def make_user(email: str = "hanako@example.jp") -> User:
    user = User.objects.create_user(email)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def code_in_mail() -> str:
    lines = [line.strip() for line in str(mail.outbox[-1].body).splitlines()]
    return next(line for line in lines if re.fullmatch(r"[0-9A-Z-]{5,}", line))


@pytest.mark.parametrize(
    ("lang", "subject"),
    [
        ("ja", "ログインのコード"),
        ("ja-easy", "ログインのコード"),
        ("en", "Your sign-in code"),
    ],
)
def test_a_code_from_the_mail_opens_my_page(lang: str, subject: str) -> None:
    make_user()
    client = Client()
    client.get("/", {"lang": lang})
    client.post("/account/login/code/", {"email": "hanako@example.jp"})
    assert subject in mail.outbox[-1].subject
    assert "{" not in str(mail.outbox[-1].body)
    answer = client.post("/account/login/code/confirm/", {"code": code_in_mail()}, follow=True)
    assert answer.redirect_chain[-1][0] == "/my/"


def test_a_new_person_needs_an_address_and_nothing_else() -> None:
    client = Client()
    client.post("/account/signup/", {"email": "new@example.jp"})
    answer = client.post("/account/confirm-email/", {"code": code_in_mail()}, follow=True)
    assert answer.redirect_chain[-1][0] == "/my/"
    assert not User.objects.get(email="new@example.jp").has_usable_password()


def test_a_wrong_code_is_told_beside_its_field_and_the_page_says_so_first() -> None:
    make_user()
    client = Client()
    client.post("/account/login/code/", {"email": "hanako@example.jp"})
    page = client.post("/account/login/code/confirm/", {"code": "WRONG-1"}).content.decode()
    assert "<title>まちがい: " in page
    assert 'class="error-summary"' in page
    assert 'aria-describedby="id_code-hint id_code-error"' in page
    assert 'value="WRONG-1"' in page or "コードがちがいます" in page


def test_a_strange_address_gets_the_same_page_as_a_known_one() -> None:
    make_user()
    pages = []
    for email in ("hanako@example.jp", "nobody@example.jp"):
        client = Client()
        answer = client.post("/account/login/code/", {"email": email}, follow=True)
        page = re.sub(r"[A-Za-z0-9]{64}", "TOKEN", answer.content.decode())
        page = re.sub(r'data-written-at="\d+"', "", page)
        pages.append(page.replace(email, "X"))
    assert pages[0] == pages[1]


def test_signing_out_is_asked_first() -> None:
    client = Client()
    user = make_user()
    client.force_login(user)
    assert "ログアウトしますか" in client.get("/account/logout/").content.decode()
    client.post("/account/logout/")
    assert client.get("/my/").status_code == 302


def test_the_librarys_own_sign_in_page_leads_to_ours() -> None:
    answer = Client().get("/account/login/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/code/")
