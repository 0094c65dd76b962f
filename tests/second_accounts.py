"""A second account of somebody who has one: not a second person."""

from datetime import date
from itertools import count
from typing import Final

from accounts.models import Person, Role, RoleAssignment, User
from tests.disability_card.factories import CITY, make_person, make_staff

_BORN: Final = date(1980, 4, 1)
_numbers = count(1)


def second_account_of(user: User, *roles: Role, municipality: str = CITY) -> User:
    """Return another account with the same name and birth date, with its own roles."""
    first = Person.objects.filter(user=user).first()
    if first is None:
        first = make_person(user=user, municipality=municipality)
    if first.identity_index is None:
        first.name, first.birth_date = f"職員　{next(_numbers)}子", _BORN
        first.save()
    given = roles or tuple(
        Role(one) for one in RoleAssignment.objects.filter(user=user).values_list("role", flat=True)
    )
    second = make_staff(*given, municipality=municipality)
    make_person(
        user=second,
        municipality=first.municipality,
        name=first.name,
        birth_date=first.birth_date,
    )
    return second
