"""Other people's libraries put to the same question: would they take this card?

Each is used as its documentation says, with the same trusted keys, clock and audience as ours.
What they cannot know (status lists, our card types, replay) they are not asked.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import serialization
from joserfc import jws as joserfc_jws, jwt as joserfc_jwt
from joserfc.jwk import ECKey
from jwcrypto.jwk import JWK
from sd_jwt.verifier import SDJWTVerifier

from signing import jws, sdjwt
from signing.keys import PublicKey
from signing.trust import TrustList
from tests.vectors.city import ISSUER, VENUE, unb64

Row = Mapping[str, Any]


class NotTrusted(Exception):
    """No key of the trust list is named: every verifier stops here, ours too."""


class Question:
    """One SD-JWT of a vector with what any verifier is told beside it."""

    def __init__(self, sd_jwt: bytes, row: Row, trust_list: TrustList) -> None:
        self.text = sd_jwt.decode("ascii")
        self.now = int(datetime.fromisoformat(row["at"]).timestamp())
        self.challenge: str | None = row.get("challenge")
        self.venue: str = row.get("venue", VENUE)
        self.trust_list = trust_list

    @property
    def key_binding(self) -> str:
        return self.text.rpartition("~")[2]

    def issuer_key(self, iss: object, kid: object) -> PublicKey:
        for key in self.trust_list.keys.values():
            if key.use == "issuer" and (key.iss, key.kid) == (iss, kid):
                return key.public_key
        raise NotTrusted

    def audience(self, iss: str) -> str:
        return f"{iss}/venue/{self.venue}" if self.challenge else f"{iss}/venue"

    def nonce(self) -> str:
        """A one-way screen makes up its nonce: the reader can only take what it finds."""
        if self.challenge is not None:
            return self.challenge
        found: str = json.loads(unb64(self.key_binding.split(".")[1]))["nonce"]
        return found


def sd_jwt_takes(question: Question) -> bool:
    """PyPI sd-jwt, the reference implementation: signature, disclosures, key binding."""

    def issuer_key(iss: str, header: dict[str, Any]) -> JWK:
        pem = question.issuer_key(iss, header.get("kid")).public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return JWK.from_pem(pem)

    is_bound = bool(question.key_binding)
    issuer = _claimed_issuer(question.text)
    try:
        SDJWTVerifier(
            question.text,
            issuer_key,
            question.audience(issuer) if is_bound else None,
            question.nonce() if is_bound else None,
        ).get_verified_payload()
    except Exception:  # noqa: BLE001  whatever it raises, it does not take the card
        return False
    return True


def joserfc_takes(question: Question) -> bool:
    """PyPI joserfc: both JWTs as JWTs, their dates, issuer, audience and nonce."""
    try:
        _joserfc_checks(question)
    except Exception:  # noqa: BLE001  whatever it raises, it does not take the card
        return False
    return True


def _joserfc_checks(question: Question) -> None:
    issuer_jwt = question.text.partition("~")[0]
    header = joserfc_jws.extract_compact(issuer_jwt.encode()).headers()
    issuer = _claimed_issuer(question.text)
    key = ECKey.import_key(question.issuer_key(issuer, header.get("kid")))
    card = joserfc_jwt.decode(issuer_jwt, key, algorithms=["ES256"])
    joserfc_jwt.JWTClaimsRegistry(
        now=question.now, leeway=60, iss={"essential": True}, exp={"essential": True}
    ).validate(card.claims)
    if not question.key_binding:
        return
    holder = ECKey.import_key(card.claims["cnf"]["jwk"])
    binding = joserfc_jwt.decode(question.key_binding, holder, algorithms=["ES256"])
    joserfc_jwt.JWTClaimsRegistry(
        now=question.now,
        leeway=60,
        aud={"essential": True, "value": question.audience(issuer)},
        nonce={"essential": True, "value": question.nonce()},
    ).validate(binding.claims)


def _claimed_issuer(text: str) -> str:
    """The ``iss`` that decides which key is tried; ours where the token is too broken to say."""
    try:
        payload = json.loads(unb64(sdjwt.parse(text.encode()).issuer_jwt.decode().split(".")[1]))
        return str(payload["iss"])
    except (ValueError, KeyError, TypeError, LookupError):
        return ISSUER


TAKES: Mapping[str, Callable[[Question], bool]] = {
    "sd-jwt": sd_jwt_takes,
    "joserfc": joserfc_takes,
}


def opened_by_joserfc(token: str, key: PublicKey) -> dict[str, Any]:
    """Return the claims of one of our other tokens as joserfc reads it."""
    decoded = joserfc_jwt.decode(token, ECKey.import_key(key), algorithms=["ES256"])
    assert decoded.claims == jws.parse_text(token).payload
    return dict(decoded.claims)
