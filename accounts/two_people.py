"""Whether two accounts are two people: a second account of one person is not a second person.

Wherever the city asks for a second person, this is asked, and not whether two ids differ. Records
are followed through merges; the same name and birth date in one city is one person; and whoever
may act for another (a guardian, a helper) is no independent second one either.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Delegation, DelegationStatus, Person

_MERGES_MAX = 20  # a chain of merges is a step or two; more would be a circle


def natural_person(user_id: UUID | None) -> Person | None:
    """Return the person behind an account, merged records followed to the one that stays."""
    person = Person.objects.filter(user=user_id).first() if user_id is not None else None
    for _step in range(_MERGES_MAX):
        if person is None or person.merged_into_id is None:
            return person
        person = Person.objects.get(pk=person.merged_into_id)
    return person


def are_one(first_id: UUID | None, second_id: UUID, *, now: datetime) -> bool:
    """Say whether two accounts belong to one person, or one may act for the other.

    No account (a command of the city's own) is nobody's.
    """
    if first_id is None or first_id == second_id:
        return first_id is not None
    return second_id in accounts_as_one(first_id, now=now)


def accounts_as_one(user_id: UUID | None, *, now: datetime) -> frozenset[UUID]:
    """Return every account that is no second person beside this one, itself among them.

    A list of what waits for another officer asks this once and compares ids.
    """
    known = persons_as_one(user_id, now=now)
    users = Person.objects.filter(pk__in=known).values_list("user_id", flat=True)
    return frozenset(one for one in (user_id, *users) if one is not None)


def persons_as_one(user_id: UUID | None, *, now: datetime) -> set[UUID]:
    """Return the records that are one with this account's person, or in care of one another."""
    person = natural_person(user_id)
    if person is None:
        return set()
    known = {person.pk, *_twins(person), *_bound_by_care(person, now=now)}
    for _step in range(_MERGES_MAX):
        merged = set(Person.objects.filter(merged_into__in=known).values_list("pk", flat=True))
        if merged <= known:
            break
        known |= merged
    return known


def _twins(person: Person) -> QuerySet[Person, UUID]:
    """The same name and birth date in the same city: two records of one person."""
    rows = Person.objects.filter(municipality=person.municipality, identity_index__isnull=False)
    return rows.filter(identity_index=person.identity_index).values_list("pk", flat=True)


def _bound_by_care(person: Person, *, now: datetime) -> set[UUID]:
    """Whoever acts for the person now, and for whom they act."""
    care = Delegation.objects.filter(
        Q(principal=person) | Q(agent=person),
        status=DelegationStatus.ACTIVE,
        valid_from__lte=now,
    ).exclude(valid_to__lte=now)
    return {one for pair in care.values_list("principal_id", "agent_id") for one in pair}
