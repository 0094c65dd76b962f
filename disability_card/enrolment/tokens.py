"""Give a phone its access token: for the offered code, or for the refresh token it holds.

A refresh token is used once and followed by another. Asking again with the old one gives the very
same answer while that answer has had no effect, or for twenty seconds: a tunnel ate it, or two
tabs asked together. After that the old token means that two phones hold one key, and the device
is suspended (``alarm_at``): its holder gets a message on the card's page, removes it and enrols
again. A token shown with another key is refused without an alarm, or anybody who saw an old token
could stop somebody's card.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Final

from django.db import transaction

from core.ids import uuid7
from disability_card.enrolment.oauth_errors import (
    DeviceMayNotRefresh,
    InvalidGrant,
    InvalidToken,
    TooManyDevicesForGrant,
)
from disability_card.enrolment.offers import OFFERED_IN, TX_CODE_FAILURES_MAX
from disability_card.enrolment.secrets_at_rest import derive, digest
from disability_card.holdings import (
    DeviceNotInUse,
    TooManyDevices,
    add_device,
    stop_cloned_device,
)
from disability_card.models import (
    AccessToken,
    Card,
    CardState,
    CredentialOffer,
    Holding,
    HoldingState,
    RefreshToken,
)

ACCESS_TOKEN_LIVES: Final = timedelta(minutes=10)
# A phone that was off for longer enrols again after signing in.
REFRESH_TOKEN_LIVES: Final = timedelta(days=90)
SAME_ANSWER_FOR: Final = timedelta(seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The pair that leaves once; the database keeps digests."""

    access_token: str
    refresh_token: str


def redeem_code(
    code: str, *, tx_code: str, device_key_thumbprint: str, device_label: str, now: datetime
) -> Tokens:
    """Exchange the offered code and its six digits for tokens; the phone becomes a device."""
    tokens = None
    with transaction.atomic():
        offer = _locked_offer(code, now=now)
        if offer is None:
            raise InvalidGrant
        if compare_digest(offer.tx_code_digest, digest("tx-code", code + tx_code)):
            offer.used_at = now
            holding = _device_of(offer, key=device_key_thumbprint, label=device_label, now=now)
            tokens = _give_tokens(holding, follow_from=code, now=now)
        else:
            offer.failures += 1
        offer.save(update_fields=["used_at", "failures"])
    # Outside the block: the count of failures has to stay although the request is refused.
    if tokens is None:
        raise InvalidGrant
    return tokens


def _device_of(offer: CredentialOffer, *, key: str, label: str, now: datetime) -> Holding:
    if offer.card.state not in OFFERED_IN:
        raise DeviceMayNotRefresh
    try:
        return add_device(
            offer.card,
            held_by=offer.offered_to,
            is_guardian=offer.is_guardian,
            device_key_thumbprint=key,
            label=label,
            now=now,
        )
    except TooManyDevices:
        raise TooManyDevicesForGrant from None
    except DeviceNotInUse:
        raise DeviceMayNotRefresh from None


def _locked_offer(code: str, *, now: datetime) -> CredentialOffer | None:
    """Lock the card, then its offer: the order in which making an offer locks them."""
    usable = CredentialOffer.objects.filter(
        code_digest=digest("code", code),
        used_at=None,
        expires_at__gt=now,
        failures__lt=TX_CODE_FAILURES_MAX,
    )
    seen = usable.first()
    if seen is None:
        return None
    Card.objects.select_for_update().get(pk=seen.card_id)
    return usable.select_for_update(of=("self",)).select_related("card", "offered_to").first()


def refresh_tokens(refresh_token: str, *, device_key_thumbprint: str, now: datetime) -> Tokens:
    """Exchange a refresh token for the next pair, if the phone and its card may still be used."""
    with transaction.atomic():
        holding, used_at = _locked_refresh(
            refresh_token, device_key_thumbprint=device_key_thumbprint, now=now
        )
        refuse_unless_usable(holding)
        tokens = None
        if used_at is not None and _has_had_effect(refresh_token, used_at=used_at, now=now):
            stop_cloned_device(holding, now=now)
        else:
            tokens = _give_tokens(holding, follow_from=refresh_token, now=now)
            RefreshToken.objects.filter(
                digest=digest("refresh", refresh_token), used_at=None
            ).update(used_at=now)
    # Outside the block: the alarm has to stay although the request is refused.
    if tokens is None:
        raise InvalidGrant
    return tokens


def _locked_refresh(
    refresh_token: str, *, device_key_thumbprint: str, now: datetime
) -> tuple[Holding, datetime | None]:
    """Lock card, holding and token in this order; ``InvalidGrant`` where they do not belong."""
    alive = RefreshToken.objects.filter(
        digest=digest("refresh", refresh_token),
        expires_at__gt=now,
        holding__device_key_thumbprint=device_key_thumbprint,
    )
    seen = alive.select_related("holding").first()
    if seen is None:
        raise InvalidGrant
    holding = lock_holding(seen.holding)
    row = alive.select_for_update(of=("self",)).first()
    if row is None:
        raise InvalidGrant
    return holding, row.used_at


def lock_holding(holding: Holding) -> Holding:
    """Lock the card, then the holding, and return it as it is now."""
    Card.objects.select_for_update().get(pk=holding.card_id)
    return (
        Holding.objects.select_for_update(of=("self",))
        .select_related("card__handbook", "held_by")
        .get(pk=holding.pk)
    )


def refuse_unless_usable(holding: Holding) -> None:
    """A stopped phone or card gets nothing; an offered card becomes active with its batch."""
    if holding.state != HoldingState.ACTIVE:
        raise DeviceMayNotRefresh
    if holding.card.state not in {CardState.OFFERED, CardState.ACTIVE}:
        raise DeviceMayNotRefresh


def _has_had_effect(refresh_token: str, *, used_at: datetime, now: datetime) -> bool:
    """Say whether the answer to ``refresh_token`` reached somebody who went on with it."""
    if now - used_at <= SAME_ANSWER_FOR:
        return False
    took_credentials = (
        AccessToken.objects.filter(digest=digest("access", derive("access", refresh_token)))
        .exclude(kinds_taken=[])
        .exists()
    )
    went_on = RefreshToken.objects.filter(
        digest=digest("refresh", derive("refresh", refresh_token)), used_at__isnull=False
    ).exists()
    return took_credentials or went_on


def _give_tokens(holding: Holding, *, follow_from: str, now: datetime) -> Tokens:
    """Store the pair that follows from a code or token, or find it stored, and return it."""
    tokens = Tokens(
        access_token=derive("access", follow_from), refresh_token=derive("refresh", follow_from)
    )
    AccessToken.objects.update_or_create(
        digest=digest("access", tokens.access_token),
        defaults={"expires_at": now + ACCESS_TOKEN_LIVES},
        create_defaults={
            "holding": holding,
            "batch": uuid7(),
            "expires_at": now + ACCESS_TOKEN_LIVES,
        },
    )
    RefreshToken.objects.get_or_create(
        digest=digest("refresh", tokens.refresh_token),
        defaults={
            "holding": holding,
            "created_at": now,
            "expires_at": now + REFRESH_TOKEN_LIVES,
        },
    )
    return tokens


def access_of(access_token: str, *, device_key_thumbprint: str, now: datetime) -> AccessToken:
    """Return the live access token that is bound to this phone's key; else ``InvalidToken``."""
    found = (
        AccessToken.objects.filter(
            digest=digest("access", access_token),
            expires_at__gt=now,
            holding__device_key_thumbprint=device_key_thumbprint,
        )
        .select_related("holding__card")
        .first()
    )
    if found is None:
        raise InvalidToken
    return found


def forget_expired_enrolment(*, now: datetime) -> None:
    """Delete offers and tokens that can do nothing any more; called by the background loop."""
    CredentialOffer.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
    RefreshToken.objects.filter(expires_at__lt=now).delete()
    # Kept as long as the refresh tokens beside them: they tell a lost answer from a clone.
    AccessToken.objects.filter(expires_at__lt=now - REFRESH_TOKEN_LIVES).delete()
