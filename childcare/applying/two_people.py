"""Whether two accounts are two people: a second account of one person is not a second person."""

from datetime import datetime

from django.db.models import Q

from accounts.models import Delegation, DelegationStatus, Person, User

_MERGES_MAX = 20  # a chain of merges is a step or two; more would be a circle


def natural_person(user: User | None) -> Person | None:
    """Return the person behind ``user``, merged records followed to the one that stays."""
    person = Person.objects.filter(user=user).first() if user is not None else None
    for _step in range(_MERGES_MAX):
        if person is None or person.merged_into_id is None:
            return person
        person = Person.objects.get(pk=person.merged_into_id)
    return person


def are_one(first: User, second: User, *, now: datetime) -> bool:
    """Say whether two accounts belong to one person, or one may act for the other."""
    if first.pk == second.pk:
        return True
    one, other = natural_person(first), natural_person(second)
    if one is None or other is None:
        return False
    if one.pk == other.pk or _are_twins(one, other):
        return True
    return _acts_for(one, other, now=now)


def _are_twins(one: Person, other: Person) -> bool:
    """The same name and birth date in the same city: two records of one person."""
    index = one.identity_index
    return (
        index is not None
        and other.identity_index is not None
        and bytes(index) == bytes(other.identity_index)
        and one.municipality == other.municipality
    )


def _acts_for(one: Person, other: Person, *, now: datetime) -> bool:
    return (
        Delegation.objects.filter(
            Q(principal=one, agent=other) | Q(principal=other, agent=one),
            status=DelegationStatus.ACTIVE,
            valid_from__lte=now,
        )
        .exclude(valid_to__lte=now)
        .exists()
    )
