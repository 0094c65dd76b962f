"""Rows about a protected person (支援措置) stay hidden from whom that person is protected from."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Subquery

from accounts.models import Person, ProtectiveBlock
from accounts.models.people import person_index
from core.actor import Actor
from core.policy import Rule

# The ids of protected people, as a query to nest in another one.
Protected = QuerySet[ProtectiveBlock, Any]


def records_of(actor: Actor) -> QuerySet[Person, Any]:
    """Return the records of the actor, a second one by name and birth date among them.

    Nested, it costs no query. Without it a block on somebody's own record would not hold for the
    account that the city gave them when they came to work there.
    """
    if actor.person_id is None:
        return Person.objects.none().values("pk")
    own = Person.objects.filter(pk=actor.person_id)
    namesake = Q(
        identity_index=Subquery(own.values("identity_index")),
        municipality=Subquery(own.values("municipality")),
    )
    return Person.objects.filter(Q(pk=actor.person_id) | namesake).values("pk")


def protected_from(actor: Actor) -> Protected:
    """Return the ids of those who are protected from the actor; nested, it costs no query."""
    standing = ProtectiveBlock.objects.filter(lifted_at__isnull=True)
    return standing.filter(blocked__in=records_of(actor)).values("person")


def namesakes_protected_from(actor: Actor, *, name: str, birth_date: date) -> Protected:
    """Return those of them with this name and birth date: for rows that name nobody we know."""
    index = person_index(name=name, birth_date=birth_date)
    return protected_from(actor).filter(person__identity_index=index)


def shielded(rule: Rule, about: Callable[[Protected], Q]) -> Rule:
    """Take from the rows of ``rule`` those that are about somebody protected from the actor.

    ``about`` gives the rows about any of some people. A block wins over every role of the city:
    whoever looks for their victim may work at the city hall.
    """

    def rows(actor: Actor) -> Q | None:
        part = rule.rows(actor)
        if part is None or actor.person_id is None:
            return part
        return part & ~about(protected_from(actor))

    return Rule(name=rule.name, rows=rows)


def by_no_party(rule: Rule, block: str = "") -> Rule:
    """Take from the rows of ``rule`` the protections to which the actor is a party, on either side.

    ``block`` is the path from the row to the protection, with its ``__``.
    """

    def rows(actor: Actor) -> Q | None:
        part = rule.rows(actor)
        if part is None or actor.person_id is None:
            return part
        mine = records_of(actor)
        return part & ~(Q(**{f"{block}person__in": mine}) | Q(**{f"{block}blocked__in": mine}))

    return Rule(name=rule.name, rows=rows)
