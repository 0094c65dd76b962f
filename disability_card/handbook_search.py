"""How an officer finds handbooks: by name and birth date with a reason, or of whom they serve."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Exists, Q, QuerySet

from accounts.models import CounterSession, Person, Role
from accounts.shielding import namesakes_protected_from, protected_from
from core import audit, policy
from core.actor import Actor
from core.throttles import Limit
from disability_card.handbook_index import identity_index
from disability_card.ledger_row import LedgerRow
from disability_card.life_cycle import LIVE
from disability_card.models import Card, Handbook

# A busy counter serves twenty people an hour; who copies the ledger asks for thousands.
SEARCHES: Final = Limit(name="handbook-search", tries=60, seconds=3_600)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundHandbook:
    """One handbook, its row of the ledger, and its card where there is one."""

    handbook: Handbook
    row: LedgerRow
    card: Card | None


def search_handbooks(
    actor: Actor, *, name: str, birth_date: date, reason: str, now: datetime
) -> Sequence[FoundHandbook]:
    """Return the handbooks of this name and birth date; who asked why is recorded."""
    SEARCHES.count(str(actor.user_id), now=now)
    wanted = Q(identity_index=identity_index(name=name, birth_date=birth_date))
    found = _open_to(actor, wanted, name=name, birth_date=birth_date)
    _record(actor, found, reason=reason, person=None, now=now)
    return found


def handbooks_of_served(
    session: CounterSession, *, actor: Actor, now: datetime
) -> Sequence[FoundHandbook]:
    """Return the handbooks of whom the officer serves: hers by a card, or by name and birth date.

    The session's reason stands in the trail, and she sees that they were looked for.
    """
    SEARCHES.count(str(actor.user_id), now=now)
    person = session.person
    wanted = Q(cards__person=person)
    if person.name and person.birth_date is not None:
        wanted |= Q(identity_index=identity_index(name=person.name, birth_date=person.birth_date))
    found = _open_to(actor, wanted, name=person.name, birth_date=person.birth_date)
    _record(actor, found, reason=session.reason, person=person, now=now)
    return found


def handbooks_open_to(actor: Actor, action: str) -> QuerySet[Handbook]:
    """Return the handbooks on which the officer may do ``action``, for a run over all of them.

    Who is protected from the officer may have a handbook that nobody linked to them yet: it is
    known by their name and birth date.
    """
    rows = policy.allowed(actor, action, Handbook.objects.all())
    hidden = [
        identity_index(name=one.name, birth_date=one.birth_date)
        for one in Person.objects.filter(pk__in=protected_from(actor))
        if one.name and one.birth_date is not None
    ]
    return rows.exclude(identity_index__in=hidden) if hidden else rows


def _open_to(
    actor: Actor, wanted: Q, *, name: str, birth_date: date | None
) -> Sequence[FoundHandbook]:
    rows = policy.allowed(actor, "staff.handbook.read", Handbook.objects.filter(wanted).distinct())
    if birth_date is not None:
        # Who is protected from the officer may have a handbook that nobody linked to them yet.
        protected = namesakes_protected_from(actor, name=name, birth_date=birth_date)
        rows = rows.exclude(Exists(protected))
    return [
        FoundHandbook(
            handbook=handbook,
            row=LedgerRow.from_record(handbook.record),
            card=handbook.cards.filter(state__in=LIVE).first(),
        )
        for handbook in rows
    ]


def _record(
    actor: Actor,
    found: Sequence[FoundHandbook],
    *,
    reason: str,
    person: Person | None,
    now: datetime,
) -> None:
    audit.record(
        "handbook.search",
        actor=actor,
        now=now,
        municipality=min(actor.cities_of(Role.CARD_CLERK, Role.CARD_APPROVER), default=""),
        reason=reason,
        facts={"found": len(found)},
        subject=person.pk if person else None,
    )
