"""A phone in Python: enrols over HTTP as a wallet of another maker would, holds keys, shows QR.

The tokens are made with PyJWT, not with our own signing room, so that a mistake in that room
cannot hide in both halves of a test.

    phone = Phone(client)
    phone.enrol(offer["uri"], offer["tx_code"])    # token, then 10 + 1 credentials
    phone.show(now=NOW)                            # an SK1: text, the next card of the batch
    phone.show_details({"handbook", "grade"}, now=NOW)
    phone.refresh()                                # another batch
"""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from signing.pack import pack

PRE_AUTHORIZED = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
VENUE = "disability-card-venue"
FULL = "disability-card-full"


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def payload_of(token: str) -> dict[str, Any]:
    """The claims of a JWS or SD-JWT, unverified."""
    claims: dict[str, Any] = json.loads(unb64(token.partition("~")[0].split(".")[1]))
    return claims


def header_of(token: str) -> dict[str, Any]:
    header: dict[str, Any] = json.loads(unb64(token.partition(".")[0]))
    return header


def new_key() -> EllipticCurvePrivateKey:
    return generate_private_key(SECP256R1())


def public_jwk(key: EllipticCurvePrivateKey) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": b64(numbers.x.to_bytes(32, "big")),
        "y": b64(numbers.y.to_bytes(32, "big")),
    }


def thumbprint(key: EllipticCurvePrivateKey) -> str:
    """RFC 7638: the members in alphabetical order, no spaces."""
    canonical = json.dumps(public_jwk(key), sort_keys=True, separators=(",", ":"))
    return b64(hashlib.sha256(canonical.encode()).digest())


def sign_jwt(
    claims: Mapping[str, object], *, key: EllipticCurvePrivateKey, header: Mapping[str, object]
) -> str:
    return jwt.encode(dict(claims), key, algorithm="ES256", headers=dict(header))


@dataclass
class HeldCredential:
    """One credential and the key that is bound to it."""

    sd_jwt: str
    key: EllipticCurvePrivateKey

    @property
    def claims(self) -> dict[str, Any]:
        return payload_of(self.sd_jwt)

    @property
    def disclosures(self) -> dict[str, str]:
        """The selective claims by name, each with its disclosure."""
        parts = self.sd_jwt.split("~")[1:-1]
        return {json.loads(unb64(part))[1]: part for part in parts}


@dataclass
class Phone:
    """``client`` is Django's test client; ``clock`` may be set to sign in another time."""

    client: Client
    device_key: EllipticCurvePrivateKey = field(default_factory=new_key)
    clock: datetime | None = None
    issuer: str = ""
    access_token: str = ""
    refresh_token: str = ""
    venue_cards: list[HeldCredential] = field(default_factory=list)
    full_card: HeldCredential | None = None
    shown: int = 0

    def now(self) -> datetime:
        return self.clock or datetime.now(UTC)

    # -- the protocol, one method a request: each returns the raw answer --------------------

    def dpop(
        self, url: str, /, *, access_token: str = "", method: str = "POST", **change: Any
    ) -> str:
        claims: dict[str, Any] = {
            "jti": secrets.token_urlsafe(16),
            "htm": method,
            "htu": url,
            "iat": int(self.now().timestamp()),
        }
        if access_token:
            claims["ath"] = b64(hashlib.sha256(access_token.encode()).digest())
        header = {"typ": "dpop+jwt", "jwk": public_jwk(self.device_key)}
        return sign_jwt(claims | change, key=self.device_key, header=header)

    def post_form(self, path: str, form: Mapping[str, str], **headers: str) -> HttpResponse:
        url = f"{settings.PUBLIC_URL}{path}"
        sent = {"DPoP": self.dpop(url)} | headers
        return self.client.post(  # type: ignore[return-value]
            path,
            urlencode(form),
            content_type="application/x-www-form-urlencoded",
            headers=sent,
        )

    def ask_token(self, code: str, tx_code: str, **headers: str) -> HttpResponse:
        form = {"grant_type": PRE_AUTHORIZED, "pre-authorized_code": code, "tx_code": tx_code}
        return self.post_form("/api/v1/oauth/token", form, **headers)

    def ask_refresh(self, refresh_token: str = "", **headers: str) -> HttpResponse:
        token = refresh_token or self.refresh_token
        form = {"grant_type": "refresh_token", "refresh_token": token}
        return self.post_form("/api/v1/oauth/token", form, **headers)

    def ask_nonce(self) -> HttpResponse:
        return self.client.post("/api/v1/vci/nonce")  # type: ignore[return-value]

    def proof(self, key: EllipticCurvePrivateKey, nonce: str, /, **change: Any) -> str:
        claims = {"aud": self.issuer, "iat": int(self.now().timestamp()), "nonce": nonce}
        header = {"typ": "openid4vci-proof+jwt", "jwk": public_jwk(key)}
        return sign_jwt(claims | change, key=key, header=header)

    def ask_credentials(
        self, configuration_id: str, proofs: list[str], **headers: str
    ) -> HttpResponse:
        path = "/api/v1/vci/credential"
        url = f"{settings.PUBLIC_URL}{path}"
        sent = {
            "Authorization": f"DPoP {self.access_token}",
            "DPoP": self.dpop(url, access_token=self.access_token),
        } | headers
        body = {"credential_configuration_id": configuration_id, "proofs": {"jwt": proofs}}
        return self.client.post(  # type: ignore[return-value]
            path, json.dumps(body), content_type="application/json", headers=sent
        )

    # -- what a holder does ---------------------------------------------------------------

    def enrol(self, offer_uri: str, tx_code: str) -> None:
        """From the offer's link to a full batch; any refusal fails the test."""
        offer = read_offer(offer_uri)
        self.issuer = offer["credential_issuer"]
        code = offer["grants"][PRE_AUTHORIZED]["pre-authorized_code"]
        self._keep_tokens(self.ask_token(code, tx_code))
        self.fetch_batch()

    def refresh(self) -> None:
        self._keep_tokens(self.ask_refresh())
        self.fetch_batch()

    def _keep_tokens(self, answer: HttpResponse) -> None:
        assert answer.status_code == 200, answer.content
        body = json.loads(answer.content)
        assert body["token_type"] == "DPoP"
        self.access_token, self.refresh_token = body["access_token"], body["refresh_token"]

    def fetch_batch(self) -> None:
        """Ten venue credentials and a full one: two requests with one access token."""
        self.venue_cards = self.fetch(VENUE, 10)
        self.full_card = self.fetch(FULL, 1)[0]
        self.shown = 0

    def fetch(self, configuration_id: str, count: int) -> list[HeldCredential]:
        keys = [new_key() for _ in range(count)]
        nonce = json.loads(self.ask_nonce().content)["c_nonce"]
        proofs = [self.proof(key, nonce) for key in keys]
        answer = self.ask_credentials(configuration_id, proofs)
        assert answer.status_code == 200, answer.content
        issued = json.loads(answer.content)["credentials"]
        assert len(issued) == count
        return [
            HeldCredential(sd_jwt=one["credential"], key=key)
            for one, key in zip(issued, keys, strict=True)
        ]

    def present(
        self,
        card: HeldCredential,
        *,
        disclose: Collection[str] = (),
        now: datetime | None = None,
        aud: str = "",
        nonce: str = "",
    ) -> str:
        """The SD-JWT with the chosen disclosures and a key binding, unpacked: for any library."""
        chosen = [part for name, part in card.disclosures.items() if name in disclose]
        presented = "~".join([card.sd_jwt.split("~")[0], *chosen]) + "~"
        claims = {
            "iat": int((now or self.now()).timestamp()),
            "aud": aud or f"{card.claims['iss']}/venue",
            "nonce": nonce or b64(secrets.token_bytes(12)),
            "sd_hash": b64(hashlib.sha256(presented.encode()).digest()),
        }
        return presented + sign_jwt(claims, key=card.key, header={"typ": "kb+jwt"})

    def show(self, *, now: datetime | None = None, aud: str = "", nonce: str = "") -> str:
        """The next card of the batch as QR text; the least recently shown one when used up."""
        card = self.venue_cards[self.shown % len(self.venue_cards)]
        self.shown += 1
        return pack(self.present(card, now=now, aud=aud, nonce=nonce))

    def show_details(
        self,
        disclose: Collection[str],
        *,
        now: datetime | None = None,
        aud: str = "",
        nonce: str = "",
    ) -> str:
        """The full card as QR text, with the claims that the holder chose."""
        assert self.full_card is not None
        card = self.full_card
        return pack(self.present(card, disclose=disclose, now=now, aud=aud, nonce=nonce))


def read_offer(uri: str) -> dict[str, Any]:
    """The offer of a openid-credential-offer:// link."""
    parts = urlsplit(uri)
    assert parts.scheme == "openid-credential-offer"
    offer: dict[str, Any] = json.loads(parse_qs(parts.query)["credential_offer"][0])
    return offer


def code_in(uri: str) -> str:
    code: str = read_offer(uri)["grants"][PRE_AUTHORIZED]["pre-authorized_code"]
    return code
