"""Give a card its paper twin: for whoever has no phone, and for the day the phone is empty.

A paper card has no key of its own, so a front desk always checks the name. Its credential has an
index of its own and can be revoked alone (a lost card), without touching the phones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from django.db import transaction

from accounts.models import User
from core.ids import make_reference
from core.refusals import Refusal, gettext_noop as _
from disability_card.issuance import PaperCredential, issue_paper_credentials
from disability_card.models import Card, CardState, PaperCard
from disability_card.printing.cards import CardFace
from jp.clock import civil_date
from signing.pack import pack


class CardNotPrintable(Refusal):
    """Only a live card has a paper twin: a suspended or ended one would be refused at the desk."""

    code = "card-not-printable"
    title = _("このカードは、いま印刷できません")
    next_step = _(
        "カードの状態をたしかめてください。止まっているカードは、再開してから印刷します。"
    )
    status = HTTPStatus.CONFLICT


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedCard:
    """A new paper card: its row, and what is to be printed on it."""

    paper: PaperCard
    face: CardFace


def make_paper_cards(
    cards: Sequence[Card], *, printed_by: User, now: datetime
) -> list[PrintedCard]:
    """Issue a paper credential for each of ``cards`` (of one city) and return them in order.

    Raises :class:`CardNotPrintable` where one of them is not live, and prints none.
    """
    with transaction.atomic():
        locked = {
            card.pk: card
            for card in Card.objects.select_for_update(of=("self",))
            .filter(pk__in=[card.pk for card in cards])
            .select_related("handbook")
            .order_by("pk")
        }
        ordered = [locked[card.pk] for card in cards]
        if any(card.state not in PRINTABLE for card in ordered):
            raise CardNotPrintable
        issued = issue_paper_credentials(ordered, now=now)
        papers = PaperCard.objects.bulk_create(
            PaperCard(
                card=card,
                credential=paper.credential,
                serial=make_reference(8),
                printed_by=printed_by,
                printed_at=now,
            )
            for card, paper in zip(ordered, issued, strict=True)
        )
    return [
        PrintedCard(paper=row, face=_face(card, paper, serial=row.serial))
        for card, paper, row in zip(ordered, issued, papers, strict=True)
    ]


PRINTABLE = frozenset({CardState.APPROVED, CardState.OFFERED, CardState.ACTIVE})


def _face(card: Card, paper: PaperCredential, *, serial: str) -> CardFace:
    record = card.handbook.record
    return CardFace(
        name=record["name"],
        birth_year=int(record["birth_date"][:4]),
        # `exp` is the first instant after the last day, so the day before it is the last.
        valid_until=civil_date(paper.credential.exp - timedelta(seconds=1)),
        qr_text=pack(paper.sd_jwt),
        serial=serial,
    )
