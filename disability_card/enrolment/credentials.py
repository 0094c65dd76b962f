"""Hand a phone its credentials: each configuration once an access token, one nonce a request.

The order of the checks: what is asked for, the proofs, then under the locks of card and phone
whether both may still be used, whether this token has been here, and the nonce last.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from accounts.actors import principals_of
from core.municipality import municipality as city_of
from disability_card.enrolment.nonces import use_nonce
from disability_card.enrolment.oauth_errors import (
    CredentialRequestDenied,
    InvalidCredentialRequest,
    InvalidNonce,
    UnknownCredentialConfiguration,
)
from disability_card.enrolment.proofs import HolderKeys, check_proofs
from disability_card.enrolment.tokens import lock_holding
from disability_card.holdings import phone_of, record_device
from disability_card.issuance import (
    BATCH_SIZE,
    FULL_CONFIGURATION,
    VENUE_CONFIGURATION,
    issue_batch,
    last_instant_of,
)
from disability_card.models import (
    AccessToken,
    CardState,
    Credential,
    CredentialKind,
    Holding,
    HoldingState,
)

_KIND_OF: Final = {
    VENUE_CONFIGURATION: CredentialKind.VENUE,
    FULL_CONFIGURATION: CredentialKind.FULL,
}
_PROOFS_MAX: Final = {CredentialKind.VENUE: BATCH_SIZE, CredentialKind.FULL: 1}
# A busy day is three batches. Without a bound one phone could use up the city's status list.
BATCHES_A_DAY_MAX: Final = 20


def take_credentials(
    access: AccessToken, *, configuration_id: str, proofs: Sequence[str], now: datetime
) -> list[str]:
    """Return a signed credential for each proof, in the order of the proofs."""
    kind = _KIND_OF.get(configuration_id)
    if kind is None:
        raise UnknownCredentialConfiguration
    if len(proofs) > _PROOFS_MAX[kind]:
        raise InvalidCredentialRequest("too many proofs for this configuration")
    issuer = city_of(access.holding.card.municipality).issuer
    keys = check_proofs(proofs, issuer=issuer, now=now)
    with transaction.atomic():
        holding = lock_holding(access.holding)
        token = AccessToken.objects.select_for_update().get(pk=bytes(access.digest))
        _refuse_unless_issuable(holding, token, kind=kind, now=now)
        if not use_nonce(keys.nonce, now=now):
            raise InvalidNonce
        return _issue(holding, token, kind=kind, keys=keys, now=now)


def _refuse_unless_issuable(
    holding: Holding, token: AccessToken, *, kind: CredentialKind, now: datetime
) -> None:
    if holding.state != HoldingState.ACTIVE:
        raise CredentialRequestDenied("device-stopped")
    if holding.is_guardian and holding.card.person_id not in principals_of(
        holding.held_by, now=now
    ):
        raise CredentialRequestDenied("not-guardian")
    if holding.card.state not in {CardState.OFFERED, CardState.ACTIVE}:
        raise CredentialRequestDenied("card-not-active")
    if last_instant_of(holding.card.handbook) <= now:
        raise CredentialRequestDenied("handbook-expired")
    if kind in token.kinds_taken:
        raise CredentialRequestDenied("configuration-already-taken")
    batches = Credential.objects.filter(
        holding=holding, kind=kind, issued_at__gt=now - timedelta(days=1)
    )
    if batches.values("batch").distinct().count() >= BATCHES_A_DAY_MAX:
        raise CredentialRequestDenied("too-many-batches-today")


def _issue(
    holding: Holding, token: AccessToken, *, kind: CredentialKind, keys: HolderKeys, now: datetime
) -> list[str]:
    issued = issue_batch(holding, kind=kind, holder_jwks=keys.jwks, batch=token.batch, now=now)
    AccessToken.objects.filter(pk=bytes(token.digest)).update(
        kinds_taken=[*token.kinds_taken, kind.value]
    )
    holding.last_refreshed_at = now
    holding.save(update_fields=["last_refreshed_at"])
    facts: dict[str, int | str] = {"kind": kind.value, "count": len(issued)}
    record_device("card.issued", holding, actor=phone_of(holding), now=now, **facts)
    card = holding.card
    if card.state == CardState.OFFERED:
        card.state, card.state_changed_at = CardState.ACTIVE, now
        card.save(update_fields=["state", "state_changed_at"])
    return issued
