"""The policy engine: lists and single checks are one query, and nothing is allowed by accident."""

from collections.abc import Iterator

import pytest
from django.db.models import Q
from hypothesis import given, strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Person, Role
from accounts.people import record_guardian
from core import policy
from core.actor import ANONYMOUS, Actor, ActorKind, RoleGrant
from core.audit import SYSTEM
from core.policy import EVERYTHING, NotAllowed, Rule
from tests.disability_card.factories import NOW, make_person

CLERK = Actor(
    kind=ActorKind.USER,
    roles=frozenset({RoleGrant(role=Role.CARD_CLERK, municipality="202177")}),
)


@pytest.fixture
def table() -> Iterator[dict[str, policy.Rules]]:
    """The installation's table, which the test may add to."""
    before = dict(policy._table)
    yield policy._table
    policy._table.clear()
    policy._table.update(before)


def test_an_unknown_action_is_a_bug_not_a_refusal() -> None:
    with pytest.raises(KeyError):
        policy.may(CLERK, "card.fly")


def test_an_action_without_rules_allows_nobody(table: dict[str, policy.Rules]) -> None:
    table["test.nobody"] = ()
    assert not policy.may(CLERK, "test.nobody")
    assert policy.allowed(CLERK, "test.nobody", Person.objects.all()).query.is_empty()
    with pytest.raises(NotAllowed):
        policy.demand(CLERK, "test.nobody")


def test_an_action_is_registered_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        policy.register({"card.list": ()})


@pytest.mark.django_db
def test_a_rule_for_every_row_is_not_lost_beside_a_rule_for_some(
    table: dict[str, policy.Rules],
) -> None:
    person = make_person()
    none = Rule(name="none", rows=lambda _actor: Q(pk__in=[]))
    everything = Rule(name="all", rows=lambda _actor: EVERYTHING)
    table["test.order"] = (none, everything)
    assert list(policy.allowed(ANONYMOUS, "test.order", Person.objects.all())) == [person]
    assert policy.reason(ANONYMOUS, "test.order", person) == "all"


@pytest.mark.django_db
def test_a_rules_joins_do_not_double_a_row(table: dict[str, policy.Rules]) -> None:
    child = make_person(user=None)
    for _ in range(2):
        record_guardian(child=child, guardian=make_person(), proof="letter", actor=SYSTEM, now=NOW)
    cared_for = Rule(name="cared-for", rows=lambda _actor: Q(delegations__status="active"))
    table["test.joins"] = (cared_for, policy.staff(Role.CARD_CLERK))
    seen = policy.allowed(CLERK, "test.joins", Person.objects.all())
    assert sorted(one.pk for one in seen) == sorted(Person.objects.values_list("pk", flat=True))
    table["test.joins"] = (cared_for,)
    assert list(policy.allowed(CLERK, "test.joins", Person.objects.all())) == [child]


def test_a_role_counts_in_its_own_city_only() -> None:
    rule = policy.staff(Role.CARD_CLERK)
    assert rule.rows(CLERK) == Q(municipality__in=["202177"])
    assert policy.staff(Role.ADMIN).rows(CLERK) is None
    assert rule.rows(ANONYMOUS) is None


class ListAndCheck(TestCase):
    @given(
        cities=st.lists(st.sampled_from(["202177", "202011", "131016"]), max_size=6),
        roles=st.sets(
            st.tuples(
                st.sampled_from([Role.CARD_CLERK, Role.STATISTICS]),
                st.sampled_from(["202177", "202011"]),
            )
        ),
    )
    def test_the_list_holds_exactly_the_rows_that_the_single_check_allows(
        self, cities: list[str], roles: set[tuple[Role, str]]
    ) -> None:
        actor = Actor(
            kind=ActorKind.USER,
            roles=frozenset(RoleGrant(role=role, municipality=city) for role, city in roles),
        )
        people = [make_person(municipality=city, user=None) for city in cities]
        rules = (policy.staff(Role.CARD_CLERK), policy.staff(Role.STATISTICS))
        policy._table["test.law"] = rules
        try:
            listed = set(policy.allowed(actor, "test.law", Person.objects.all()))
            checked = {row for row in people if policy.reason(actor, "test.law", row)}
        finally:
            del policy._table["test.law"]
        assert listed == checked
