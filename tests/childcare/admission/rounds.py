"""A small April round in the database, past its deadline, scored alike by both scorers."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import count
from typing import Any

from accounts.models import Role, User
from childcare.applying.content import Siblings
from childcare.models import (
    Application,
    ClassCapacity,
    Facility,
    Household,
    Round,
    RuleSet,
    Scorer,
    ScoreSheet,
)
from core.actor import Actor, ActorKind, RoleGrant
from tests.childcare.applying.factories import (
    CLOSES,
    NOW,
    make_child,
    make_clerk,
    make_facility,
    make_family,
    make_round,
    make_slot,
    make_verified,
)
from tests.disability_card.factories import CITY, make_person, make_staff

AFTER = CLOSES + timedelta(days=40)
_ties = count(1)


def make_scored_round(**override: Any) -> Round:
    """A round with a published rule set."""
    first_year = override.pop("first_year", 2026)
    rules = RuleSet.objects.create(
        municipality=CITY,
        name="demo",
        version=f"{next(_ties)}",
        status=override.pop("status", "published"),
        content="demo",
        sha256="a" * 64,
        effective_from=date(first_year, 4, 1),
        effective_to=date(first_year + 2, 3, 31),
        is_demo=True,
    )
    return make_round(rule_set=rules, **override)


def make_class(round_: Round, *, seats: int = 2, class_age: int = 1, **override: Any) -> Facility:
    """A facility with one class, its seats confirmed."""
    facility = make_facility(**override)
    make_slot(round_, facility, class_age=class_age, offered=seats)
    ClassCapacity.objects.create(
        facility=facility,
        fiscal_year=round_.fiscal_year,
        class_age=class_age,
        seats=seats,
        confirmed_by=make_clerk(),
        confirmed_at=NOW,
    )
    return facility


def apply_for(
    round_: Round, *facilities: Facility, points: int, family: Household | None = None, **more: Any
) -> Application:
    """A verified application with so many half points by both scorers."""
    born = more.pop("born", date(2025, 6, 10))
    child = make_child(family, birth_date=born)
    row = make_verified(child, round_=round_, facilities=facilities, **more)
    score(row, points=points)
    return row


def score(row: Application, *, points: int, scorers: Iterable[str] = Scorer.values) -> None:
    """Write both scorers' sheets; the tie key is drawn once."""
    tie = next(_ties)
    assert row.round.rule_set is not None
    for scorer in scorers:
        ScoreSheet.objects.create(
            round=row.round,
            application=row,
            rule_set=row.round.rule_set,
            scorer=scorer,
            points_numerator=points,
            points_denominator=1,
            tie_keys=[tie],
            lines=[],
            made_at=NOW,
        )


def make_siblings(
    round_: Round, *facilities: Facility, points: int, box: str, **more: Any
) -> tuple[Application, Application]:
    """An elder of class 2 and a younger of class 1 of one family."""
    family = make_family()
    siblings = Siblings(box=box, **more)
    elder = apply_for(
        round_, *facilities, points=points, family=family, born=date(2024, 6, 1), siblings=siblings
    )
    younger = apply_for(round_, *facilities, points=points, family=family, siblings=siblings)
    return elder, younger


def staff_actor(user: User, *roles: Role, **override: Any) -> Actor:
    grants = frozenset(RoleGrant(role=role, municipality=CITY) for role in roles)
    good: dict[str, Any] = {
        "kind": ActorKind.USER,
        "user_id": user.pk,
        "municipality": CITY,
        "roles": grants,
    }
    return Actor(**(good | override))


def make_officer() -> Actor:
    """A clerk who may run and approve, as a person of their own."""
    roles = (Role.CHILDCARE_CLERK, Role.CHILDCARE_APPROVER)
    user = make_staff(*roles)
    person = make_person(user=user)
    return staff_actor(user, *roles, person_id=person.pk)
