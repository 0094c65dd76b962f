"""For whom a page is: shown on every page while somebody acts for another, so that nobody forgets.

A page of one's own costs no query for it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import CounterSession, Person
from core.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Whom it is for, and at the counter until when."""

    person: UUID
    name: str
    until: datetime | None = None


def acting(actor: Actor, *, nameless: str) -> Acting | None:
    """Return for whom ``actor`` acts now, if not for themselves."""
    if actor.on_behalf_of is None:
        return None
    if actor.counter_session is not None:
        session = CounterSession.objects.select_related("person").get(pk=actor.counter_session)
        name = session.person.name or nameless
        return Acting(person=session.person_id, name=name, until=session.ends_at)
    person = Person.objects.get(pk=actor.on_behalf_of)
    return Acting(person=person.pk, name=person.name or nameless)
