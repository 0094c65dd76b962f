"""The life of the keys: the first set, the yearly roll-over, a new root, a stolen key.

Roll-over without an interruption: the new key is published thirty days before its first
signature, so that every verifier knows it by then; the old one stays published until a day after
the last credential it signed has ended. A blocked key ends at once, by the bundle's list of
blocked kids, which needs no offline root.
"""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.db import transaction
from django.db.models import Max, QuerySet

from core import audit
from core.refusals import Refusal, gettext_noop
from disability_card.models import Credential, KeyPurpose, SigningKey
from disability_card.signing_keys import (
    ONLINE_PURPOSES,
    active_key,
    make_key,
    make_root_key,
)
from disability_card.trust_publication import publish_root_roll, publish_trust_list

# A verifier that was off for a month still knows the key; the online keys travel in the bundle.
PUBLISHED_BEFORE: Final = {
    KeyPurpose.ISSUER: timedelta(days=30),
    KeyPurpose.STATUS: timedelta(days=2),
    KeyPurpose.BUNDLE: timedelta(days=2),
}
KEPT_AFTER: Final = timedelta(days=1)
# What a status or bundle key signed is good for a day.
_ONLINE_TOKENS_LIVE: Final = timedelta(days=1)


class KeyNotFound(Refusal):
    code, status = "key-not-found", HTTPStatus.NOT_FOUND
    title = gettext_noop("その名前の鍵はありません")


class RollOverUnderWay(Refusal):
    code, status = "roll-over-under-way", HTTPStatus.CONFLICT
    title = gettext_noop("次の鍵はもう公開されています")


def make_first_keys(municipality: str, *, now: datetime) -> list[SigningKey]:
    """Make what is missing of a city's first set and publish its trust list; return the new ones.

    Running it again makes nothing.
    """
    with transaction.atomic():
        made = []
        if not _keys(municipality, KeyPurpose.ROOT).exists():
            made.append(make_root_key(municipality, now=now))
        made += [
            make_key(municipality, purpose, active_from=now, now=now)
            for purpose in ONLINE_PURPOSES
            if not _keys(municipality, purpose).exists()
        ]
        if made:
            publish_trust_list(municipality, now=now)
            _record("key.made", *made, now=now)
    return made


def roll_key(municipality: str, purpose: KeyPurpose, *, now: datetime) -> SigningKey:
    """Publish the next key of this purpose; it signs after its time of publication is over.

    Where no key is active (the last one was blocked) the new one signs at once. Old keys whose
    time is over leave the trust list in the same publication.
    """
    with transaction.atomic():
        old = list(_keys(municipality, purpose).select_for_update().order_by("active_from"))
        alive = [key for key in old if key.blocked_at is None and key.retired_at is None]
        if any(key.active_from > now for key in alive):
            raise RollOverUnderWay
        active_from = now + PUBLISHED_BEFORE[purpose] if alive else now
        new = make_key(municipality, purpose, active_from=active_from, now=now)
        for key in alive:
            key.retired_at = active_from
            key.save(update_fields=["retired_at"])
        withdraw_spent_keys(municipality, now=now)
        publish_trust_list(municipality, now=now)
        _record("key.rolled", new, now=now)
    return new


def withdraw_spent_keys(municipality: str, *, now: datetime) -> int:
    """Withdraw every retired key whose last signature has been over for a day; return how many."""
    retired = SigningKey.objects.filter(
        municipality=municipality,
        purpose__in=ONLINE_PURPOSES,
        retired_at__lte=now,
        withdrawn_at=None,
    )
    spent = [key for key in retired if _last_exp(key) + KEPT_AFTER < now]
    for key in spent:
        key.withdrawn_at = now
        key.save(update_fields=["withdrawn_at"])
    return len(spent)


def _last_exp(key: SigningKey) -> datetime:
    """Return when the last thing that this key signed ends."""
    retired_at = key.retired_at or key.active_from
    if key.purpose != KeyPurpose.ISSUER:
        return retired_at + _ONLINE_TOKENS_LIVE
    signed = Credential.objects.filter(
        status_list__municipality=key.municipality,
        issued_at__gte=key.active_from,
        issued_at__lte=retired_at,
    ).aggregate(last=Max("exp"))
    return max(signed["last"] or retired_at, retired_at)


def roll_root(municipality: str, *, now: datetime) -> SigningKey:
    """Make a new root, signed by the old one, and publish the trust list under it.

    A device pinned to the old thumbprint follows the signature to the new root.
    """
    with transaction.atomic():
        old = active_key(municipality, KeyPurpose.ROOT, now=now)
        new = make_root_key(municipality, now=now)
        old.retired_at = now
        old.save(update_fields=["retired_at"])
        publish_root_roll(old, new, now=now)
        publish_trust_list(municipality, now=now)
        _record("key.root-rolled", new, now=now)
    return new


def block_key(municipality: str, kid: str, *, now: datetime) -> SigningKey:
    """Block a stolen key: it signs no more, and verifiers refuse it with their next bundle.

    Repeating it changes nothing. The trust list drops the key at its next publication, which
    needs the root; the block does not wait for that. A successor that waits for its day starts
    now; where none waits, ``roll_key`` makes one.
    """
    with transaction.atomic():
        key = (
            SigningKey.objects.select_for_update()
            .filter(municipality=municipality, kid=kid, purpose__in=ONLINE_PURPOSES)
            .first()
        )
        if key is None:
            raise KeyNotFound
        if key.blocked_at is None:
            key.blocked_at = now
            key.save(update_fields=["blocked_at"])
            _record("key.blocked", key, now=now)
            _keys(municipality, KeyPurpose(key.purpose)).filter(
                active_from__gt=now, blocked_at=None
            ).update(active_from=now)
    return key


def _record(action: str, *keys: SigningKey, now: datetime) -> None:
    for key in keys:
        audit.record(
            action,
            actor=audit.SYSTEM,
            now=now,
            municipality=key.municipality,
            object_type="signing-key",
            object_id=key.pk,
            facts={"kid": key.kid},
        )


def _keys(municipality: str, purpose: KeyPurpose) -> QuerySet[SigningKey]:
    return SigningKey.objects.filter(municipality=municipality, purpose=purpose)
