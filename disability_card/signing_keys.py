"""Which key signs for a city now, and where its private half is.

A row names a key, its purpose and its time; the private half stands in a key file under
``settings.KEYS_DIR`` (mode 0600) or in a PKCS#11 token, and is loaded once a process. One key has
one purpose: the online status key cannot mint cards. Roll-over and blocking: ``key_roll_over``.
"""

import os
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db.models import Q, QuerySet

from disability_card.models import KeyPurpose, SigningKey
from jp.clock import civil_date
from signing.keys import PemSigner, Signer, key_file, public_jwk, thumbprint_of

PEM: Final = "pem"
PKCS11: Final = "pkcs11"
ONLINE_PURPOSES: Final = (KeyPurpose.ISSUER, KeyPurpose.STATUS, KeyPurpose.BUNDLE)
_PREFIX: Final = {KeyPurpose.ISSUER: "", KeyPurpose.STATUS: "s-", KeyPurpose.BUNDLE: "b-"}


class NoActiveKey(RuntimeError):
    """The city has no key for this: ``make_keys`` has not run, or its key is blocked."""


def active_key(municipality: str, purpose: KeyPurpose, *, now: datetime) -> SigningKey:
    """Return the newest key of the city whose time to sign has come; ``NoActiveKey`` if none."""
    key = (
        SigningKey.objects.filter(
            Q(retired_at=None) | Q(retired_at__gt=now),
            municipality=municipality,
            purpose=purpose,
            active_from__lte=now,
            blocked_at=None,
        )
        .order_by("-active_from")
        .first()
    )
    if key is None:
        raise NoActiveKey(f"{municipality}: no active {purpose} key; run make_keys")
    return key


def active_signer(municipality: str, purpose: KeyPurpose, *, now: datetime) -> Signer:
    """Return the signer of the active key; its ``kid`` goes into the header."""
    return signer_of(active_key(municipality, purpose, now=now))


def signer_of(key: SigningKey) -> Signer:
    """Return the signer of one key, loaded at its first use in this process."""
    # A PKCS#11 session does not survive a fork: each process opens its own.
    return _load_signer(key.backend, key.location, key.kid, str(settings.KEYS_DIR), os.getpid())


@lru_cache(maxsize=64)
def _load_signer(backend: str, location: str, kid: str, keys_dir: str, process: int) -> Signer:
    del process  # only part of the cache's key
    if backend == PKCS11:
        return token_signer(location, kid=kid)
    return PemSigner.from_file(Path(keys_dir) / location, kid=kid)


def published_keys(municipality: str, *, now: datetime) -> QuerySet[SigningKey]:
    """Every key that verifiers may meet: published, not withdrawn, not blocked; no root."""
    return SigningKey.objects.filter(
        municipality=municipality,
        purpose__in=ONLINE_PURPOSES,
        published_at__lte=now,
        withdrawn_at=None,
        blocked_at=None,
    ).order_by("published_at", "kid")


def blocked_kids(municipality: str) -> list[str]:
    """Return the kids that verifiers must refuse at once; the bundle carries them."""
    return list(
        SigningKey.objects.filter(municipality=municipality, blocked_at__isnull=False)
        .order_by("kid")
        .values_list("kid", flat=True)
    )


def next_kid(municipality: str, purpose: KeyPurpose, *, active_from: datetime) -> str:
    """Return ``2026-1``, ``2026-2``, ... for issuer keys, with ``s-`` or ``b-`` for the others."""
    stem = f"{_PREFIX[purpose]}{civil_date(active_from).year}-"
    made = SigningKey.objects.filter(
        municipality=municipality, purpose=purpose, kid__startswith=stem
    ).count()
    return f"{stem}{made + 1}"


def make_key(
    municipality: str, purpose: KeyPurpose, *, active_from: datetime, now: datetime
) -> SigningKey:
    """Make a key in the installation's backend and store its public half."""
    kid = next_kid(municipality, purpose, active_from=active_from)
    location = f"{municipality}/{kid}"
    if settings.KEY_BACKEND == PKCS11:
        _make_token_key(location)
        backend, public_key = PKCS11, token_signer(location, kid=kid).public_key
    else:
        backend, location = PEM, f"{location}.pem"
        public_key = key_file(Path(settings.KEYS_DIR) / location, kid=kid).public_key
    return SigningKey.objects.create(
        municipality=municipality,
        purpose=purpose,
        kid=kid,
        backend=backend,
        location=location,
        public_jwk=public_jwk(public_key),
        published_at=now,
        active_from=active_from,
    )


def make_root_key(municipality: str, *, now: datetime) -> SigningKey:
    """Make a root key: a file in the folder ``offline``, to be carried away from the server.

    Its kid is its thumbprint (RFC 7638): that is what devices pin.
    """
    number = SigningKey.objects.filter(municipality=municipality, purpose=KeyPurpose.ROOT).count()
    location = f"{municipality}/offline/root-{number + 1}.pem"
    signer = key_file(Path(settings.KEYS_DIR) / location, kid="")
    return SigningKey.objects.create(
        municipality=municipality,
        purpose=KeyPurpose.ROOT,
        kid=thumbprint_of(signer.public_key),
        backend=PEM,
        location=location,
        public_jwk=public_jwk(signer.public_key),
        published_at=now,
        active_from=now,
    )


def token_signer(label: str, *, kid: str) -> Signer:
    """Return the signer of a key that lives in the installation's PKCS#11 token."""
    # Loaded where it is used: python-pkcs11 is installed with the extra ``pkcs11`` only.
    signer: Signer = import_module("signing.pkcs11").Pkcs11Signer(
        Path(settings.PKCS11_LIBRARY), key_label=label, kid=kid, **_token_and_pin()
    )
    return signer


def _make_token_key(label: str) -> None:
    """Make the key in the token; take the one of an earlier, cut-off attempt."""
    token, library = import_module("signing.pkcs11"), Path(settings.PKCS11_LIBRARY)
    if not token.has_key(library, key_label=label, **_token_and_pin()):
        token.generate_in_token(library, key_label=label, **_token_and_pin())


def _token_and_pin() -> Mapping[str, Any]:
    pin = Path(settings.PKCS11_PIN_FILE).read_text(encoding="utf-8").strip()
    return {"token_label": settings.PKCS11_TOKEN, "pin": pin}
