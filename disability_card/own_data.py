"""What the card keeps of a person, for disclosure and erasure."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from accounts.models import Person
from core.actor import Actor
from core.refusals import gettext_noop as _
from disability_card.life_cycle import LIVE
from disability_card.models import Card, Holding, PaperCard


def export_cards(person_id: UUID) -> object:
    """Return the cards with the ledger row behind each, phones, papers and credentials issued."""
    cards = Card.objects.filter(person=person_id).select_related("handbook").order_by("created_at")
    return [
        {
            "state": card.state,
            "since": card.created_at.isoformat(),
            "linked_by": card.linked_by,
            "handbook": card.handbook.record,
            "phones": list(card.holdings.values_list("label", "state")),
            "papers": list(PaperCard.objects.filter(card=card).values_list("serial", flat=True)),
            "credentials": card.credentials.count(),
        }
        for card in cards
    ]


def cards_hold(person_id: UUID, _now: datetime) -> Sequence[str]:
    """A live card keeps its person: without one nobody could stop it."""
    if Card.objects.filter(person=person_id, state__in=LIVE).exists():
        return [_("使っている手帳のカードがあります。先に窓口で失効してください。")]
    return []


def move_cards(kept: Person, gone: Person, _actor: Actor, _now: datetime) -> None:
    """Give the cards and phones of a merged record to the one that stays."""
    if Card.objects.filter(person=kept, is_default=True, state__in=LIVE).exists():
        Card.objects.filter(person=gone).update(is_default=False)
    Card.objects.filter(person=gone).update(person=kept)
    Holding.objects.filter(held_by=gone).update(held_by=kept)


def erase_cards(person_id: UUID, _now: datetime) -> None:
    """Forget the names of phones; ended cards stay as states without a person's facts."""
    Holding.objects.filter(card__person=person_id).update(label="")
