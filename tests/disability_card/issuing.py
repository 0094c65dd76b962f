"""Cards that can be offered, offers, and phones that have enrolled: on top of ``factories``."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.test import Client

from accounts.models import Person
from accounts.people import record_guardian
from core.audit import SYSTEM
from core.ids import uuid7
from disability_card.enrolment.offers import Offer, offer_card
from disability_card.issuance import issue_batch
from disability_card.key_roll_over import make_first_keys
from disability_card.models import (
    Card,
    CardState,
    CredentialKind,
    Holding,
    HoldingState,
    SigningKey,
)
from signing.keys import Jwk
from tests.disability_card.factories import make_card, make_person
from tests.disability_card.wallet import HeldCredential, Phone, new_key, public_jwk

CITY = "202177"
ISSUER = f"http://localhost:8000/{CITY}"
# When the tests were read in: good for what is only compared with itself. What a request looks at
# too needs ``clock()``, for a slow run comes here minutes later and an offer has ended by then.
NOW = datetime.now(UTC).replace(microsecond=0)


def clock() -> datetime:
    """Now, to the second: over HTTP the clock is the machine's, and both have to agree."""
    return datetime.now(UTC).replace(microsecond=0)


def make_keys(municipality: str = CITY) -> None:
    if not SigningKey.objects.filter(municipality=municipality).exists():
        make_first_keys(municipality, now=NOW)


def make_offerable_card(**override: Any) -> Card:
    make_keys()
    return make_card(**({"state": CardState.APPROVED} | override))


def make_offer(card: Card, **override: Any) -> Offer:
    good: dict[str, Any] = {
        "offered_to": card.person,
        "is_guardian": False,
        "actor": SYSTEM,
        "now": clock(),
    }
    return offer_card(card, **(good | override))


def make_phone(
    client: Client, card: Card, *, is_guardian: bool = False, phone: Phone | None = None
) -> Phone:
    """A phone that has enrolled over HTTP; a guardian's belongs to another person."""
    holder: Person = make_person() if is_guardian else card.person
    if is_guardian:
        record_guardian(child=card.person, guardian=holder, proof="letter", actor=SYSTEM, now=NOW)
    offer = make_offer(card, offered_to=holder, is_guardian=is_guardian)
    phone = phone or Phone(client)
    phone.enrol(offer.uri, offer.tx_code)
    return phone


def make_holding(card: Card, **override: Any) -> Holding:
    good: dict[str, Any] = {
        "card": card,
        "held_by": card.person,
        "label": "Android · Chrome",
        "device_key_thumbprint": "x" * 43,
        "state": HoldingState.ACTIVE,
        "created_at": NOW,
    }
    return Holding.objects.create(**(good | override))


def holder_jwks(count: int) -> list[Jwk]:
    return [public_jwk(new_key()) for _ in range(count)]


def issue_venue_cards(holding: Holding, *, count: int = 10, now: datetime = NOW) -> list[str]:
    """A batch without HTTP: for tests that only need issued credentials."""
    return issue_batch(
        holding,
        kind=CredentialKind.VENUE,
        holder_jwks=holder_jwks(count),
        batch=uuid7(),
        now=now,
    )


def make_active_card(**override: Any) -> Card:
    """An active card with one phone that holds one venue credential."""
    card = make_offerable_card(**({"state": CardState.ACTIVE} | override))
    issue_venue_cards(make_holding(card), count=1)
    return card


def status_entry(card: HeldCredential) -> tuple[str, int]:
    """Where the credential's status stands: (uri, index)."""
    entry = card.claims["status"]["status_list"]
    return entry["uri"], entry["idx"]


def status_entries(cards: Iterable[HeldCredential]) -> set[tuple[str, int]]:
    return {status_entry(one) for one in cards}
