"""Public documents: where the standards say, in their media types, readable from any page."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from disability_card.issuance import BATCH_SIZE
from tests.disability_card.issuing import CITY, ISSUER, make_keys
from tests.disability_card.wallet import FULL, PRE_AUTHORIZED, VENUE, payload_of

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
JSON_DOCUMENTS = [
    f"/.well-known/openid-credential-issuer/{CITY}",
    f"/.well-known/oauth-authorization-server/{CITY}",
    f"/.well-known/jwt-vc-issuer/{CITY}",
    f"/{CITY}/jwks.json",
    f"/{CITY}/vct/disability-card/1",
    f"/{CITY}/vct/disability-card/1-paper",
]


def document(client: Client, path: str) -> dict[str, Any]:
    make_keys()
    body: dict[str, Any] = json.loads(client.get(path).content)
    return body


@pytest.mark.parametrize("path", [*JSON_DOCUMENTS, f"/{CITY}/trust-list"])
def test_a_public_document_is_open_to_every_page_and_conditional(client: Client, path: str) -> None:
    make_keys()
    answer = client.get(path, headers={"Origin": "https://other.example"})
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    kind = "application/trust-list+jwt" if path.endswith("trust-list") else "application/json"
    assert answer.headers["Content-Type"] == kind
    again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head(path).content == b""
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", JSON_DOCUMENTS)
def test_a_city_that_is_not_here_has_no_documents(client: Client, path: str) -> None:
    answer = client.get(path.replace(CITY, "999999"))
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_city_without_keys_has_no_trust_list(client: Client) -> None:
    assert client.get(f"/{CITY}/trust-list").status_code == 404


def test_the_issuer_names_its_endpoints_and_both_configurations(client: Client) -> None:
    told = document(client, JSON_DOCUMENTS[0])
    assert told["credential_issuer"] == ISSUER
    assert told["nonce_endpoint"] == "http://localhost:8000/api/v1/vci/nonce"
    assert told["credential_endpoint"] == "http://localhost:8000/api/v1/vci/credential"
    assert told["batch_credential_issuance"] == {"batch_size": BATCH_SIZE}
    supported = told["credential_configurations_supported"]
    assert set(supported) == {VENUE, FULL}
    for configuration in supported.values():
        assert configuration["format"] == "dc+sd-jwt"
        assert configuration["vct"] == f"{ISSUER}/vct/disability-card/1"
        assert configuration["cryptographic_binding_methods_supported"] == ["jwk"]
        assert configuration["proof_types_supported"] == {
            "jwt": {"proof_signing_alg_values_supported": ["ES256"]}
        }


def test_the_authorization_server_names_grants_and_dpop(client: Client) -> None:
    told = document(client, JSON_DOCUMENTS[1])
    assert told["issuer"] == ISSUER
    assert told["token_endpoint"] == "http://localhost:8000/api/v1/oauth/token"
    assert told["grant_types_supported"] == [PRE_AUTHORIZED, "refresh_token"]
    assert told["dpop_signing_alg_values_supported"] == ["ES256"]
    assert told["pre-authorized_grant_anonymous_access_supported"] is True


def test_the_key_set_holds_public_halves_of_issuer_and_status_keys_only(client: Client) -> None:
    told = document(client, f"/{CITY}/jwks.json")
    assert {key["kid"][:2] for key in told["keys"]} == {"20", "s-"}
    for key in told["keys"]:
        assert set(key) == {"kty", "crv", "x", "y", "kid", "alg", "use"}
    assert document(client, JSON_DOCUMENTS[2])["jwks_uri"] == f"{ISSUER}/jwks.json"


@pytest.mark.parametrize("name", ["disability-card/1", "disability-card/1-paper"])
def test_the_type_metadata_names_itself(client: Client, name: str) -> None:
    told = document(client, f"/{CITY}/vct/{name}")
    assert told["vct"] == f"{ISSUER}/vct/{name}"


def test_an_unknown_card_type_is_not_found(client: Client) -> None:
    assert client.get(f"/{CITY}/vct/library-card/1").status_code == 404


def test_the_trust_list_is_the_newest(client: Client) -> None:
    make_keys()
    token = client.get(f"/{CITY}/trust-list").content.decode()
    assert payload_of(token)["version"] == 1
    assert payload_of(token)["iss"] == ISSUER
