"""The account's pages: passkey list, authenticator app, spare codes, devices, proving again."""

import re
import time
from typing import Any

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import Role, User
from accounts.security import recovery_codes_left
from core.models import AuditEvent
from tests.accounts.soft_key import SoftKey
from tests.accounts.test_passkeys import Wallet, code_now
from tests.accounts.test_sign_in import KNOWN, code_in_mail, make_user
from tests.disability_card.factories import make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def by_code(client: Client) -> Any:
    client.post("/account/login/code/", {"email": KNOWN})
    return client.post("/account/login/code/confirm/", {"code": code_in_mail()}, follow=True)


@pytest.fixture
def page() -> Client:
    make_user()
    client = Client()
    by_code(client)
    return client


def grow_old(client: Client) -> None:
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        one | {"at": time.time() - 301} for one in session[AUTHENTICATION_METHODS_SESSION_KEY]
    ]
    session.save()


def set_up_totp(client: Client) -> str:
    shown = client.get("/my/account/totp/").content.decode()
    groups = re.findall(r'<span class="code-group">(\w+)</span>', shown)
    assert [len(group) for group in groups] == [4] * 8  # read in fours, copied as one word
    assert "".join(f'<span class="code-group">{group}</span>' for group in groups) in shown
    secret = "".join(groups)
    answer = client.post("/my/account/totp/", {"code": code_now(secret)})
    assert answer["Location"] == "/my/account/recovery-codes/"
    return secret


def test_an_authenticator_app_is_set_up_and_then_asked_for(page: Client) -> None:
    secret = set_up_totp(page)
    cache.clear()  # the code of this half minute was used to set it up
    other = Client()
    asked = by_code(other)
    assert asked.redirect_chain[-1][0].startswith("/account/2fa/authenticate/")
    assert other.get("/my/").status_code == 302
    answer = other.post("/account/2fa/authenticate/", {"code": code_now(secret)}, follow=True)
    assert answer.redirect_chain[-1][0] == "/my/"
    assert AuditEvent.objects.filter(action="account.authenticator-added").exists()


def test_spare_codes_are_shown_once_and_each_opens_once(page: Client) -> None:
    set_up_totp(page)
    shown = page.post("/my/account/recovery-codes/")
    codes = re.findall(r'<code class="is-code">(\d+)</code>', shown.content.decode())
    assert len(codes) == 10
    assert shown["Cache-Control"] == "no-store"
    assert codes[0] not in page.get("/my/account/recovery-codes/").content.decode()
    for expected in ("/my/", None):
        other = Client()
        by_code(other)
        answer = other.post("/account/2fa/authenticate/", {"code": codes[0]}, follow=True)
        assert (answer.redirect_chain[-1][0] if answer.redirect_chain else None) == expected


def test_spare_codes_that_nobody_has_read_count_as_none(page: Client) -> None:
    """The library makes some with the first key, unseen: who loses the phone then is locked out."""
    set_up_totp(page)
    user = User.objects.get()
    assert recovery_codes_left(user) == 0
    page.post("/my/account/recovery-codes/")
    assert recovery_codes_left(user) == 10


def test_a_wrong_code_sets_up_nothing(page: Client) -> None:
    page.get("/my/account/totp/")
    assert page.post("/my/account/totp/", {"code": "000000"}).status_code == 200
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("path", ["/my/account/totp/", "/my/account/recovery-codes/"])
def test_an_old_sign_in_has_to_prove_itself_again(page: Client, path: str) -> None:
    grow_old(page)
    assert page.get(path)["Location"].startswith("/my/account/confirm/?next=")
    page.post("/my/account/confirm/", {"send": "1"})
    code = next(line for line in str(mail.outbox[-1].body).splitlines() if len(line) == 6)
    answer = page.post(f"/my/account/confirm/?next={path}", {"code": code.lower()})
    assert answer["Location"] == path
    assert page.get(path).status_code == 200


def test_a_code_guessed_four_times_is_dead(page: Client) -> None:
    grow_old(page)
    page.post("/my/account/confirm/", {"send": "1"})
    code = next(line for line in str(mail.outbox[-1].body).splitlines() if len(line) == 6)
    for _ in range(3):
        page.post("/my/account/confirm/", {"code": "AAAAAA"})
    page.post("/my/account/confirm/", {"code": code})
    assert page.get("/my/account/totp/").status_code == 302


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil"]
)
def test_next_never_leads_to_a_foreign_site(page: Client, elsewhere: str) -> None:
    page.post("/my/account/confirm/", {"send": "1"})
    code = next(line for line in str(mail.outbox[-1].body).splitlines() if len(line) == 6)
    answer = page.post(f"/my/account/confirm/?next={elsewhere}", {"code": code})
    assert answer["Location"] == "/my/account/"


def test_with_a_second_factor_a_mail_proves_nothing(page: Client) -> None:
    set_up_totp(page)
    grow_old(page)
    mails = len(mail.outbox)
    answer = page.post("/my/account/confirm/", {"send": "1"})
    assert answer["Location"].startswith("/account/2fa/reauthenticate/")
    assert len(mail.outbox) == mails


def test_a_passkey_is_listed_and_removed() -> None:
    make_user()
    wallet = Wallet("browser")
    wallet.sign_in_by_code()
    wallet.add(SoftKey(), "わたしの電話")
    page = wallet.client.get("/my/account/").content.decode()
    assert "わたしの電話" in page
    key = Authenticator.objects.get(type="webauthn")
    wallet.client.post(f"/my/account/authenticators/{key.pk}/remove/")
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_with_one_passkey_and_no_codes_one_is_asked_for_a_second_way() -> None:
    """A lost phone would lock its owner out: a key made at sign-up comes without spare codes."""
    make_user()
    wallet = Wallet("browser")
    wallet.sign_in_by_code()

    def is_asked() -> bool:
        page = wallet.client.get("/my/account/").content.decode()
        return "もう1つのパスキーか、予備のコードを用意してください。" in page

    assert not is_asked()
    wallet.add(SoftKey(), "わたしの電話")
    assert is_asked()
    wallet.client.post("/my/account/recovery-codes/")
    assert not is_asked()


def test_nobody_removes_anothers_passkey(page: Client) -> None:
    theirs = make_staff()
    TOTP.activate(theirs, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    page.post(f"/my/account/authenticators/{Authenticator.objects.get().pk}/remove/")
    assert Authenticator.objects.count() == 1


def test_signing_out_everywhere_else_leaves_this_one(page: Client) -> None:
    other = Client()
    by_code(other)
    assert other.get("/my/").status_code == 200
    assert "ほかの電話から全部" in page.get("/my/account/").content.decode()
    page.post("/my/account/sign-ins/end/")
    assert other.get("/my/").status_code == 302
    assert page.get("/my/").status_code == 200


def test_nobody_ends_anothers_sign_in(page: Client) -> None:
    from allauth.usersessions.models import UserSession  # noqa: PLC0415

    other = make_staff()
    client = Client()
    client.force_login(other)
    theirs = UserSession.objects.create(
        user=other, ip="127.0.0.1", session_key=client.session.session_key, user_agent=""
    )
    page.post(f"/my/account/sign-ins/{theirs.pk}/end/")
    assert client.get("/my/").status_code == 200


def test_staff_without_a_second_factor_are_led_to_set_one_up(settings: Any) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = True
    client = Client()
    client.force_login(make_staff(Role.CARD_CLERK))
    answer = client.get("/staff/cards/", follow=True)
    assert answer.redirect_chain[-1][0] == "/my/account/"
    assert "職員の画面には" in answer.content.decode()
    assert client.get("/api/v1/staff/ledger-imports").status_code == 403


def test_staff_with_a_second_factor_get_in(settings: Any) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = True
    user = make_staff(Role.CARD_CLERK)
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    TOTP.activate(user, secret)
    from allauth.account.models import EmailAddress  # noqa: PLC0415

    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client = Client()
    client.post("/account/login/code/", {"email": user.email})
    client.post("/account/login/code/confirm/", {"code": code_in_mail()})
    client.post("/account/2fa/authenticate/", {"code": code_now(secret)})
    assert client.get("/staff/cards/").status_code == 200
    assert client.get("/api/v1/staff/ledger-imports").status_code == 200
