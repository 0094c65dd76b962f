"""What a wallet reads before it talks to us: the three well-known documents and the key set.

OpenID4VCI 1.0 section 12.2 (issuer), RFC 8414 (authorization server) and SD-JWT VC section 5
(``jwt-vc-issuer``) decide the members. Each is a pure function of the city's settings and of the
published keys; nothing in them is personal.
"""

from datetime import datetime
from typing import Any, Final

from django.conf import settings

from core.municipality import municipality as city_of
from disability_card.card_types import phone_card_type
from disability_card.enrolment.offers import PRE_AUTHORIZED_CODE_GRANT
from disability_card.issuance import (
    BATCH_SIZE,
    FULL_CONFIGURATION,
    VENUE_CONFIGURATION,
)
from disability_card.models import KeyPurpose
from disability_card.signing_keys import published_keys

ALG: Final = "ES256"
_API: Final = "/api/v1"
# (claim, may the holder choose to show it) in the order in which a person reads them.
_VENUE_CLAIMS: Final = ("discount_class", "caregivers")
_FULL_CLAIMS: Final = (
    "name",
    "birth_year",
    "handbook",
    "grade",
    "valid_until",
    "discount_class",
    "caregivers",
)
_CLAIM_NAMES: Final = {
    "name": ("氏名", "Name"),
    "birth_year": ("生まれた年", "Year of birth"),
    "handbook": ("手帳の種類", "Kind of handbook"),
    "grade": ("等級", "Grade"),
    "valid_until": ("手帳の有効期限", "Handbook valid until"),
    "discount_class": ("割引の区分", "Discount class"),
    "caregivers": ("付き添いの人数", "Caregivers"),
}


def jwks(municipality: str, *, now: datetime) -> dict[str, Any]:
    """Return every key that may stand behind a credential or a status list (RFC 7517)."""
    keys = published_keys(municipality, now=now)
    return {
        "keys": [
            {**key.public_jwk, "kid": key.kid, "alg": ALG, "use": "sig"}
            for key in keys
            if key.purpose in {KeyPurpose.ISSUER, KeyPurpose.STATUS}
        ]
    }


def jwt_vc_issuer(municipality: str) -> dict[str, Any]:
    """Return the JWT VC issuer metadata: who signs, and where its keys are."""
    issuer = city_of(municipality).issuer
    return {"issuer": issuer, "jwks_uri": f"{issuer}/jwks.json"}


def authorization_server(municipality: str) -> dict[str, Any]:
    """Return the authorization server's metadata; the card's issuer is its own."""
    issuer = city_of(municipality).issuer
    return {
        "issuer": issuer,
        "token_endpoint": f"{settings.PUBLIC_URL}{_API}/oauth/token",
        "token_endpoint_auth_methods_supported": ["none"],
        "grant_types_supported": [PRE_AUTHORIZED_CODE_GRANT, "refresh_token"],
        "response_types_supported": [],
        "pre-authorized_grant_anonymous_access_supported": True,
        "dpop_signing_alg_values_supported": [ALG],
        "jwks_uri": f"{issuer}/jwks.json",
    }


def credential_issuer(municipality: str) -> dict[str, Any]:
    """Return the credential issuer's metadata with both configurations of the card."""
    city = city_of(municipality)
    return {
        "credential_issuer": city.issuer,
        "authorization_servers": [city.issuer],
        "credential_endpoint": f"{settings.PUBLIC_URL}{_API}/vci/credential",
        "nonce_endpoint": f"{settings.PUBLIC_URL}{_API}/vci/nonce",
        "batch_credential_issuance": {"batch_size": BATCH_SIZE},
        "display": [
            {"name": city.name["ja"], "locale": "ja"},
            {"name": city.name["en"], "locale": "en"},
        ],
        "credential_configurations_supported": {
            VENUE_CONFIGURATION: _configuration(
                municipality, ("割引カード", "Discount card"), _VENUE_CLAIMS
            ),
            FULL_CONFIGURATION: _configuration(
                municipality, ("割引カード（くわしい画面）", "Discount card, full"), _FULL_CLAIMS
            ),
        },
    }


def _configuration(
    municipality: str, names: tuple[str, str], claims: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "format": "dc+sd-jwt",
        "vct": phone_card_type(municipality),
        "cryptographic_binding_methods_supported": ["jwk"],
        "credential_signing_alg_values_supported": [ALG],
        "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": [ALG]}},
        "credential_metadata": {
            "display": _in_both_languages(names),
            "claims": [
                {"path": [claim], "display": _in_both_languages(_CLAIM_NAMES[claim])}
                for claim in claims
            ],
        },
    }


def _in_both_languages(names: tuple[str, str]) -> list[dict[str, str]]:
    return [{"name": names[0], "locale": "ja"}, {"name": names[1], "locale": "en"}]
