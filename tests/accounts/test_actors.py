"""For whom one may act: checked at each request, and a protective block wins over every grant."""

from datetime import timedelta

import pytest

from accounts.actors import MayNotActFor, principals_of, role_grants, user_actor
from accounts.models import ProtectiveBlock, Role, RoleAssignment
from accounts.people import end_delegation, record_guardian
from core.audit import SYSTEM
from tests.disability_card.factories import CITY, NOW, make_person, make_staff

pytestmark = pytest.mark.django_db


def test_a_guardian_acts_for_a_child_and_nobody_else() -> None:
    child, guardian, other = make_person(user=None), make_person(), make_person()
    record_guardian(child=child, guardian=guardian, proof="letter", actor=SYSTEM, now=NOW)
    assert guardian.user is not None
    assert user_actor(guardian.user, on_behalf_of=str(child.pk), now=NOW).subject_id == child.pk
    for claimed in (str(other.pk), "nonsense"):
        with pytest.raises(MayNotActFor):
            user_actor(guardian.user, on_behalf_of=claimed, now=NOW)


def test_a_former_guardian_is_nobody() -> None:
    child, guardian = make_person(user=None), make_person()
    delegation = record_guardian(
        child=child, guardian=guardian, proof="letter", actor=SYSTEM, now=NOW
    )
    end_delegation(delegation, actor=SYSTEM, now=NOW)
    assert principals_of(guardian, now=NOW) == frozenset()


def test_guardianship_ends_with_its_last_instant() -> None:
    child, guardian = make_person(user=None), make_person()
    until = NOW + timedelta(days=1)
    record_guardian(
        child=child, guardian=guardian, proof="letter", actor=SYSTEM, now=NOW, until=until
    )
    assert principals_of(guardian, now=until - timedelta(seconds=1)) == {child.pk}
    assert principals_of(guardian, now=until) == frozenset()


def test_a_protective_block_wins_over_every_grant() -> None:
    child, guardian = make_person(user=None), make_person()
    record_guardian(child=child, guardian=guardian, proof="letter", actor=SYSTEM, now=NOW)
    ProtectiveBlock.objects.create(
        person=child, blocked=guardian, set_by=make_staff(Role.CARD_CLERK), set_at=NOW
    )
    assert principals_of(guardian, now=NOW) == frozenset()


def test_a_role_counts_from_its_first_instant_to_its_last() -> None:
    user = make_staff(Role.CARD_CLERK)
    RoleAssignment.objects.update(valid_from=NOW, valid_to=NOW + timedelta(hours=1))
    assert role_grants(user, now=NOW - timedelta(seconds=1)) == frozenset()
    assert {grant.municipality for grant in role_grants(user, now=NOW)} == {CITY}
    assert role_grants(user, now=NOW + timedelta(hours=1)) == frozenset()
