"""Sign-in by LINE and the like, against a real OpenID provider on loopback: no proof of anybody."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.conf import settings as django_settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import IdentityProof, User
from core.models import AuditEvent
from tests.accounts.identity_peer import HANAKO, TARO, Peer, door, running_peer
from tests.accounts.test_sign_in import code_in_mail
from tests.disability_card.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.node]
LOGIN = "/account/oidc/line/login/"


@pytest.fixture(scope="module")
def line() -> Iterator[Peer]:
    with running_peer(given={"more_clients": [door("line")]}) as found:
        yield found


@pytest.fixture(scope="module")
def other() -> Iterator[Peer]:
    with running_peer(given={"more_clients": [door("other")]}) as found:
        yield found


@pytest.fixture(autouse=True)
def configured(line: Peer, other: Peer, settings: Any) -> None:
    cache.clear()
    settings.NATIONAL_ID_FILE = str(line.settings_file)
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True, "APPS": [line.app("line"), other.app("other")]
        }
    }  # fmt: skip


def browser() -> Client:
    return Client(headers={"host": urlsplit(django_settings.PUBLIC_URL).netloc})


def make_resident() -> tuple[Client, User]:
    """Somebody with an account, signed in just now."""
    user = make_user()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client = browser()
    client.force_login(user)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "code", "at": timezone.now().timestamp()}
    ]
    session.save()
    return client, user


def way_back(client: Client, peer: Peer, sub: str = HANAKO["sub"], **form: str) -> str:
    """Go to the provider and return the address by which it sends the person back."""
    sent = client.post(LOGIN, {"next": "/my/", "process": "login"} | form)
    assert sent.status_code == 302, sent.content.decode()
    return peer.go(sent["Location"], sub)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_somebody_new_signs_in_by_line_and_confirms_an_address_once(line: Peer) -> None:
    client = browser()
    page = client.get("/sign-in/line/?next=/my/").content.decode()
    assert "LINEでログイン" in page
    answer = client.get(way_back(client, line), follow=True)
    assert answer.redirect_chain[-1][0] == "/account/3rdparty/signup/"
    client.post("/account/3rdparty/signup/", {"email": "new@example.jp"})
    client.post("/account/confirm-email/", {"code": code_in_mail()}, follow=True)
    assert is_signed_in(client)
    again = browser()
    assert again.get(way_back(again, line), follow=True).redirect_chain[-1][0] == "/my/"
    assert is_signed_in(again)


def test_line_proves_nobody_and_leaves_nothing_but_its_subject(line: Peer) -> None:
    client, user = make_resident()
    client.get(way_back(client, line, process="connect"))
    account = SocialAccount.objects.get(user=user)
    assert (account.provider, account.uid) == ("line", HANAKO["sub"])
    assert account.extra_data.keys() <= {"acr", "auth_time"}
    assert not SocialToken.objects.exists()
    assert not IdentityProof.objects.exists()
    assert client.get("/api/v1/me").json()["proof_level"] == 0


def test_a_known_address_is_not_taken_over_by_a_line_account(line: Peer) -> None:
    _client, user = make_resident()
    stranger = browser()
    stranger.get(way_back(stranger, line, TARO["sub"]), follow=True)
    mail.outbox.clear()
    stranger.post("/account/3rdparty/signup/", {"email": user.email})
    assert not is_signed_in(stranger)
    assert not SocialAccount.objects.filter(user=user).exists()
    assert [one.to for one in mail.outbox] == [[user.email]]


def test_an_account_is_connected_listed_and_taken_away(line: Peer) -> None:
    client, user = make_resident()
    answer = client.get(way_back(client, line, process="connect"), follow=True)
    assert "つながっています" in client.get("/my/account/").content.decode()
    assert answer.status_code == 200
    pk = SocialAccount.objects.get(user=user).pk
    stranger, _other = make_resident()
    stranger.post(f"/my/account/providers/{pk}/remove/")
    assert SocialAccount.objects.exists()
    client.post(f"/my/account/providers/{pk}/remove/")
    assert not SocialAccount.objects.exists()
    assert AuditEvent.objects.get(action="account.provider-removed").facts == {"provider": "line"}


def test_a_sign_in_of_long_ago_connects_no_provider(line: Peer) -> None:
    client, _user = make_resident()
    session = client.session
    old = (timezone.now() - timedelta(minutes=6)).timestamp()
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "code", "at": old}]
    session.save()
    sent = client.post(LOGIN, {"process": "connect"})
    assert sent["Location"].startswith("/my/account/confirm/")
    form = {"provider": "line", "process": "connect", "callback_url": "/my/"}
    assert client.post("/_allauth/browser/v1/auth/provider/redirect", form).status_code == 401
    assert client.get("/my/account/connect/line/")["Location"].startswith("/my/account/confirm/")


def test_a_sign_in_that_grew_old_at_the_provider_connects_nothing(line: Peer) -> None:
    client, user = make_resident()
    back = way_back(client, line, process="connect")
    session = client.session
    old = (timezone.now() - timedelta(minutes=6)).timestamp()
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "code", "at": old}]
    session.save()
    client.get(back)
    assert not SocialAccount.objects.filter(user=user).exists()


def test_an_identity_of_another_account_is_not_connected(line: Peer) -> None:
    client, user = make_resident()
    client.get(way_back(client, line, process="connect"))
    thief, _other = make_resident()
    thief.get(way_back(thief, line, process="connect"))
    assert SocialAccount.objects.get().user == user


@pytest.mark.parametrize(
    "query", ["scope=email", "auth_params=redirect_uri%3Dhttps%3A%2F%2Fevil.example", "process=x"]
)
def test_a_scope_added_to_the_url_asks_the_provider_nothing(query: str) -> None:
    assert browser().post(f"{LOGIN}?{query}").status_code == 404
    asked = parse_qs(urlsplit(browser().post(LOGIN)["Location"]).query)
    assert asked["scope"] == ["openid"]
    assert asked["redirect_uri"] == [f"{django_settings.PUBLIC_URL}{LOGIN}callback/"]
    assert asked["code_challenge_method"] == ["S256"]
    assert browser().post(LOGIN, {"process": "redirect"}).status_code == 404


def test_next_never_leads_from_a_provider_to_a_foreign_site(line: Peer) -> None:
    client, _user = make_resident()
    client.get(way_back(client, line, process="connect"))
    again = browser()
    back = way_back(again, line, next="https://evil.example/")
    assert "evil.example" not in again.get(back)["Location"]
    page = again.get("/sign-in/line/?next=//evil.example").content.decode()
    assert 'name="next" value="/my/"' in page


def elsewhere(back: str, path: str, **change: str) -> str:
    """The same answer, delivered to another address or with parameters changed."""
    answer = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    return f"{path}?{urlencode(answer | change)}"


def test_idp_mix_up_the_answer_of_one_provider_is_worth_nothing_at_the_other(line: Peer) -> None:
    """OAuth mix-up (RFC 9700 section 4.4): each callback takes its own provider's answers alone."""
    client = browser()
    back = way_back(client, line)
    for path in ("/account/oidc/other/login/callback/", "/identity/return/"):
        client.get(elsewhere(back, path), follow=True)
        assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()
    assert not IdentityProof.objects.exists()


def test_idp_mix_up_the_national_providers_answer_opens_no_line_account(line: Peer) -> None:
    client, _user = make_resident()
    sent = client.post("/identity/", {"next": "/my/"})
    back = line.go(sent["Location"], HANAKO["sub"])
    for provider in ("line", "other"):
        client.get(elsewhere(back, f"/account/oidc/{provider}/login/callback/"))
    assert not SocialAccount.objects.exists()


def test_idp_mix_up_an_answer_that_names_another_issuer_is_refused(line: Peer, other: Peer) -> None:
    client = browser()
    back = way_back(client, line)
    client.get(elsewhere(back, f"{LOGIN}callback/", iss=other.issuer), follow=True)
    assert not is_signed_in(client)
    assert "socialaccount_sociallogin" not in client.session  # nor does a sign-up wait


def test_a_state_that_is_none_of_this_browser_signs_nobody_in(line: Peer) -> None:
    owner, _user = make_resident()
    owner.get(way_back(owner, line, process="connect"))
    attacker = browser()
    back = way_back(attacker, line)
    victim = browser()
    assert victim.get(back).status_code == 401
    assert not is_signed_in(victim)
    assert victim.get(elsewhere(back, f"{LOGIN}callback/", state="x")).status_code == 401


def test_who_gives_up_at_the_provider_is_told_so(line: Peer) -> None:
    client = browser()
    assert "やめました" in client.get(way_back(client, line, ""), follow=True).content.decode()
