"""Publish which keys count: the trust list and the rolls of its root.

The trust list names every key of the city's issuer and is signed by the offline root key, whose
thumbprint devices pin. When the root changes, the old one signs the new one, and a device follows
that chain. Nothing that an online key signs can add a key here; see ``key_roll_over`` for when.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max, QuerySet

from core.municipality import municipality as city_of
from disability_card.models import KeyPurpose, SigningKey, TrustDocument
from disability_card.signing_keys import active_key, published_keys, signer_of
from signing.keys import key_from_jwk
from signing.trust import (
    ROOT_ROLLS_MAX,
    KeyUse,
    TrustedKey,
    make_root_roll,
    make_trust_list,
)

TRUST_LIST: Final = "trust-list"
ROOT_ROLL: Final = "root-roll"
# A year between two visits to the offline key, and a month to be late.
TRUST_LIST_LIVES: Final = timedelta(days=396)


class NoTrustList(LookupError):
    """The city has published none: ``make_keys`` has not run."""


def trust_list(municipality: str) -> str:
    """Return the newest trust list; ``NoTrustList`` where there is none."""
    newest = _documents(municipality, TRUST_LIST).order_by("-version").first()
    if newest is None:
        raise NoTrustList(municipality)
    return newest.token


def root_rolls(municipality: str) -> list[str]:
    """Return the last rolls of the root, oldest first: as many as a device follows."""
    newest_first = _documents(municipality, ROOT_ROLL).order_by("-version")[:ROOT_ROLLS_MAX]
    return [document.token for document in reversed(newest_first)]


def root_thumbprint(municipality: str, *, now: datetime) -> str:
    """Return what a device pins at its set-up: the RFC 7638 thumbprint of the root in force."""
    return active_key(municipality, KeyPurpose.ROOT, now=now).kid


def publish_trust_list(municipality: str, *, now: datetime) -> str:
    """Sign and store a new trust list with every published key; needs the root's file."""
    issuer = city_of(municipality).issuer
    version = _next_version(municipality, TRUST_LIST)
    token = make_trust_list(
        [
            TrustedKey(
                use=KeyUse(key.purpose),
                iss=issuer,
                kid=key.kid,
                public_key=key_from_jwk(key.public_jwk),
            )
            for key in published_keys(municipality, now=now)
        ],
        iss=issuer,
        iat=int(now.timestamp()),
        exp=int((now + TRUST_LIST_LIVES).timestamp()),
        version=version,
        root=signer_of(active_key(municipality, KeyPurpose.ROOT, now=now)),
    )
    _store(municipality, TRUST_LIST, version, token, now=now)
    return token


def publish_root_roll(old: SigningKey, new: SigningKey, *, now: datetime) -> str:
    """Sign and store that ``new`` follows ``old``, by ``old``."""
    municipality = old.municipality
    token = make_root_roll(
        key_from_jwk(new.public_jwk),
        iss=city_of(municipality).issuer,
        iat=int(now.timestamp()),
        nbf=int(now.timestamp()),
        old_root=signer_of(old),
    )
    _store(municipality, ROOT_ROLL, _next_version(municipality, ROOT_ROLL), token, now=now)
    return token


def _documents(municipality: str, kind: str) -> QuerySet[TrustDocument]:
    return TrustDocument.objects.filter(municipality=municipality, kind=kind)


def _next_version(municipality: str, kind: str) -> int:
    newest = _documents(municipality, kind).aggregate(newest=Max("version"))["newest"]
    return (newest or 0) + 1


def _store(municipality: str, kind: str, version: int, token: str, *, now: datetime) -> None:
    TrustDocument.objects.create(
        municipality=municipality, kind=kind, version=version, token=token, created_at=now
    )
