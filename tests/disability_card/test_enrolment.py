"""A phone gets a card over HTTP: the whole flow, then each way in which it is refused."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from core.throttles import Limit
from disability_card.enrolment.nonces import NONCE_LIVES, give_nonce
from disability_card.enrolment.offers import Offer
from disability_card.models import (
    AccessToken,
    Card,
    CardState,
    Credential,
    CredentialKind,
    CredentialOffer,
    Holding,
    ProofNonce,
    RefreshToken,
)
from disability_card.views import oauth
from tests.disability_card.factories import make_person
from tests.disability_card.issuing import ISSUER, clock, make_offer, make_offerable_card, make_phone
from tests.disability_card.wallet import (
    FULL,
    PRE_AUTHORIZED,
    VENUE,
    Phone,
    code_in,
    new_key,
    payload_of,
    public_jwk,
    read_offer,
    sign_jwt,
)

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"


def refusal(answer: HttpResponse) -> tuple[int, str]:
    """Status and error; every refusal has this form and is kept by no cache."""
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    body = json.loads(answer.content)
    assert body["error_description"].isascii()
    return answer.status_code, body["error"]


def enrolled_phone(client: Client, **card: Any) -> Phone:
    return make_phone(client, make_offerable_card(**card))


def phone_with_code(client: Client) -> tuple[Phone, Offer]:
    offer = make_offer(make_offerable_card())
    phone = Phone(client, issuer=ISSUER)
    return phone, offer


def phone_with_token(client: Client) -> Phone:
    phone, offer = phone_with_code(client)
    answer = phone.ask_token(code_in(offer.uri), offer.tx_code)
    body = json.loads(answer.content)
    phone.access_token, phone.refresh_token = body["access_token"], body["refresh_token"]
    return phone


def proofs_for(phone: Phone, count: int = 1, **change: Any) -> list[str]:
    nonce = json.loads(phone.ask_nonce().content)["c_nonce"]
    return [phone.proof(new_key(), nonce, **change) for _ in range(count)]


# -- the flow -----------------------------------------------------------------------------


def test_a_phone_gets_ten_venue_cards_and_a_full_one(client: Client) -> None:
    phone = enrolled_phone(client)
    assert len(phone.venue_cards) == 10
    assert phone.full_card is not None
    card = Card.objects.get()
    assert card.state == CardState.ACTIVE
    kinds = Credential.objects.values_list("kind", flat=True)
    assert sorted(kinds) == [CredentialKind.FULL] + [CredentialKind.VENUE] * 10


def test_the_offer_is_by_value_and_asks_for_six_digits() -> None:
    offer = make_offer(make_offerable_card())
    told = read_offer(offer.uri)
    assert told["credential_issuer"] == ISSUER
    assert told["credential_configuration_ids"] == [VENUE, FULL]
    assert told["grants"][PRE_AUTHORIZED]["tx_code"] == {"input_mode": "numeric", "length": 6}
    assert offer.tx_code not in offer.uri
    assert len(offer.tx_code) == 6


def test_making_an_offer_marks_an_approved_card_as_offered() -> None:
    card = make_offerable_card(state=CardState.APPROVED)
    make_offer(card)
    card.refresh_from_db()
    assert card.state == CardState.OFFERED


def test_tokens_and_batches_may_not_be_kept_by_a_cache(client: Client) -> None:
    phone, offer = phone_with_code(client)
    answers = [phone.ask_token(code_in(offer.uri), offer.tx_code), phone.ask_nonce()]
    phone.access_token = json.loads(answers[0].content)["access_token"]
    answers.append(phone.ask_credentials(VENUE, proofs_for(phone)))
    assert [one.status_code for one in answers] == [200, 200, 200]
    assert {one.headers["Cache-Control"] for one in answers} == {"no-store"}


def test_no_code_and_no_token_stands_in_the_database(client: Client) -> None:
    phone, offer = phone_with_code(client)
    phone.enrol(offer.uri, offer.tx_code)
    secret = [code_in(offer.uri), offer.tx_code, phone.access_token, phone.refresh_token]
    rows = [
        str(list(model.objects.values()))
        for model in (CredentialOffer, AccessToken, RefreshToken, ProofNonce, Holding)
    ]
    assert [text for text in secret if any(text in row for row in rows)] == []


def test_a_batch_is_answered_in_the_order_of_its_proofs(client: Client) -> None:
    phone = enrolled_phone(client)
    assert [one.claims["cnf"]["jwk"] for one in phone.venue_cards] == [
        public_jwk(one.key) for one in phone.venue_cards
    ]


# -- the code -----------------------------------------------------------------------------


def test_a_code_works_once(client: Client) -> None:
    phone, offer = phone_with_code(client)
    assert phone.ask_token(code_in(offer.uri), offer.tx_code).status_code == 200
    again = phone.ask_token(code_in(offer.uri), offer.tx_code)
    assert refusal(again) == (400, "invalid_grant")


def test_the_fifth_wrong_tx_code_kills_the_offer(client: Client) -> None:
    phone, offer = phone_with_code(client)
    code = code_in(offer.uri)
    wrong = f"{(int(offer.tx_code) + 1) % 1_000_000:06d}"
    for _ in range(4):
        assert refusal(phone.ask_token(code, wrong)) == (400, "invalid_grant")
    assert CredentialOffer.objects.get().failures == 4
    phone.ask_token(code, wrong)
    assert refusal(phone.ask_token(code, offer.tx_code)) == (400, "invalid_grant")


def test_the_right_tx_code_counts_after_four_wrong_ones(client: Client) -> None:
    phone, offer = phone_with_code(client)
    wrong = f"{(int(offer.tx_code) + 1) % 1_000_000:06d}"
    for _ in range(4):
        phone.ask_token(code_in(offer.uri), wrong)
    assert phone.ask_token(code_in(offer.uri), offer.tx_code).status_code == 200


def test_wrong_expired_and_unknown_codes_get_one_answer(client: Client) -> None:
    phone, offer = phone_with_code(client)
    unknown = phone.ask_token("no-such-code", offer.tx_code)
    wrong = phone.ask_token(code_in(offer.uri), "abcdef")
    CredentialOffer.objects.update(expires_at=phone.now() - timedelta(seconds=1))
    expired = phone.ask_token(code_in(offer.uri), offer.tx_code)
    bodies = [json.loads(one.content) for one in (unknown, wrong, expired)]
    for body in bodies:
        body.pop("server_time")
    assert bodies[0] == bodies[1] == bodies[2]


def test_a_new_offer_ends_the_earlier_one(client: Client) -> None:
    card = make_offerable_card()
    first, second = make_offer(card), make_offer(card)
    phone = Phone(client, issuer=ISSUER)
    old = phone.ask_token(code_in(first.uri), first.tx_code)
    assert refusal(old) == (400, "invalid_grant")
    assert phone.ask_token(code_in(second.uri), second.tx_code).status_code == 200


@pytest.mark.parametrize("missing", ["grant_type", "pre-authorized_code", "tx_code"])
def test_a_missing_parameter_is_an_invalid_request(client: Client, missing: str) -> None:
    phone, offer = phone_with_code(client)
    form = {
        "grant_type": PRE_AUTHORIZED,
        "pre-authorized_code": code_in(offer.uri),
        "tx_code": offer.tx_code,
    }
    del form[missing]
    answer = phone.post_form("/api/v1/oauth/token", form)
    assert refusal(answer) == (400, "invalid_request")


def test_other_grants_are_named_as_unsupported(client: Client) -> None:
    answer = Phone(client).post_form("/api/v1/oauth/token", {"grant_type": "password"})
    assert refusal(answer) == (400, "unsupported_grant_type")


@pytest.mark.parametrize(
    ("request_line", "body", "content_type", "status"),
    [
        ("POST /api/v1/oauth/token", b'{"grant_type":"x"}', "application/json", 400),
        ("POST /api/v1/oauth/token", b"\xff\xfe", FORM, 400),
        ("POST /api/v1/oauth/token", b"a=" + b"x" * 1_100_000, FORM, 400),
        ("POST /api/v1/oauth/token", b"&".join([b"a=1"] * 2_000), FORM, 400),
        ("POST /api/v1/oauth/token", b"", "multipart/form-data", 400),
        ("POST /api/v1/vci/credential", b"{", "application/json", 401),
        ("GET /api/v1/oauth/token", b"", "application/json", 405),
        ("GET /api/v1/vci/nonce", b"", "application/json", 405),
    ],
)
def test_rubbish_gets_the_form_of_the_standard(
    client: Client, request_line: str, body: bytes, content_type: str, status: int
) -> None:
    method, path = request_line.split()
    answer = client.generic(method, path, body, content_type=content_type)
    assert refusal(answer)[0] == status  # type: ignore[arg-type]


# -- DPoP ---------------------------------------------------------------------------------


def broken_dpop(phone: Phone, how: str) -> str:
    url = f"{settings.PUBLIC_URL}/api/v1/oauth/token"
    now = int(phone.now().timestamp())
    claims = payload_of(phone.dpop(url))
    header = {"typ": "dpop+jwt", "jwk": public_jwk(phone.device_key)}
    broken = {
        "another url": phone.dpop(f"{url}/x"),
        "another method": phone.dpop(url, method="GET"),
        "old": phone.dpop(url, iat=now - 301),
        "from the future": phone.dpop(url, iat=now + 310),
        "a date as text": phone.dpop(url, iat=str(now)),
        "no id": phone.dpop(url, jti=""),
        "signed by another key": sign_jwt(claims, key=new_key(), header=header),
        "another typ": sign_jwt(claims, key=phone.device_key, header=header | {"typ": "JWT"}),
    }
    return broken.get(how, how)


HOWS = [
    "another url",
    "another method",
    "old",
    "from the future",
    "a date as text",
    "no id",
    "signed by another key",
    "another typ",
    "",
    "not.a.jwt",
    "é",
]


@pytest.mark.parametrize("how", HOWS)
def test_a_broken_dpop_proof_is_named(client: Client, how: str) -> None:
    phone, offer = phone_with_code(client)
    answer = phone.ask_token(code_in(offer.uri), offer.tx_code, DPoP=broken_dpop(phone, how))
    assert refusal(answer) == (400, "invalid_dpop_proof")
    assert CredentialOffer.objects.get().failures == 0


def test_a_dpop_proof_counts_once(client: Client) -> None:
    phone, offer = phone_with_code(client)
    proof = phone.dpop(f"{settings.PUBLIC_URL}/api/v1/oauth/token")
    phone.ask_token("no-such-code", offer.tx_code, DPoP=proof)
    again = phone.ask_token(code_in(offer.uri), offer.tx_code, DPoP=proof)
    assert refusal(again) == (400, "invalid_dpop_proof")


def test_a_phone_with_a_wrong_clock_learns_the_time(client: Client) -> None:
    phone, offer = phone_with_code(client)
    right = phone.now()
    phone.clock = right + timedelta(hours=5)
    answer = phone.ask_token(code_in(offer.uri), offer.tx_code)
    assert refusal(answer) == (400, "invalid_dpop_proof")
    told = datetime.fromtimestamp(json.loads(answer.content)["server_time"], tz=right.tzinfo)
    assert abs(told - right) < timedelta(seconds=10)


def test_an_access_token_is_worth_nothing_with_another_key(client: Client) -> None:
    phone = phone_with_token(client)
    thief = Phone(client, issuer=ISSUER, access_token=phone.access_token)
    answer = thief.ask_credentials(VENUE, proofs_for(thief))
    assert refusal(answer) == (401, "invalid_token")
    assert answer.headers["WWW-Authenticate"].startswith("DPoP ")


def test_a_proof_of_another_access_token_is_refused(client: Client) -> None:
    phone = phone_with_token(client)
    url = f"{settings.PUBLIC_URL}/api/v1/vci/credential"
    proof = phone.dpop(url, access_token="another")
    answer = phone.ask_credentials(VENUE, proofs_for(phone), DPoP=proof)
    assert refusal(answer) == (400, "invalid_dpop_proof")


def test_a_bearer_token_is_not_enough(client: Client) -> None:
    phone = phone_with_token(client)
    answer = phone.ask_credentials(
        VENUE, proofs_for(phone), Authorization=f"Bearer {phone.access_token}"
    )
    assert refusal(answer) == (401, "invalid_token")


def test_an_access_token_ends_after_ten_minutes(client: Client) -> None:
    phone = phone_with_token(client)
    AccessToken.objects.update(expires_at=phone.now())
    assert refusal(phone.ask_credentials(VENUE, proofs_for(phone))) == (401, "invalid_token")


def test_an_address_may_not_fill_the_disk_with_proofs(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oauth, "PROOF_LIMIT", Limit(name="test", tries=2, seconds=3_600))
    phone = Phone(client)
    for _ in range(2):
        assert refusal(phone.ask_refresh("no-such-token")) == (400, "invalid_grant")
    answer = phone.ask_refresh("no-such-token")
    assert refusal(answer) == (429, "slow_down")
    assert 0 < int(answer.headers["Retry-After"]) <= 3_600
    assert ProofNonce.objects.count() == 2


# -- proofs and nonces --------------------------------------------------------------------


def test_a_nonce_counts_for_one_request(client: Client) -> None:
    phone = phone_with_token(client)
    proofs = proofs_for(phone, 2)
    assert phone.ask_credentials(VENUE, proofs[:1]).status_code == 200
    assert refusal(phone.ask_credentials(FULL, proofs[1:])) == (400, "invalid_nonce")


def test_an_old_nonce_is_refused(client: Client) -> None:
    phone = phone_with_token(client)
    for age, refused in [(NONCE_LIVES, True), (NONCE_LIVES / 2, False)]:
        proofs = [phone.proof(new_key(), give_nonce(now=clock() - age))]
        answer = phone.ask_credentials(VENUE, proofs)
        assert (answer.status_code == 400) == refused
        if refused:
            assert refusal(answer) == (400, "invalid_nonce")


def test_a_nonce_that_we_did_not_make_is_refused(client: Client) -> None:
    phone = phone_with_token(client)
    given = json.loads(phone.ask_nonce().content)["c_nonce"]
    later = ("B" if given[6] != "B" else "C").join([given[:6], given[7:]])
    for other in ["chosen-by-the-phone", "", "é", "A" * 44, later]:
        proof = phone.proof(new_key(), other)
        assert refusal(phone.ask_credentials(VENUE, [proof])) == (400, "invalid_nonce")


def test_giving_a_nonce_stores_nothing(client: Client) -> None:
    """Anybody may ask for one: a row for each would fill the disk."""
    for _ in range(3):
        assert Phone(client).ask_nonce().status_code == 200
    assert ProofNonce.objects.count() == 0


def test_all_proofs_of_a_request_answer_one_nonce(client: Client) -> None:
    phone = phone_with_token(client)
    mixed = proofs_for(phone) + proofs_for(phone)
    assert refusal(phone.ask_credentials(VENUE, mixed)) == (400, "invalid_nonce")


def test_two_proofs_with_one_key_are_refused(client: Client) -> None:
    phone = phone_with_token(client)
    nonce, key = json.loads(phone.ask_nonce().content)["c_nonce"], new_key()
    same = [phone.proof(key, nonce), phone.proof(key, nonce)]
    assert refusal(phone.ask_credentials(VENUE, same)) == (400, "invalid_proof")


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "https://other.example/202177"},
        {"aud": None},
        {"iat": 1},
        {"iat": "now"},
        {"nonce": None},
        {"nonce": 7},
    ],
)
def test_a_broken_proof_is_named_and_costs_no_nonce(client: Client, change: dict[str, Any]) -> None:
    phone = phone_with_token(client)
    nonce, key = json.loads(phone.ask_nonce().content)["c_nonce"], new_key()
    broken = phone.ask_credentials(VENUE, [phone.proof(key, nonce, **change)])
    assert refusal(broken) == (400, "invalid_proof")
    assert phone.ask_credentials(VENUE, [phone.proof(key, nonce)]).status_code == 200


def test_a_proof_of_another_typ_is_refused(client: Client) -> None:
    """A DPoP proof of the same phone must not pass for a holder's key."""
    phone = phone_with_token(client)
    nonce = json.loads(phone.ask_nonce().content)["c_nonce"]
    proof = phone.dpop("x", aud=ISSUER, nonce=nonce)
    assert refusal(phone.ask_credentials(VENUE, [proof])) == (400, "invalid_proof")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ([], "invalid_credential_request"),
        ({}, "invalid_credential_request"),
        ({"credential_configuration_id": 7}, "invalid_credential_request"),
        ({"credential_identifier": "x"}, "unknown_credential_identifier"),
        ({"credential_configuration_id": VENUE}, "invalid_proof"),
        ({"credential_configuration_id": VENUE, "proofs": {"jwt": []}}, "invalid_proof"),
        ({"credential_configuration_id": VENUE, "proofs": {"jwt": [7]}}, "invalid_proof"),
        ({"credential_configuration_id": VENUE, "proofs": {"di_vp": [{}]}}, "invalid_proof"),
        ({"credential_configuration_id": VENUE, "proofs": {"jwt": ["é"]}}, "invalid_proof"),
        ({"credential_configuration_id": "\ud800"}, "invalid_credential_request"),
        ("{", "invalid_credential_request"),
        (
            {"credential_configuration_id": "library-card", "proofs": {"jwt": ["x"]}},
            "unknown_credential_configuration",
        ),
    ],
)
def test_a_misshapen_credential_request_is_named(client: Client, body: object, error: str) -> None:
    phone = phone_with_token(client)
    path = "/api/v1/vci/credential"
    proof = phone.dpop(f"{settings.PUBLIC_URL}{path}", access_token=phone.access_token)
    answer = client.post(
        path,
        body if isinstance(body, str) else json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"DPoP {phone.access_token}", "DPoP": proof},
    )
    assert refusal(answer) == (400, error)  # type: ignore[arg-type]


@pytest.mark.parametrize(("configuration", "count"), [(VENUE, 11), (FULL, 2)])
def test_a_batch_has_a_size(client: Client, configuration: str, count: int) -> None:
    phone = phone_with_token(client)
    answer = phone.ask_credentials(configuration, proofs_for(phone, count))
    assert refusal(answer) == (400, "invalid_credential_request")


def test_each_configuration_is_given_once_a_token(client: Client) -> None:
    phone = phone_with_token(client)
    phone.fetch_batch()
    again = phone.ask_credentials(FULL, proofs_for(phone))
    assert refusal(again) == (400, "credential_request_denied")


# -- the devices --------------------------------------------------------------------------


def test_a_card_is_on_three_phones_at_most(client: Client) -> None:
    card = make_offerable_card()
    late = make_offer(card, offered_to=make_person(), is_guardian=True)
    for _ in range(3):
        make_phone(client, card)
    fourth = Phone(client, issuer=ISSUER).ask_token(code_in(late.uri), late.tx_code)
    assert refusal(fourth) == (400, "invalid_grant")
    assert json.loads(fourth.content)["error_description"] == "oauth-too-many-devices"
