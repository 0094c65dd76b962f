"""A second person is a second human being: no second account, no merged one, nobody in one's care.

Each room has the same law beside its own second person.
"""

from datetime import timedelta

import pytest

from accounts.merging import merge_people
from accounts.models import LiftReason, Role, RoleAssignment
from accounts.people import end_delegation, record_guardian
from accounts.protection import ask_to_lift, confirm_lift
from accounts.staff_work import (
    OwnAccount,
    SecondOfficerNeeded,
    approve_recovery,
    end_role,
    give_role,
    request_recovery,
    set_locked,
)
from accounts.two_people import accounts_as_one, are_one
from core.actor import Actor, ActorKind
from core.audit import SYSTEM
from tests.accounts.test_merging import twins
from tests.accounts.test_protection import make_block
from tests.disability_card.factories import CITY, NOW, make_person, make_staff
from tests.second_accounts import second_account_of

pytestmark = pytest.mark.django_db


def test_two_officers_with_nothing_in_common_are_two_people() -> None:
    first, second = make_staff(), make_staff()
    assert not are_one(first.pk, second.pk, now=NOW)
    make_person(user=first)
    make_person(user=second)  # both without a name: nothing says that they are one
    assert not are_one(first.pk, second.pk, now=NOW)


def test_two_accounts_with_one_name_and_birth_date_are_one_person_in_either_order() -> None:
    first = make_staff()
    second = second_account_of(first)
    assert are_one(first.pk, second.pk, now=NOW)
    assert are_one(second.pk, first.pk, now=NOW)


def test_a_namesake_of_another_city_is_another_person() -> None:
    kept, other = twins(municipality="202011")
    assert kept.user is not None
    assert other.user is not None
    assert not are_one(kept.user.pk, other.user.pk, now=NOW)


def test_the_account_of_a_merged_record_is_still_the_same_persons() -> None:
    kept, gone = twins()
    assert kept.user is not None
    assert gone.user is not None
    merge_people(kept, gone, actor=SYSTEM, now=NOW)
    kept.name = "岩村田　はな子"  # married since: no longer a namesake of the closed record
    kept.save()
    assert are_one(gone.user.pk, kept.user.pk, now=NOW)
    assert are_one(kept.user.pk, gone.user.pk, now=NOW)


def test_whoever_acts_for_an_officer_is_no_second_one_until_that_ends() -> None:
    first, second = make_person(user=make_staff()), make_person(user=make_staff())
    care = record_guardian(child=first, guardian=second, proof="counter", actor=SYSTEM, now=NOW)
    assert first.user is not None
    assert second.user is not None
    pair = frozenset({first.user.pk, second.user.pk})
    assert accounts_as_one(first.user.pk, now=NOW) == pair
    assert accounts_as_one(second.user.pk, now=NOW) == pair
    end_delegation(care, actor=SYSTEM, now=NOW)
    soon = NOW + timedelta(seconds=1)
    assert accounts_as_one(first.user.pk, now=soon) == {first.user.pk}


def test_a_second_account_of_the_officer_who_asked_lets_nobody_back_in() -> None:
    person, first = make_person(), make_staff(Role.COUNTER)
    asked = request_recovery(
        person, new_email="", document="passport", officer=first, actor=SYSTEM, now=NOW
    )
    with pytest.raises(SecondOfficerNeeded):
        approve_recovery(asked, officer=second_account_of(first), actor=SYSTEM, now=NOW)


def test_an_officer_does_not_let_their_own_other_account_back_in() -> None:
    owner = make_staff(Role.COUNTER)
    person = make_person(user=owner)
    asked = request_recovery(
        person, new_email="", document="passport", officer=make_staff(), actor=SYSTEM, now=NOW
    )
    with pytest.raises(SecondOfficerNeeded):
        approve_recovery(asked, officer=second_account_of(owner), actor=SYSTEM, now=NOW)


def test_a_second_account_of_the_officer_who_asked_ends_no_protection() -> None:
    officer = make_staff(Role.COUNTER)
    asked = ask_to_lift(
        make_block(), reason=LiftReason.COURT, officer=officer, actor=SYSTEM, now=NOW
    )
    with pytest.raises(SecondOfficerNeeded):
        confirm_lift(asked, officer=second_account_of(officer), actor=SYSTEM, now=NOW)


def test_an_administrator_gives_their_own_other_account_nothing_and_opens_it_never() -> None:
    admin = make_staff(Role.ADMIN)
    other = second_account_of(admin, Role.AUDITOR)
    actor = Actor(kind=ActorKind.USER, user_id=admin.pk)
    with pytest.raises(OwnAccount):
        give_role(other, Role.CARD_APPROVER, CITY, granted_by=admin, actor=actor, now=NOW)
    with pytest.raises(OwnAccount):
        set_locked(other, locked=False, actor=actor, now=NOW)
    with pytest.raises(OwnAccount):
        end_role(RoleAssignment.objects.get(user=other), actor=actor, now=NOW)
