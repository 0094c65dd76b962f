"""What a signed-in user is here: their person, roles and memberships, read with the user at once.

The user of each request comes by one query; what of it holds now is decided by who asks, with
their own clock.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.db.models import F, QuerySet

from accounts.models import Person, Role, User
from core.actor import RoleGrant

_NOT_NEEDED: Final = (
    "name", "name_kana", "birth_date", "address", "identity_index", "created_at", "merged_into",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedGrant:
    """A role with the instants between which it holds, the end excluded."""

    grant: RoleGrant
    valid_from: datetime
    valid_to: datetime | None

    def holds(self, *, now: datetime) -> bool:
        """Say whether it holds at ``now``."""
        return self.valid_from <= now and (self.valid_to is None or now < self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All grants of a user, whenever they hold, and the person behind the account."""

    person: Person | None
    grants: frozenset[DatedGrant]

    def held(self, *, now: datetime) -> frozenset[RoleGrant]:
        """Return what holds at ``now``, the city's roles and an organisation's."""
        return frozenset(dated.grant for dated in self.grants if dated.holds(now=now))


def is_of_the_city(grant: RoleGrant) -> bool:
    """Say whether this is a role of the city's staff, not one in an organisation."""
    return grant.role in Role.values


def signed_in_user(pk: UUID | str) -> User | None:
    """Return the user with the standing already read, or ``None``. One query."""
    rows = list(_joined().filter(pk=pk))
    if not rows:
        return None
    user: User = rows[0]
    user._standing = _standing(rows)  # type: ignore[attr-defined]  # read by standing_of alone
    return user


def standing_of(user: User) -> Standing:
    """Return the standing of ``user``, read now unless it came with the user."""
    found = getattr(user, "_standing", None)
    return found if isinstance(found, Standing) else _standing(list(_joined().filter(pk=user.pk)))


@cache
def _joined() -> QuerySet[Any]:
    """A row for each role times each membership: a handful, and one for nearly everybody.

    Built once: resolving its names at each request would cost as much as asking the database.
    What the actor does not need of the person is fetched when somebody reads it.
    """
    return (
        User.objects.select_related("person")
        .defer(*(f"person__{name}" for name in _NOT_NEEDED))
        .annotate(
            role_name=F("role_assignments__role"),
            role_city=F("role_assignments__municipality"),
            role_scope=F("role_assignments__scope"),
            role_from=F("role_assignments__valid_from"),
            role_to=F("role_assignments__valid_to"),
            member_role=F("memberships__role"),
            member_city=F("memberships__organisation__municipality"),
            member_place=F("memberships__place_id"),
            member_of=F("memberships__organisation_id"),
            member_from=F("memberships__valid_from"),
            member_to=F("memberships__valid_to"),
        )
    )


def _standing(rows: list[Any]) -> Standing:
    grants = set()
    for row in rows:
        if row.role_name is not None:
            role = RoleGrant(role=row.role_name, municipality=row.role_city, scope=row.role_scope)
            grants.add(DatedGrant(grant=role, valid_from=row.role_from, valid_to=row.role_to))
        if row.member_role is not None:
            member = RoleGrant(
                role=row.member_role,
                municipality=row.member_city,
                scope=row.member_place,
                organisation=row.member_of,
            )
            grants.add(DatedGrant(grant=member, valid_from=row.member_from, valid_to=row.member_to))
    person = getattr(rows[0], "person", None) if rows else None
    return Standing(person=person, grants=frozenset(grants))
