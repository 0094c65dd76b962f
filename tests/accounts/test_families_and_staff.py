"""Families, counter sessions, and the staff's work on people: each attack with its answer."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.db import IntegrityError, connection, connections
from django.test import Client

from accounts.actors import MayNotActFor, principals_of, user_actor
from accounts.counter import OwnCounter, end_session, serve_person, start_session
from accounts.families import (
    InviteRefused,
    NotAChild,
    TooManyChildren,
    accept_invite,
    add_child,
    end_own,
    invite_helper,
    who_acts_for,
)
from accounts.models import (
    AccountRecovery,
    CounterSession,
    Delegation,
    DelegationKind,
    IdentityProof,
    Person,
    Role,
    RoleAssignment,
)
from accounts.people import record_guardian, set_protective_block
from accounts.people_search import find_people
from accounts.staff_work import (
    AddressTaken,
    NotOpen,
    OwnAccount,
    SecondOfficerNeeded,
    approve_recovery,
    end_role,
    give_role,
    request_recovery,
    set_locked,
)
from core.actor import Actor
from core.audit import SYSTEM
from core.models import AuditEvent, Notice
from jp.clock import civil_date
from tests.accounts.test_sign_in import code_in_mail, make_user
from tests.disability_card.factories import NOW, make_card, make_person, make_staff
from tests.disability_card.test_device_views import signed_in
from tests.second_accounts import second_account_of

pytestmark = pytest.mark.django_db
TODAY = civil_date(NOW)


def years_ago(years: int) -> Any:
    return TODAY.replace(year=TODAY.year - years)


def child_of(guardian: Person, **override: Any) -> Person:
    good = {"name": "佐久　次郎", "birth_date": years_ago(5)}
    return add_child(guardian, **(good | override), actor=SYSTEM, now=NOW)


# -- families ------------------------------------------------------------------------------------


def test_a_resident_adds_her_child_and_acts_for_him_until_he_is_18() -> None:
    mother = make_person()
    child = child_of(mother)
    assert child.pk in principals_of(mother, now=NOW)
    thirteen_years = timedelta(days=365 * 13 + 10)
    assert child.pk not in principals_of(mother, now=NOW + thirteen_years)


@pytest.mark.parametrize("years", [18, 40, -1])
def test_an_adult_or_an_unborn_is_no_child(years: int) -> None:
    with pytest.raises(NotAChild):
        child_of(make_person(), birth_date=years_ago(years))


def test_eleven_children_are_one_too_many() -> None:
    mother = make_person()
    for _ in range(10):
        child_of(mother)
    with pytest.raises(TooManyChildren):
        child_of(mother)


def test_a_helper_comes_by_a_code_that_works_once() -> None:
    grandmother, helper = make_person(), make_person()
    code = invite_helper(grandmother, kind=DelegationKind.FAMILY, now=NOW)
    accept_invite(helper, f" {code.lower()} ", actor=SYSTEM, now=NOW)
    assert principals_of(helper, now=NOW) == {grandmother.pk}
    with pytest.raises(InviteRefused):
        accept_invite(make_person(), code, actor=SYSTEM, now=NOW)


def test_a_code_is_dead_after_a_day_and_for_its_own_maker() -> None:
    grandmother = make_person()
    code = invite_helper(grandmother, kind=DelegationKind.FAMILY, now=NOW)
    with pytest.raises(InviteRefused):
        accept_invite(make_person(), code, actor=SYSTEM, now=NOW + timedelta(hours=25))
    with pytest.raises(InviteRefused):
        accept_invite(grandmother, code, actor=SYSTEM, now=NOW)


def test_a_blocked_person_cannot_come_back_by_a_code() -> None:
    her, him = make_person(), make_person()
    set_protective_block(her, blocked=him, set_by=make_staff(), actor=SYSTEM, now=NOW)
    code = invite_helper(her, kind=DelegationKind.FAMILY, now=NOW)
    with pytest.raises(InviteRefused):
        accept_invite(him, code, actor=SYSTEM, now=NOW)


def test_a_code_makes_no_guardian() -> None:
    with pytest.raises(InviteRefused):
        invite_helper(make_person(), kind=DelegationKind.GUARDIAN, now=NOW)


def test_either_side_ends_a_helpers_registration() -> None:
    her, helper = make_person(), make_person()
    code = invite_helper(her, kind=DelegationKind.FAMILY, now=NOW)
    made = accept_invite(helper, code, actor=SYSTEM, now=NOW)
    assert end_own(make_person(), made.pk, actor=SYSTEM, now=NOW) is False
    assert end_own(her, made.pk, actor=SYSTEM, now=NOW)
    assert principals_of(helper, now=NOW) == frozenset()


def test_a_child_cannot_end_its_guardian_and_a_letters_guardian_ends_at_the_counter() -> None:
    child, guardian = make_person(), make_person()
    made = record_guardian(child=child, guardian=guardian, proof="letter", actor=SYSTEM, now=NOW)
    assert who_acts_for(child, now=NOW)[0].may_end is False
    assert end_own(child, made.pk, actor=SYSTEM, now=NOW) is False
    assert end_own(guardian, made.pk, actor=SYSTEM, now=NOW) is False


def test_the_family_page_adds_a_child_and_chooses_for_whom_to_act() -> None:
    mother = make_person()
    page = signed_in(mother)
    page.post("/my/family/", {"what": "child", "name": "佐久　次郎", "birth_date": "令和4年4月1日"})
    child = Delegation.objects.get(agent=mother).principal
    assert "佐久　次郎" in page.get("/my/family/").content.decode()
    page.post("/my/family/act/", {"person": str(child.pk)})
    assert page.session["acting_for"] == str(child.pk)
    page.post("/my/family/act/", {"person": str(make_person().pk)})
    assert "acting_for" not in page.session


def test_a_choice_that_ended_meanwhile_leaves_the_person_themselves() -> None:
    mother = make_person()
    child = child_of(mother)
    page = signed_in(mother)
    page.post("/my/family/act/", {"person": str(child.pk)})
    Delegation.objects.update(status="ended")
    assert page.get("/my/").status_code == 200
    assert "acting_for" not in page.session


# -- the counter session -------------------------------------------------------------------------


def served(officer: Any = None) -> tuple[Any, Person, Any]:
    officer = officer or make_staff(Role.COUNTER)
    person = make_person()
    session = start_session(
        person, officer=officer, reason="no-phone", document="handbook", actor=SYSTEM, now=NOW
    )
    return officer, person, session


def actor_in(officer: Any, session: Any, *, now: Any = NOW) -> Actor:
    return user_actor(officer, on_behalf_of=None, now=now, counter_session=str(session.pk))


def test_an_officer_acts_for_the_person_and_the_person_is_told() -> None:
    officer, person, session = served()
    actor = actor_in(officer, session)
    assert (actor.on_behalf_of, actor.counter_session) == (person.pk, session.pk)
    assert Notice.objects.get(person_id=person.pk).kind == "counter.start"
    assert AuditEvent.objects.get(action="counter.start").subject_id == person.pk


def test_a_counter_session_serves_its_one_person_by_api() -> None:
    officer, person, session = served()
    session.ends_at = NOW + timedelta(days=3_650)  # the API reads the real clock
    session.save()
    card = make_card(person=person)
    other = make_card(person=make_person())
    client = Client(headers={"Kaiteki-Counter-Session": str(session.pk)})
    client.force_login(officer)
    listed = client.get("/api/v1/cards").json()["results"]
    assert [one["id"] for one in listed] == [str(card.pk)]
    assert client.post(f"/api/v1/cards/{other.pk}/default").status_code == 404


@pytest.mark.parametrize("whose", ["their own", "a second record's", "their child's"])
def test_an_officer_is_not_their_own_counter(whose: str) -> None:
    officer = make_staff(Role.COUNTER)
    second = second_account_of(officer)
    own = Person.objects.get(user=officer)
    served_one = {
        "their own": own,
        "a second record's": Person.objects.get(user=second),
        "their child's": child_of(own),
    }[whose]
    with pytest.raises(OwnCounter):
        serve_person(served_one, officer=officer, document="passport", actor=SYSTEM, now=NOW)
    assert not CounterSession.objects.exists()
    assert not IdentityProof.objects.filter(person=served_one, source="counter").exists()
    client = Client()
    client.force_login(officer)
    given = {"document": "passport"}
    page = client.post(f"/staff/people/{served_one.pk}/counter/", given, follow=True)
    assert "自分や家族の手続きは、自分ではできません" in page.content.decode()


@pytest.mark.parametrize("why", ["over", "ended", "another's", "role ended", "another city"])
def test_a_counter_session_ends_in_every_way(why: str) -> None:
    officer, _person, session = served()
    now = NOW
    if why == "over":
        now = NOW + timedelta(minutes=15)
    elif why == "ended":
        end_session(session, actor=SYSTEM, now=NOW)
    elif why == "another's":
        officer = make_staff(Role.COUNTER)
    elif why == "role ended":
        RoleAssignment.objects.filter(user=officer).update(valid_to=NOW - timedelta(seconds=1))
    else:
        RoleAssignment.objects.filter(user=officer).update(municipality="202011")
    with pytest.raises(MayNotActFor):
        actor_in(officer, session, now=now)


def test_an_officer_serves_one_person_at_a_time() -> None:
    officer, _person, session = served()
    served(officer)
    with pytest.raises(MayNotActFor):
        actor_in(officer, session)


# -- people and accounts -------------------------------------------------------------------------


def test_a_person_is_found_by_name_variants_and_by_address() -> None:
    person = make_person(name="渡邉　はな子", birth_date=years_ago(40))
    make_person(name="渡邉　はな子", birth_date=years_ago(41))
    found = find_people(
        Person.objects.all(), name="渡辺 はな子", birth_date=years_ago(40), email=""
    )
    assert [one.pk for one in found] == [person.pk]
    assert person.user is not None
    email = person.user.email.upper()
    assert find_people(Person.objects.all(), name="", birth_date=None, email=email) == [person]
    assert find_people(Person.objects.all(), name="", birth_date=None, email="") == []


def test_a_locked_user_loses_every_sign_in_at_once() -> None:
    person = make_person()
    client = signed_in(person)
    assert client.get("/my/").status_code == 200
    assert person.user is not None
    set_locked(person.user, locked=True, actor=SYSTEM, now=NOW)
    assert client.get("/my/").status_code == 302


def test_a_sign_in_from_before_the_lock_does_not_come_back_with_the_account() -> None:
    user, client = make_user(), Client()
    client.post("/account/login/code/", {"email": user.email})
    client.post("/account/login/code/confirm/", {"code": code_in_mail()})
    assert client.get("/my/").status_code == 200
    assert set_locked(user, locked=True, actor=SYSTEM, now=NOW) == 1
    set_locked(user, locked=False, actor=SYSTEM, now=NOW)
    assert client.get("/my/").status_code == 302


def test_nobody_locks_themselves_or_gives_themselves_a_role() -> None:
    admin = make_staff(Role.ADMIN)
    actor = user_actor(admin, on_behalf_of=None, now=NOW)
    with pytest.raises(OwnAccount):
        set_locked(admin, locked=True, actor=actor, now=NOW)
    with pytest.raises(OwnAccount):
        give_role(admin, Role.AUDITOR, "202177", granted_by=admin, actor=actor, now=NOW)


def test_a_role_that_ended_a_second_ago_is_gone() -> None:
    admin, clerk = make_staff(Role.ADMIN), make_staff()
    made = give_role(clerk, Role.CARD_CLERK, "202177", granted_by=admin, actor=SYSTEM, now=NOW)
    soon = NOW + timedelta(seconds=1)
    assert user_actor(clerk, on_behalf_of=None, now=NOW).roles
    end_role(made, actor=SYSTEM, now=soon)
    assert user_actor(clerk, on_behalf_of=None, now=soon).roles == frozenset()


def test_a_recovery_needs_two_officers_and_tells_the_old_address() -> None:
    person, first, second = make_person(), make_staff(Role.COUNTER), make_staff(Role.COUNTER)
    assert person.user is not None
    TOTP.activate(person.user, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    old = person.user.email
    asked = request_recovery(
        person, new_email="new@example.jp", document="passport", officer=first, actor=SYSTEM,
        now=NOW,
    )  # fmt: skip
    with pytest.raises(SecondOfficerNeeded):
        approve_recovery(asked, officer=first, actor=SYSTEM, now=NOW)
    assert Authenticator.objects.exists()
    approve_recovery(asked, officer=second, actor=SYSTEM, now=NOW)
    assert not Authenticator.objects.exists()
    assert mail.outbox[-1].to == [old]
    person.user.refresh_from_db()
    assert person.user.email == "new@example.jp"
    with pytest.raises(NotOpen):
        approve_recovery(asked, officer=second, actor=SYSTEM, now=NOW)


def test_a_recovery_to_an_address_of_another_account_is_refused() -> None:
    person, other = make_person(), make_person()
    assert other.user is not None
    with pytest.raises(AddressTaken):
        request_recovery(person, new_email=other.user.email.upper(), document="passport",
                         officer=make_staff(Role.COUNTER), actor=SYSTEM, now=NOW)  # fmt: skip


def test_the_database_itself_wants_a_second_officer() -> None:
    officer, person = make_staff(), make_person()
    asked = request_recovery(
        person, new_email="", document="passport", officer=officer, actor=SYSTEM, now=NOW
    )
    with pytest.raises(IntegrityError):
        AccountRecovery.objects.filter(pk=asked.pk).update(approved_by=officer)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_code_makes_one_helper_even_for_eight_at_once() -> None:
    her = make_person()
    helpers = [make_person() for _ in range(8)]
    code = invite_helper(her, kind=DelegationKind.FAMILY, now=NOW)
    start, outcomes = threading.Barrier(8), []

    def run(index: int) -> None:
        start.wait()
        try:
            accept_invite(helpers[index], code, actor=SYSTEM, now=NOW)
            outcomes.append("helps")
        except InviteRefused:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["helps"] + ["refused"] * 7
    assert connection.vendor == "postgresql"
