"""Issued credentials: what is in them, what never is, and that other libraries take them."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from joserfc import jws as joserfc_jws
from joserfc.jwk import ECKey
from jwcrypto.jwk import JWK
from sd_jwt.verifier import SDJWTVerifier

from disability_card.issuance import expiry, issue_paper_credential, last_instant_of
from disability_card.models import (
    Card,
    CredentialKind,
    KeyPurpose,
)
from disability_card.signing_keys import active_key
from disability_card.status_publication import status_token
from jp.clock import JST, civil_date
from signing.pack import pack, unpack
from signing.sdjwt import DIGESTS
from tests.disability_card.factories import make_mental_row
from tests.disability_card.issuing import (
    CITY,
    ISSUER,
    NOW,
    clock,
    make_active_card,
    make_offerable_card,
    make_phone,
)
from tests.disability_card.wallet import HeldCredential, Phone, header_of, new_key, payload_of

pytestmark = pytest.mark.django_db


def phone_of(client: Client, **card: Any) -> Phone:
    return make_phone(client, make_offerable_card(**card))


def full_card(phone: Phone) -> HeldCredential:
    assert phone.full_card is not None
    return phone.full_card


# -- what is in a credential --------------------------------------------------------------


def test_the_venue_credential_holds_exactly_what_the_format_says(client: Client) -> None:
    one = phone_of(client).venue_cards[0]
    kid = f"{civil_date(NOW).year}-1"
    assert header_of(one.sd_jwt) == {"alg": "ES256", "typ": "dc+sd-jwt", "kid": kid}
    assert set(one.claims) == {
        "iss",
        "vct",
        "iat",
        "exp",
        "cnf",
        "status",
        "discount_class",
        "caregivers",
    }
    assert one.claims["iss"] == ISSUER
    assert one.claims["vct"] == f"{ISSUER}/vct/disability-card/1"
    assert one.sd_jwt.endswith("~")
    assert one.disclosures == {}


def test_threat_outing_the_venue_view_carries_no_type_no_grade_and_no_name(client: Client) -> None:
    for one in phone_of(client).venue_cards:
        assert not any(name.startswith("_sd") for name in one.claims)
        # The key's coordinates are random letters, in which any short word may come up.
        told = {**one.claims, "cnf": sorted(one.claims["cnf"]["jwk"])}
        text = json.dumps(told, ensure_ascii=False)
        for word in ("handbook", "grade", "physical", "name", "birth"):
            assert word not in text


def test_the_full_credential_shows_nothing_until_something_is_disclosed(client: Client) -> None:
    one = full_card(phone_of(client))
    assert set(one.claims) == {"iss", "vct", "iat", "exp", "cnf", "status", "_sd", "_sd_alg"}
    assert set(one.disclosures) <= {
        "discount_class",
        "caregivers",
        "valid_until",
        "handbook",
        "grade",
        "name",
        "birth_year",
    }
    assert {"handbook", "grade", "name", "birth_year"} <= set(one.disclosures)


def test_ten_sorted_digests_whatever_the_handbook_holds(client: Client) -> None:
    digests = full_card(phone_of(client)).claims["_sd"]
    assert len(set(digests)) == DIGESTS
    assert digests == sorted(digests)


def test_nothing_that_names_a_person_or_links_two_cards_is_in_any_credential(
    client: Client,
) -> None:
    phone = phone_of(client)
    for one in [*phone.venue_cards, full_card(phone)]:
        assert set(one.claims).isdisjoint({"sub", "jti", "nbf"})
    batch = [json.dumps(one.claims, sort_keys=True) for one in phone.venue_cards]
    assert len(set(batch)) == 10
    common = [
        {name: value for name, value in one.claims.items() if name not in {"cnf", "status"}}
        for one in phone.venue_cards
    ]
    assert all(one == common[0] for one in common)


def test_threat_linking_iat_is_the_start_of_the_day_in_japan(client: Client) -> None:
    iat = datetime.fromtimestamp(phone_of(client).venue_cards[0].claims["iat"], tz=JST)
    assert (iat.hour, iat.minute, iat.second) == (0, 0, 0)
    assert timedelta(0) <= clock() - iat < timedelta(days=1, minutes=5)


def test_a_guardian_s_credentials_say_so_in_both_configurations(client: Client) -> None:
    phone = make_phone(client, make_offerable_card(), is_guardian=True)
    shown = [*phone.venue_cards, full_card(phone)]
    assert {one.claims["presenter"] for one in shown} == {"guardian"}


# -- how long -----------------------------------------------------------------------------


def make_card_until(until: date | None) -> Card:
    """A card of a mental handbook, whose row always has an end; a physical one has none."""
    if until is None:
        return make_offerable_card()
    return make_offerable_card(row=make_mental_row(valid_until=until))


def test_a_credential_lives_fourteen_days_from_the_start_of_the_day() -> None:
    card = make_card_until(None)
    noon = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
    assert expiry(card.handbook, lives=timedelta(days=14), now=noon) == datetime(
        2026, 6, 15, 0, 0, tzinfo=JST
    )


def test_a_credential_never_outlives_its_handbook() -> None:
    card = make_card_until(date(2026, 6, 3))
    noon = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
    assert expiry(card.handbook, lives=timedelta(days=14), now=noon) == datetime(
        2026, 6, 4, 0, 0, tzinfo=JST
    )
    assert last_instant_of(card.handbook) == datetime(2026, 6, 4, 0, 0, tzinfo=JST)


def test_an_ended_handbook_gives_no_more_credentials(client: Client) -> None:
    card = make_card_until(civil_date(clock()))
    phone = make_phone(client, card)
    yesterday = civil_date(clock()) - timedelta(days=1)
    card.handbook.record = card.handbook.record | {"valid_until": yesterday.isoformat()}
    card.handbook.save()
    answer = phone.ask_refresh()
    phone.access_token = json.loads(answer.content)["access_token"]
    nonce = json.loads(phone.ask_nonce().content)["c_nonce"]
    refused = phone.ask_credentials("disability-card-full", [phone.proof(new_key(), nonce)])
    assert json.loads(refused.content)["error"] == "credential_request_denied"


# -- paper --------------------------------------------------------------------------------


def test_a_paper_credential_shows_name_and_birth_year_and_has_no_key() -> None:
    issued = issue_paper_credential(make_active_card(), now=NOW)
    claims = payload_of(issued.sd_jwt)
    assert claims["vct"] == f"{ISSUER}/vct/disability-card/1-paper"
    assert isinstance(claims["name"], str)
    assert isinstance(claims["birth_year"], int)
    assert {"cnf", "_sd", "handbook", "grade"}.isdisjoint(claims)
    assert issued.credential.kind == CredentialKind.PAPER
    assert issued.credential.holding is None
    assert issued.credential.status_list.is_paper


def test_a_paper_credential_lives_a_year() -> None:
    issued = issue_paper_credential(make_active_card(), now=NOW)
    claims = payload_of(issued.sd_jwt)
    assert claims["exp"] - claims["iat"] == 365 * 86_400


# -- other implementations ----------------------------------------------------------------


def reference_verifier(sd_jwt: str, *, aud: str | None = None, nonce: str | None = None) -> Any:
    public = active_key(CITY, KeyPurpose.ISSUER, now=NOW).public_jwk
    return SDJWTVerifier(sd_jwt, lambda *_: JWK(**public), aud, nonce)


def test_the_reference_implementation_reads_what_we_issue(client: Client) -> None:
    phone = phone_of(client)
    for one in [*phone.venue_cards, full_card(phone)]:
        told = reference_verifier(one.sd_jwt).get_verified_payload()
        assert told["iss"] == ISSUER
    everything = reference_verifier(full_card(phone).sd_jwt).get_verified_payload()
    assert set(full_card(phone).disclosures) <= set(everything)


def test_the_reference_implementation_takes_a_presentation_unpacked_from_its_qr(
    client: Client,
) -> None:
    phone = phone_of(client)
    shown = phone.present(full_card(phone), disclose={"grade"}, nonce="n-1")
    text = pack(shown)
    assert text.startswith("SK1:")
    told = reference_verifier(
        unpack(text).decode(), aud=f"{ISSUER}/venue", nonce="n-1"
    ).get_verified_payload()
    assert "grade" in told
    assert "handbook" not in told


def test_joserfc_takes_our_credentials_and_status_lists(client: Client) -> None:
    phone = phone_of(client)
    issuer = ECKey.import_key(active_key(CITY, KeyPurpose.ISSUER, now=NOW).public_jwk)
    status = ECKey.import_key(active_key(CITY, KeyPurpose.STATUS, now=NOW).public_jwk)
    first = phone.venue_cards[0].sd_jwt.rstrip("~")
    opened = joserfc_jws.deserialize_compact(first, issuer, algorithms=["ES256"])
    assert json.loads(opened.payload)["iss"] == ISSUER
    token = status_token(CITY, 1, now=NOW)
    opened = joserfc_jws.deserialize_compact(token, status, algorithms=["ES256"])
    assert json.loads(opened.payload)["sub"] == f"{ISSUER}/status/1"
