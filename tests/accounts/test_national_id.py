"""Identity by the national provider, against a real OpenID provider on loopback."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.core.cache import cache
from django.test import Client

from accounts.models import IdentityProof, Person, User
from accounts.national_id.configured import provider
from accounts.national_id.provider import (
    IdentityRefused,
    ProviderSettings,
    check_id_token,
    client_assertion,
)
from accounts.proofs import proof_level_at
from disability_card.models import Card
from tests.accounts.identity_peer import ACR, HANAKO, TARO, Peer, running_peer
from tests.accounts.test_sign_in import code_in_mail
from tests.disability_card.factories import make_handbook, make_row, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.node]
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    with running_peer() as found:
        yield found


@pytest.fixture(autouse=True)
def configured(peer: Peer, settings: Any) -> None:
    cache.clear()
    settings.NATIONAL_ID_FILE = str(peer.settings_file)


def proved(client: Client, peer: Peer, sub: str = HANAKO["sub"], **change: str) -> Any:
    """Go to the provider and back; ``change`` falsifies parameters of the way back."""
    sent = client.post("/identity/", {"next": "/my/"})
    back = urlsplit(peer.go(sent["Location"], sub))
    answer = {name: values[0] for name, values in parse_qs(back.query).items()} | change
    return client.get(f"{back.path}?{urlencode(answer)}", follow=True)


@pytest.fixture
def resident() -> Client:
    client = Client()
    client.force_login(make_user())
    return client


def told(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


def test_a_resident_comes_back_proved_and_finds_her_handbook(resident: Client, peer: Peer) -> None:
    row = make_row(name=HANAKO["name"], birth_date=date(1980, 5, 5),
                   addr_text=HANAKO["address"])  # fmt: skip
    make_handbook(row)
    answer = proved(resident, peer)
    assert answer.redirect_chain[-1][0] == "/my/"
    assert "手帳が見つかり" in told(answer)
    person = Person.objects.get()
    assert (person.name, person.proof_level) == (HANAKO["name"], 2)
    assert Card.objects.get().linked_by == "identity"
    late = NOW + timedelta(days=2)
    assert proof_level_at(person, now=NOW, max_age=timedelta(hours=1)) == 2
    assert proof_level_at(person, now=late, max_age=timedelta(days=1)) == 0
    assert proof_level_at(person, now=late) == 2
    IdentityProof.objects.update(valid_until=late)
    assert proof_level_at(person, now=late) == 0


def test_what_was_said_stands_encrypted(resident: Client, peer: Peer) -> None:
    proved(resident, peer)
    stored: Any = IdentityProof.objects.raw("SELECT id, claims AS raw FROM accounts_identityproof")
    assert "佐久".encode() not in bytes(stored[0].raw)


def test_somebody_new_signs_up_and_is_proved(peer: Peer) -> None:
    client = Client()
    answer = proved(client, peer)
    assert answer.redirect_chain[-1][0].startswith("/account/signup/")
    client.post("/account/signup/?next=/identity/finish/", {"email": "new@example.jp"})
    client.post("/account/confirm-email/", {"code": code_in_mail()}, follow=True)
    client.get("/identity/finish/")
    assert Person.objects.get(user__email="new@example.jp").proof_level == 2


def test_a_known_identity_signs_in_without_a_mail(resident: Client, peer: Peer) -> None:
    proved(resident, peer)
    client = Client()
    assert proved(client, peer).redirect_chain[-1][0] == "/my/"
    assert client.session["_auth_user_id"] == str(User.objects.get().pk)
    assert UserSession.objects.get().session_key == client.session.session_key


def test_an_identity_belongs_to_one_account(resident: Client, peer: Peer) -> None:
    proved(resident, peer)
    other = Client()
    other.force_login(make_user())
    assert "ほかのアカウントで" in told(proved(other, peer))
    assert IdentityProof.objects.count() == 1


def test_a_locked_account_is_not_opened_by_its_identity(resident: Client, peer: Peer) -> None:
    proved(resident, peer)
    User.objects.update(is_active=False)
    client = Client()
    proved(client, peer)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "change",
    [{"state": "another"}, {"iss": "https://elsewhere.example"}, {"code": "another"},
     {"error": "access_denied"}],
    ids=str,
)  # fmt: skip
def test_a_falsified_way_back_proves_nothing(
    resident: Client, peer: Peer, change: dict[str, str]
) -> None:
    assert "本人確認ができませんでした" in told(proved(resident, peer, **change))
    assert not IdentityProof.objects.exists()


def test_idp_mix_up_an_answer_that_names_no_issuer_is_refused(resident: Client, peer: Peer) -> None:
    """The provider says that it always names itself, so an answer without a name is another's."""
    sent = resident.post("/identity/", {"next": "/my/"})
    back = urlsplit(peer.go(sent["Location"], HANAKO["sub"]))
    answer = {name: values[0] for name, values in parse_qs(back.query).items() if name != "iss"}
    told_back = told(resident.get(f"{back.path}?{urlencode(answer)}", follow=True))
    assert "本人確認ができませんでした" in told_back
    assert not IdentityProof.objects.exists()


def test_a_way_back_works_once_and_in_its_own_browser(resident: Client, peer: Peer) -> None:
    sent = resident.post("/identity/", {"next": "/my/"})
    back = peer.go(sent["Location"], HANAKO["sub"])
    stranger = Client()
    stranger.get(back)
    assert "_auth_user_id" not in stranger.session
    resident.get(back)
    assert IdentityProof.objects.count() == 1
    IdentityProof.objects.all().delete()
    resident.get(back)
    assert not IdentityProof.objects.exists()


def test_who_gives_up_at_the_provider_is_told_so(resident: Client, peer: Peer) -> None:
    assert "本人確認ができませんでした" in told(proved(resident, peer, sub=""))


def test_a_weak_proof_is_not_taken(resident: Client, settings: Any) -> None:
    with running_peer(FAULT="acr") as weak:
        settings.NATIONAL_ID_FILE = str(weak.settings_file)
        assert "本人確認ができませんでした" in told(proved(resident, weak))
    assert not IdentityProof.objects.exists()


def test_parameters_of_the_caller_change_nothing(resident: Client) -> None:
    sent = resident.post("/identity/?scope=openid+email&acr_values=weak&client_id=x", {})
    asked = parse_qs(urlsplit(sent["Location"]).query)
    assert asked["scope"] == ["openid profile address"]
    assert asked["acr_values"] == [ACR]
    assert asked["client_id"] == ["kaiteki"]
    assert asked["code_challenge_method"] == ["S256"]


def test_two_people_of_one_browser_are_two_proofs(peer: Peer) -> None:
    for person in (HANAKO, TARO):
        client = Client()
        user = make_user()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        client.force_login(user)
        proved(client, peer, person["sub"])
    assert IdentityProof.objects.count() == 2


# -- the ID token itself ------------------------------------------------------------------------

SIGNER = ec.generate_private_key(ec.SECP256R1())


def own_settings() -> ProviderSettings:
    found = provider()
    assert found is not None
    return found


def claims(**change: Any) -> dict[str, Any]:
    at = int(NOW.timestamp())
    own = own_settings()
    good = {"iss": own.issuer, "aud": own.client_id, "sub": "s", "nonce": "n", "acr": ACR,
            "iat": at, "exp": at + 60, "auth_time": at}  # fmt: skip
    return {name: value for name, value in (good | change).items() if value is not None}


def check(token: str, **change: Any) -> dict[str, Any]:
    import json  # noqa: PLC0415

    public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(SIGNER.public_key()))
    keys = [public | {"kid": "p", "use": "sig", "alg": "ES256"}]
    settings = replace(own_settings(), **change)
    return check_id_token(token, keys=keys, settings=settings, nonce="n", now=NOW)


def signed(content: dict[str, Any], *, key: Any = SIGNER, alg: str = "ES256") -> str:
    return jwt.encode(content, key, algorithm=alg, headers={"kid": "p"})


def test_a_good_id_token_is_taken() -> None:
    assert check(signed(claims()))["sub"] == "s"
    assert check(signed(claims(aud=[own_settings().client_id])))["sub"] == "s"


AT = int(NOW.timestamp())


@pytest.mark.parametrize(
    "change",
    [{"nonce": "another"}, {"nonce": None}, {"aud": "another"}, {"aud": ["kaiteki", "another"]},
     {"iss": "https://elsewhere.example"}, {"acr": "urn:demo:weak"}, {"acr": None},
     {"auth_time": AT - 601}, {"auth_time": AT + 60}, {"auth_time": None}, {"auth_time": "now"},
     {"exp": AT - 31}, {"exp": None}, {"iat": AT - 601}, {"sub": ""}, {"sub": "x" * 256},
     {"sub": 5}, {"azp": "another"}],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_each_wrong_claim_refuses(change: dict[str, Any]) -> None:
    with pytest.raises(IdentityRefused):
        check(signed(claims(**change)))


def test_a_provider_that_sends_no_auth_time_is_a_setting() -> None:
    assert check(signed(claims(auth_time=None)), demands_auth_time=False)


def test_foreign_keys_algorithms_and_rubbish_refuse() -> None:
    stranger = ec.generate_private_key(ec.SECP256R1())
    long = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    tokens = [
        signed(claims(), key=stranger),
        signed(claims(), key=long, alg="RS256"),
        jwt.encode(claims(), None, algorithm="none", headers={"kid": "p"}),  # type: ignore[arg-type]
        jwt.encode(claims(), "x" * 64, algorithm="HS256", headers={"kid": "p"}),
        jwt.encode(claims(), SIGNER, algorithm="ES256", headers={"kid": "q"}),
        "", "a.b.c", "é",
    ]  # fmt: skip
    for token in tokens:
        with pytest.raises(IdentityRefused):
            check(token)


def test_this_client_proves_itself_for_one_minute_and_one_use() -> None:
    own = own_settings()
    one, two = (
        jwt.decode(client_assertion(own, "https://t", now=NOW), options={"verify_signature": False})
        for _ in range(2)
    )
    assert one["iss"] == one["sub"] == own.client_id
    assert one["exp"] - one["iat"] == 60
    assert one["jti"] != two["jti"]
