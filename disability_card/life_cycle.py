"""What happens to a card: suspend, resume, revoke, reissue. The states stand in one table.

Each change of a card changes the status of its credentials in the same transaction; online
verifiers see it at once, offline ones with their next status list. A suspension by staff is not
lifted by the holder.
"""

from collections.abc import Mapping, Set as AbstractSet
from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.db import transaction

from core import audit, outbox
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _
from disability_card.models import (
    Card,
    CardState,
    CredentialState,
    HoldingState,
    PaperCard,
    StateSetBy,
)
from disability_card.status_publication import set_status

ALLOWED: Final[Mapping[str, AbstractSet[str]]] = {
    CardState.APPLIED: {CardState.UNDER_REVIEW, CardState.REJECTED, CardState.APPROVED},
    CardState.UNDER_REVIEW: {CardState.REJECTED, CardState.APPROVED},
    CardState.REJECTED: set(),
    CardState.APPROVED: {CardState.OFFERED, CardState.ACTIVE, CardState.REVOKED},
    CardState.OFFERED: {CardState.ACTIVE, CardState.SUSPENDED, CardState.REVOKED},
    CardState.ACTIVE: {CardState.SUSPENDED, CardState.REVOKED, CardState.SUPERSEDED},
    CardState.SUSPENDED: {CardState.ACTIVE, CardState.REVOKED, CardState.SUPERSEDED},
    CardState.REVOKED: set(),
    CardState.SUPERSEDED: set(),
}
LIVE: Final = frozenset(
    {CardState.APPROVED, CardState.OFFERED, CardState.ACTIVE, CardState.SUSPENDED}
)


class TransitionRefused(Refusal):
    """The card is not in a state from which this can happen."""

    code = "card-state"
    title = _("カードがいまの状態では、この操作はできません")
    next_step = _("カードの状態をたしかめてください。")
    status = HTTPStatus.CONFLICT


class SuspendedByTheCity(Refusal):
    """The holder cannot lift what staff stopped."""

    code = "card-suspended-by-city"
    title = _("市が止めているカードは、自分では再開できません")
    next_step = _("市の窓口に相談してください。")
    status = HTTPStatus.CONFLICT


def locked_card(card: Card) -> Card:
    """Return the card's row locked for the rest of the transaction."""
    return (
        Card.objects.select_for_update(of=("self",))
        .select_related("handbook", "person")
        .get(pk=card.pk)
    )


def suspend_card(card: Card, *, by: StateSetBy, reason: str, actor: Actor, now: datetime) -> Card:
    """Stop a card on all its phones and papers, until it is resumed."""
    with transaction.atomic():
        card = locked_card(card)
        _move(card, CardState.SUSPENDED, by=by, reason=reason, now=now)
        set_status(card, state=CredentialState.SUSPENDED, now=now)
        _tell(card, "card.suspend", actor=actor, now=now)
    return card


def resume_card(card: Card, *, by: StateSetBy, actor: Actor, now: datetime) -> Card:
    """Let a suspended card count again; its revoked credentials stay revoked."""
    with transaction.atomic():
        card = locked_card(card)
        if card.state != CardState.SUSPENDED:
            raise TransitionRefused
        if by == StateSetBy.HOLDER and card.state_set_by != StateSetBy.HOLDER:
            raise SuspendedByTheCity
        _move(card, CardState.ACTIVE, by=by, reason="", now=now)
        set_status(card, state=CredentialState.ISSUED, now=now)
        _tell(card, "card.resume", actor=actor, now=now)
    return card


def revoke_card(card: Card, *, by: StateSetBy, reason: str, actor: Actor, now: datetime) -> Card:
    """End a card for good: every credential of it is revoked."""
    with transaction.atomic():
        card = locked_card(card)
        _move(card, CardState.REVOKED, by=by, reason=reason, now=now)
        card.is_default = False
        card.save(update_fields=["is_default"])
        set_status(card, state=CredentialState.REVOKED, now=now)
        _tell(card, "card.revoke", actor=actor, now=now)
    return card


def reissue_card(card: Card, *, reason: str, actor: Actor, now: datetime) -> Card:
    """Replace a card: the old one is superseded with all its credentials, the new one is active.

    Its phones enrol again: a reissue answers a doubt about where the old card's keys are.
    """
    with transaction.atomic():
        card = locked_card(card)
        _move(card, CardState.SUPERSEDED, by=StateSetBy.STAFF, reason=reason, now=now)
        was_default, card.is_default = card.is_default, False
        card.save(update_fields=["is_default"])
        card.holdings.exclude(state=HoldingState.REVOKED).update(
            state=HoldingState.REVOKED, state_set_by=StateSetBy.STAFF
        )
        set_status(card, state=CredentialState.REVOKED, now=now)
        new = Card.objects.create(
            municipality=card.municipality,
            handbook=card.handbook,
            person=card.person,
            state=CardState.ACTIVE,
            state_set_by=StateSetBy.STAFF,
            linked_by=card.linked_by,
            is_default=was_default,
            supersedes=card,
            created_at=now,
            state_changed_at=now,
        )
        _tell(new, "card.reissue", actor=actor, now=now)
    return new


def renew_contents(card: Card, *, actor: Actor, now: datetime) -> int:
    """Revoke what was issued before the ledger changed the card's contents.

    The card stays; its phones fetch a new batch with their next refresh. Returns how many
    credentials were revoked.
    """
    with transaction.atomic():
        card = locked_card(card)
        revoked = set_status(card, state=CredentialState.REVOKED, now=now)
        if revoked:
            _tell(card, "card.renew-contents", actor=actor, now=now)
    return revoked


def revoke_paper(paper: PaperCard, *, actor: Actor, now: datetime) -> None:
    """End one lost paper card; the phones and other papers stay good."""
    with transaction.atomic():
        same = type(paper.credential).objects.filter(pk=paper.credential_id)
        set_status(same, state=CredentialState.REVOKED, now=now)
        audit.record(
            "card.revoke-paper",
            actor=actor,
            now=now,
            municipality=paper.card.municipality,
            object_type="card",
            object_id=paper.card_id,
            subject=paper.card.person_id,
        )


def _move(card: Card, state: CardState, *, by: StateSetBy, reason: str, now: datetime) -> None:
    if state not in ALLOWED[card.state]:
        raise TransitionRefused
    card.state, card.state_set_by, card.state_reason = state, by, reason
    card.state_changed_at = now
    card.save(update_fields=["state", "state_set_by", "state_reason", "state_changed_at"])


def _tell(card: Card, action: str, *, actor: Actor, now: datetime) -> None:
    audit.record(
        action,
        actor=actor,
        now=now,
        municipality=card.municipality,
        object_type="card",
        object_id=card.pk,
        subject=card.person_id,
    )
    outbox.put_notice(
        municipality=card.municipality,
        person_id=card.person_id,
        kind=action,
        link="/card/phones/",
        dedupe_key=f"{action}:{card.pk}:{int(now.timestamp())}",
        now=now,
    )
