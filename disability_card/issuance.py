"""Write the card's credentials: which claims, how long, which status index, whose key.

Two configurations for a phone and one for paper. The default screen says a discount class and a
number of caregivers and nothing else; the full one says more, each claim only if the holder
shows it. Handbook number, address, impairment and any id of ours are in none of them, ``iat`` is
the day and not the moment, and ``exp`` never passes the handbook's own end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from core.ids import uuid7
from core.municipality import municipality as city_of
from disability_card.card_types import paper_card_type, phone_card_type
from disability_card.handbook import Discount, discount_of, ends_on, printed_grade
from disability_card.ledger_row import LedgerRow
from disability_card.models import (
    Card,
    Credential,
    CredentialKind,
    CredentialState,
    Handbook,
    Holding,
    KeyPurpose,
    StatusList,
)
from disability_card.signing_keys import active_signer
from disability_card.status_indices import draw_indices
from disability_card.status_publication import status_list_uri
from jp.clock import day_rounded, end_of_day
from signing import sdjwt
from signing.keys import Jwk

VENUE_CONFIGURATION: Final = "disability-card-venue"
FULL_CONFIGURATION: Final = "disability-card-full"
CONFIGURATION_IDS: Final = (VENUE_CONFIGURATION, FULL_CONFIGURATION)
BATCH_SIZE: Final = 10
PHONE_LIVES: Final = timedelta(days=14)
PAPER_LIVES: Final = timedelta(days=365)
_NO_END: Final = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperCredential:
    """The paper twin's SD-JWT, ready to pack, and the row that can revoke it alone."""

    sd_jwt: str
    credential: Credential


def last_instant_of(handbook: Handbook) -> datetime:
    """Return the first instant after the handbook's last valid day in Japan."""
    until = ends_on(row_of(handbook))
    return _NO_END if until is None else end_of_day(until)


def expiry(handbook: Handbook, *, lives: timedelta, now: datetime) -> datetime:
    """Return 00:00:00 JST of the day after the credential's last valid day."""
    return min(day_rounded(now) + lives, last_instant_of(handbook))


def issue_batch(
    holding: Holding,
    *,
    kind: CredentialKind,
    holder_jwks: Sequence[Jwk],
    batch: UUID,
    now: datetime,
) -> list[str]:
    """Return one credential for each holder key, each with an index of its own.

    The phone's earlier credentials of this kind are left to expire at status 0: their state is
    ``superseded`` for us only.
    """
    card = holding.card
    city = card.municipality
    exp = expiry(card.handbook, lives=PHONE_LIVES, now=now)
    always: dict[str, int | str] = {"presenter": "guardian"} if holding.is_guardian else {}
    row = row_of(card.handbook)
    facts = _discount(card, row)
    selective = None
    if kind == CredentialKind.FULL:
        selective = facts | _details(row)
    else:
        always = always | facts
    with transaction.atomic():
        status_list, indices = draw_indices(
            city, count=len(holder_jwks), last_exp=exp, is_paper=False
        )
        signer = active_signer(city, KeyPurpose.ISSUER, now=now)
        issued = [
            sdjwt.issue(
                _fixed_part(phone_card_type(city), status_list, index, exp=exp, now=now) | always,
                signer=signer,
                selective=selective,
                holder=jwk,
            )
            for jwk, index in zip(holder_jwks, indices, strict=True)
        ]
        Credential.objects.filter(holding=holding, kind=kind, state=CredentialState.ISSUED).update(
            state=CredentialState.SUPERSEDED
        )
        Credential.objects.bulk_create(
            Credential(
                card=card,
                holding=holding,
                kind=kind,
                batch=batch,
                status_list=status_list,
                status_index=index,
                state=CredentialState.ISSUED,
                issued_at=now,
                exp=exp,
            )
            for index in indices
        )
    return issued


def issue_paper_credential(card: Card, *, now: datetime) -> PaperCredential:
    """Return a credential without key binding: name and birth year are always visible in it."""
    return issue_paper_credentials([card], now=now)[0]


def issue_paper_credentials(cards: Sequence[Card], *, now: datetime) -> list[PaperCredential]:
    """Return one paper credential a card, in the same order; all cards are of one city."""
    city = cards[0].municipality
    ends = [expiry(card.handbook, lives=PAPER_LIVES, now=now) for card in cards]
    batch = uuid7()
    with transaction.atomic():
        status_list, indices = draw_indices(
            city, count=len(cards), last_exp=max(ends), is_paper=True
        )
        signer = active_signer(city, KeyPurpose.ISSUER, now=now)
        texts = []
        for card, exp, index in zip(cards, ends, indices, strict=True):
            claims = _fixed_part(paper_card_type(city), status_list, index, exp=exp, now=now)
            row = row_of(card.handbook)
            claims |= _discount(card, row) | _name_to_check(row)
            texts.append(sdjwt.issue(claims, signer=signer))
        credentials = Credential.objects.bulk_create(
            Credential(
                card=card,
                kind=CredentialKind.PAPER,
                batch=batch,
                status_list=status_list,
                status_index=index,
                state=CredentialState.ISSUED,
                issued_at=now,
                exp=exp,
            )
            for card, exp, index in zip(cards, ends, indices, strict=True)
        )
    return [
        PaperCredential(sd_jwt=text, credential=credential)
        for text, credential in zip(texts, credentials, strict=True)
    ]


def _fixed_part(
    vct: str, status_list: StatusList, index: int, *, exp: datetime, now: datetime
) -> dict[str, Any]:
    city = status_list.municipality
    return {
        "iss": city_of(city).issuer,
        "vct": vct,
        "iat": int(day_rounded(now).timestamp()),
        "exp": int(exp.timestamp()),
        "status": {"status_list": {"idx": index, "uri": status_list_uri(city, status_list.number)}},
    }


def row_of(handbook: Handbook) -> LedgerRow:
    """Return the ledger row in force, decrypted."""
    return LedgerRow.from_record(handbook.record)


def discount_of_card(card: Card, row: LedgerRow) -> Discount:
    """Return what a venue learns of a card, whose handbook's row in force is ``row``."""
    return discount_of(row, attendant_rule=city_of(card.municipality).attendant_rule)


def _discount(card: Card, row: LedgerRow) -> dict[str, int | str]:
    discount = discount_of_card(card, row)
    return {"discount_class": discount.discount_class, "caregivers": discount.caregivers}


def _details(row: LedgerRow) -> dict[str, int | str]:
    """Return what the holder may choose to show. What the handbook has not is left out."""
    until, grade = ends_on(row), printed_grade(row)
    details: dict[str, int | str] = {"handbook": row.handbook_type.claim, **_name_to_check(row)}
    if until is not None:
        details["valid_until"] = until.isoformat()
    if grade:
        details["grade"] = grade
    return details


def _name_to_check(row: LedgerRow) -> dict[str, int | str]:
    return {"name": row.name, "birth_year": row.birth_date.year}
