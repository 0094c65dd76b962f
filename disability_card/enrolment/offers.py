"""Offer a card to a phone: a pre-authorized code in a link or QR, and six digits beside it.

The code alone is worth nothing to somebody who films the screen: the digits are shown apart
(OpenID4VCI 1.0 section 4.1.1 ``tx_code``). Five wrong tries end the offer. Who may ask for one
is policy's to say; whether the card can be offered is decided here.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from django.db import transaction

from accounts.models import Person
from core import audit
from core.actor import Actor
from core.ids import random_token
from core.municipality import municipality as city_of
from core.refusals import Refusal, gettext_noop
from disability_card.enrolment.secrets_at_rest import digest
from disability_card.holdings import refuse_a_fourth_device
from disability_card.issuance import CONFIGURATION_IDS, last_instant_of
from disability_card.models import Card, CardState, CredentialOffer

PRE_AUTHORIZED_CODE_GRANT: Final = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
TX_CODE_DIGITS: Final = 6
TX_CODE_FAILURES_MAX: Final = 5
OFFER_LIVES: Final = timedelta(minutes=10)
OFFERED_IN = {CardState.APPROVED, CardState.OFFERED, CardState.ACTIVE}


class CardNotOfferable(Refusal):
    """Not approved yet, suspended, revoked or replaced."""

    code, status = "card-not-active", HTTPStatus.CONFLICT
    title = gettext_noop("このカードは、いまスマホに入れられません")
    next_step = gettext_noop("カードのページで状態を確かめてください。")


class HandbookEnded(Refusal):
    code, status = "handbook-expired", HTTPStatus.CONFLICT
    title = gettext_noop("手帳の有効期限が切れています")
    next_step = gettext_noop("手帳の更新が台帳に反映されると、カードを入れられます。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the holder's page shows once. ``tx_code`` is never stored and never in the link."""

    uri: str
    tx_code: str
    expires_at: datetime


def offer_card(
    card: Card, *, offered_to: Person, is_guardian: bool, actor: Actor, now: datetime
) -> Offer:
    """Make an offer for one phone of ``offered_to``; an earlier unused one of theirs ends."""
    with transaction.atomic():
        card = Card.objects.select_for_update().select_related("handbook").get(pk=card.pk)
        if card.state not in OFFERED_IN:
            raise CardNotOfferable
        if last_instant_of(card.handbook) <= now:
            raise HandbookEnded
        refuse_a_fourth_device(card)
        CredentialOffer.objects.filter(card=card, offered_to=offered_to, used_at=None).delete()
        code = random_token()
        tx_code = f"{secrets.randbelow(10**TX_CODE_DIGITS):0{TX_CODE_DIGITS}d}"
        CredentialOffer.objects.create(
            card=card,
            offered_to=offered_to,
            is_guardian=is_guardian,
            code_digest=digest("code", code),
            tx_code_digest=digest("tx-code", code + tx_code),
            created_at=now,
            expires_at=now + OFFER_LIVES,
        )
        if card.state == CardState.APPROVED:
            card.state, card.state_changed_at = CardState.OFFERED, now
            card.save(update_fields=["state", "state_changed_at"])
        audit.record(
            "card.offered",
            actor=actor,
            now=now,
            municipality=card.municipality,
            object_type="card",
            object_id=card.pk,
        )
    return Offer(
        uri=_offer_uri(card.municipality, code), tx_code=tx_code, expires_at=now + OFFER_LIVES
    )


def _offer_uri(municipality: str, code: str) -> str:
    """Return the link of OpenID4VCI 1.0 section 4.1.3, with the offer by value."""
    offer = {
        "credential_issuer": city_of(municipality).issuer,
        "credential_configuration_ids": list(CONFIGURATION_IDS),
        "grants": {
            PRE_AUTHORIZED_CODE_GRANT: {
                "pre-authorized_code": code,
                "tx_code": {"input_mode": "numeric", "length": TX_CODE_DIGITS},
            }
        },
    }
    compact = json.dumps(offer, separators=(",", ":"))
    return f"openid-credential-offer://?credential_offer={quote(compact, safe='')}"
