"""Keys that sign wallets' QR codes and offline leases: `c-2026-1`, `c-2026-2`, ...

One key, one purpose: they cannot sign cards. The private half stands in a key file under
``settings.KEYS_DIR`` (mode 0600). A retired key still verifies what it signed; a blocked one
verifies nothing from the moment on in which a process looks again (:data:`KEY_SECONDS`).
"""

import time
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from core import audit
from core.actor import Actor
from jp.clock import civil_date
from signing.keys import (
    PemSigner,
    PublicKey,
    Signer,
    key_file,
    key_from_jwk,
    public_jwk,
)
from tourism.models import CouponKey

KEY_SECONDS: Final = 30  # how long a process may still trust a key that was blocked
_PEM: Final = "pem"


def active_signer(municipality: str, *, now: datetime) -> Signer:
    """Return the signer of the city's newest key; its first key is made at the first call."""
    key = _active(municipality, now=now) or make_coupon_key(municipality, now=now)
    return _load(str(settings.KEYS_DIR), key.location, key.kid)


def public_key(municipality: str, kid: str) -> PublicKey | None:
    """Return the key that may have signed a code; ``None`` for unknown and blocked ones."""
    try:
        return _public_key(municipality, kid, int(time.monotonic() // KEY_SECONDS))
    except CouponKey.DoesNotExist:
        return None


def make_coupon_key(municipality: str, *, now: datetime) -> CouponKey:
    """Make the next key of a city; it signs from now on."""
    year = civil_date(now).year
    with transaction.atomic():
        number = (
            CouponKey.objects.filter(
                municipality=municipality, kid__startswith=f"c-{year}-"
            ).count()
            + 1
        )
        kid = f"c-{year}-{number}"
        location = f"{municipality}/{kid}.pem"
        signer = key_file(Path(settings.KEYS_DIR) / location, kid=kid)
        made, _is_new = CouponKey.objects.get_or_create(
            municipality=municipality,
            kid=kid,
            defaults={
                "backend": _PEM,
                "location": location,
                "public_jwk": public_jwk(signer.public_key),
                "active_from": now,
            },
        )
    return made


def roll_coupon_key(municipality: str, *, actor: Actor, now: datetime) -> CouponKey:
    """Make a new key and retire the others: they sign no more and still verify."""
    with transaction.atomic():
        made = make_coupon_key(municipality, now=now)
        CouponKey.objects.filter(municipality=municipality, retired_at=None).exclude(
            pk=made.pk
        ).update(retired_at=now)
        _audit("coupon-key.roll", made, actor=actor, now=now)
    return made


def block_coupon_key(key: CouponKey, *, actor: Actor, now: datetime) -> None:
    """Stop a stolen key: nothing that it signed counts any more."""
    with transaction.atomic():
        locked = CouponKey.objects.select_for_update().get(pk=key.pk)
        locked.blocked_at = locked.blocked_at or now
        locked.retired_at = locked.retired_at or now
        locked.save(update_fields=["blocked_at", "retired_at"])
        _audit("coupon-key.block", locked, actor=actor, now=now)
    _public_key.cache_clear()


def _active(municipality: str, *, now: datetime) -> CouponKey | None:
    return (
        CouponKey.objects.filter(
            Q(retired_at=None) | Q(retired_at__gt=now),
            municipality=municipality,
            active_from__lte=now,
            blocked_at=None,
        )
        .order_by("-active_from", "-kid")
        .first()
    )


@lru_cache(maxsize=64)
def _public_key(municipality: str, kid: str, period: int) -> PublicKey:
    del period  # only part of the cache's key: a blocked key is noticed in the next one
    key = CouponKey.objects.get(municipality=municipality, kid=kid, blocked_at=None)
    return key_from_jwk(key.public_jwk)


@lru_cache(maxsize=64)
def _load(keys_dir: str, location: str, kid: str) -> Signer:
    return PemSigner.from_file(Path(keys_dir) / location, kid=kid)


def _audit(action: str, key: CouponKey, *, actor: Actor, now: datetime) -> None:
    audit.record(
        action, actor=actor, now=now, municipality=key.municipality, object_type="coupon-key",
        object_id=key.pk, facts={"kid": key.kid},
    )  # fmt: skip
