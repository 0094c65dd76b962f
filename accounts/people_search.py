"""How staff find a person and open their file: with a reason, recorded, and seen by the person."""

from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Person
from accounts.models.people import person_index
from accounts.policy import PEOPLE_STAFF
from accounts.shielding import protected_from
from core import audit, policy
from core.actor import Actor
from core.throttles import Limit

SEARCHES: Final = Limit(name="person-search", tries=60, seconds=3_600)
REASONS: Final = ("counter", "telephone", "account")
_FOUND_MAX: Final = 20


def people_open_to(actor: Actor, action: str) -> QuerySet[Person]:
    """Return the people on whom the officer may do ``action``.

    Who is protected from the officer is not there: a protective block (支援措置) wins over every
    grant, a role of the city too. Whoever looks for their victim may work at the city hall.
    """
    people = policy.allowed(actor, action, Person.objects.all())
    if actor.person_id is None:
        return people
    return people.exclude(pk__in=protected_from(actor))


def search_people(
    actor: Actor, *, name: str, birth_date: date | None, email: str, reason: str, now: datetime
) -> list[Person]:
    """Return whom the officer may find by name and birth date, or by address.

    Counted against a limit an officer; who asked why is recorded, not whom they asked for.
    """
    SEARCHES.count(str(actor.user_id), now=now)
    people = people_open_to(actor, "staff.person.read")
    with transaction.atomic():
        found = find_people(people, name=name, birth_date=birth_date, email=email)
        audit.record(
            "person.search",
            actor=actor,
            now=now,
            municipality=min(actor.cities_of(*PEOPLE_STAFF), default=""),
            reason=reason,
            facts={"found": len(found)},
        )
    return found


def find_people(
    people: QuerySet[Person], *, name: str, birth_date: date | None, email: str
) -> list[Person]:
    """Return those of ``people`` with this name and birth date, or this address; not the merged."""
    wanted = Q(pk__in=[])
    if name and birth_date is not None:
        wanted |= Q(identity_index=person_index(name=name, birth_date=birth_date))
    if email:
        wanted |= Q(user__email=email.strip().lower())
    return list(people.filter(wanted, merged_into__isnull=True).select_related("user")[:_FOUND_MAX])


def record_reading(person: Person, *, actor: Actor, now: datetime, reason: str = "") -> None:
    """Record that the file of ``person`` was opened; they see it among who looked."""
    audit.record(
        "person.read",
        actor=actor,
        now=now,
        municipality=person.municipality,
        object_type="person",
        object_id=person.pk,
        reason=reason,
    )
