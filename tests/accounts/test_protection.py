"""A protective block ends only by two officers, and the person is told each time."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from accounts.actors import principals_of
from accounts.models import LiftReason, Person, ProtectionLift, ProtectiveBlock, Role
from accounts.people import record_guardian, set_protective_block
from accounts.protection import (
    LIFT_COUNTS,
    LiftAsked,
    LiftNotOpen,
    ask_to_lift,
    confirm_lift,
    decline_lift,
    end_old_lifts,
    open_lift,
    standing_blocks,
)
from accounts.staff_work import SecondOfficerNeeded
from core.audit import SYSTEM
from core.models import AuditEvent, Notice
from tests.accounts.test_staff_people_api import BORN, OTHER_CITY, Officer, counter, search
from tests.disability_card.factories import NOW, make_person, make_staff
from tests.disability_card.test_device_views import signed_in
from tests.second_accounts import second_account_of

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)


def make_block(**override: Any) -> ProtectiveBlock:
    """A child protected from one of its guardians."""
    child, kept_out = override.get("person") or make_person(), make_person(name="けんじ")
    record_guardian(child=child, guardian=kept_out, proof="counter", actor=SYSTEM, now=NOW)
    return set_protective_block(child, blocked=kept_out, set_by=make_staff(), actor=SYSTEM, now=NOW)


def ask(block: ProtectiveBlock, officer: Any = None) -> ProtectionLift:
    return ask_to_lift(
        block,
        reason=LiftReason.COURT,
        officer=officer or make_staff(),
        actor=SYSTEM,
        now=NOW,
    )


def test_one_officer_alone_ends_no_protection() -> None:
    block, officer = make_block(), make_staff()
    asked = ask(block, officer)
    with pytest.raises(SecondOfficerNeeded):
        confirm_lift(asked, officer=officer, actor=SYSTEM, now=LATER)
    assert principals_of(block.blocked, now=LATER) == frozenset()


def test_the_database_itself_wants_a_second_officer_for_a_protection() -> None:
    asked = ask(make_block())
    with pytest.raises(IntegrityError):
        ProtectionLift.objects.filter(pk=asked.pk).update(
            decision="confirmed", decided_by=asked.asked_by
        )


def test_what_the_second_officer_confirms_holds_from_that_instant() -> None:
    block = make_block()
    confirm_lift(ask(block), officer=make_staff(), actor=SYSTEM, now=LATER)
    block.refresh_from_db()
    assert block.lifted_at == LATER
    assert principals_of(block.blocked, now=LATER) == {block.person_id}


def test_the_page_of_a_guardian_shows_the_child_again_at_once() -> None:
    block = make_block(person=make_person(name="佐久　たろう"))
    guardian = signed_in(block.blocked)
    assert "佐久　たろう" not in guardian.get("/my/family/").content.decode()
    confirm_lift(ask(block), officer=make_staff(), actor=SYSTEM, now=LATER)
    assert "佐久　たろう" in guardian.get("/my/family/").content.decode()


def test_a_declined_request_leaves_the_protection_and_another_can_be_asked() -> None:
    block, officer = make_block(), make_staff()
    asked = ask(block, officer)
    with pytest.raises(LiftAsked):
        ask(block)
    decline_lift(asked, officer=officer, actor=SYSTEM, now=LATER)  # the asker takes it back
    with pytest.raises(LiftNotOpen):
        confirm_lift(asked, officer=make_staff(), actor=SYSTEM, now=LATER)
    assert principals_of(block.blocked, now=LATER) == frozenset()
    ask(block)


def test_a_protection_that_ended_is_not_ended_again_but_can_be_set_again() -> None:
    block = make_block()
    asked = ask(block)
    confirm_lift(asked, officer=make_staff(), actor=SYSTEM, now=LATER)
    with pytest.raises(LiftNotOpen):
        confirm_lift(asked, officer=make_staff(), actor=SYSTEM, now=LATER)
    with pytest.raises(LiftNotOpen):
        ask(block)
    again = set_protective_block(
        block.person, blocked=block.blocked, set_by=make_staff(), actor=SYSTEM, now=LATER
    )
    assert again.pk != block.pk
    assert principals_of(block.blocked, now=LATER) == frozenset()


def test_the_protected_and_their_other_guardian_are_told_and_who_is_kept_out_is_not() -> None:
    block, mother = make_block(), make_person()
    record_guardian(child=block.person, guardian=mother, proof="counter", actor=SYSTEM, now=NOW)
    confirm_lift(ask(block), officer=make_staff(), actor=SYSTEM, now=LATER)
    told = set(Notice.objects.values_list("person_id", "kind"))
    kinds = ("protection.lift-asked", "protection.lifted")
    assert told == {(who, kind) for who in (block.person_id, mother.pk) for kind in kinds}


def test_the_notice_and_the_trail_say_nothing_of_what_it_is_about() -> None:
    block = make_block()
    confirm_lift(ask(block), officer=make_staff(), actor=SYSTEM, now=LATER)
    page = signed_in(block.person).get("/my/notices/").content.decode()
    assert "お知らせがあります" in page
    assert "支援措置" not in page
    assert "守り" not in page
    events = AuditEvent.objects.filter(action__startswith="protection.")
    assert {one.action for one in events} == {"protection.lift-asked", "protection.lifted"}
    assert {one.subject_id for one in events} == {block.person_id}
    assert {one.reason for one in events} == {"court"}
    assert str(block.blocked_id) not in str([vars(one) for one in events])


def test_an_officer_who_is_a_party_finds_no_protection_to_end() -> None:
    block = make_block()
    for party in (block.person, block.blocked):
        officer = Officer(Role.COUNTER)
        Person.objects.filter(pk=party.pk).update(user=officer.user)
        path = f"protections/{block.pk}/lift"
        assert officer.post(path, {"reason": "court"}).status_code == 404
        lift = ProtectionLift.objects.first() or ask(block)
        assert officer.post(f"protection-lifts/{lift.pk}/confirm").status_code == 404
    assert ProtectiveBlock.objects.get().lifted_at is None


def test_the_api_lists_asks_and_confirms_by_two_officers() -> None:
    block, first, second = make_block(), counter(), counter()
    listed = first.get(f"people/{block.person_id}/protections").json()
    assert [(one["blocked_name"], one["lift"]) for one in listed] == [("けんじ", None)]
    path = f"protections/{block.pk}/lift"
    assert first.post(path, {"reason": "tired of it"}).status_code == 400
    asked = first.post(path, {"reason": "court"})
    assert asked.status_code == 201
    assert second.post(path, {"reason": "court"}).json()["code"] == "protection-lift-asked"
    confirm = f"protection-lifts/{asked.json()['id']}/confirm"
    assert first.post(confirm).json()["code"] == "second-officer-needed"
    listed = second.get(f"people/{block.person_id}/protections").json()
    assert listed[0]["lift"]["id"] == asked.json()["id"]
    assert second.post(confirm).json()["decision"] == "confirmed"
    assert second.post(confirm).json()["code"] == "protection-lift-not-open"
    assert second.get(f"people/{block.person_id}/protections").json() == []
    assert first.post(path, {"reason": "court"}).status_code == 404


def test_the_asker_takes_the_request_back_by_api() -> None:
    block, officer = make_block(), counter()
    asked = officer.post(f"protections/{block.pk}/lift", {"reason": "mistake"}).json()
    path = f"protection-lifts/{asked['id']}/decline"
    assert officer.post(path).json()["decision"] == "withdrawn"
    assert officer.post(path).json()["code"] == "protection-lift-not-open"


@pytest.mark.parametrize(
    ("officer", "status"),
    [({"municipality": OTHER_CITY}, 404), ({"role": Role.CARD_CLERK}, 403)],
    ids=["another city's", "without the role"],
)
def test_only_the_city_s_own_counter_ends_a_protection(officer: Any, status: int) -> None:
    block = make_block()
    role = officer.pop("role", Role.COUNTER)
    stranger = Officer(role, **officer)
    assert stranger.get(f"people/{block.person_id}/protections").status_code == status
    assert stranger.post(f"protections/{block.pk}/lift", {"reason": "court"}).status_code == status
    lift = ask(block)
    for what in ("confirm", "decline"):
        assert stranger.post(f"protection-lifts/{lift.pk}/{what}").status_code == status
    assert not standing_blocks(SYSTEM).exists()


def test_threat_separation_who_works_at_the_city_hall_finds_nobody_protected_from_them() -> None:
    block = make_block(person=make_person(name="佐久 はな子", birth_date=BORN))
    inside, colleague = Officer(Role.COUNTER, Role.ADMIN), counter()
    asked = colleague.post(f"users/{block.person.user_id}/recovery", {"document": "handbook"})
    Person.objects.filter(pk=block.blocked_id).update(user=inside.user)
    assert search(colleague).json() != []
    assert search(inside).json() == []
    person, user = block.person_id, block.person.user_id
    assert inside.get(f"people/{person}").status_code == 404
    assert inside.get(f"people/{person}/protections").status_code == 404
    assert inside.client.get(f"/staff/people/{person}/").status_code == 404
    assert inside.client.get(f"/staff/people/{person}/protection/").status_code == 404
    body = {"person_id": str(person), "document": "handbook"}
    assert inside.post("counter-sessions", body).status_code == 404
    assert inside.post(f"users/{user}/recovery", {"document": "handbook"}).status_code == 404
    assert inside.get("recoveries").json()["results"] == []
    recovery = asked.json()["id"]
    assert inside.post(f"recoveries/{recovery}/approve").status_code == 404
    assert inside.client.post(f"/staff/recoveries/{recovery}/approve/").status_code == 404


def staff_page() -> Client:
    client = Client()
    client.force_login(make_staff(Role.COUNTER))
    return client


def test_on_the_page_one_officer_asks_and_a_second_one_confirms() -> None:
    block, first, second = make_block(), staff_page(), staff_page()
    page = f"/staff/people/{block.person_id}/protection/"
    assert page in first.get(f"/staff/people/{block.person_id}/").content.decode()
    path = f"/staff/protections/{block.pk}/lift/"
    assert "理由を選んでください" in first.post(path, follow=True).content.decode()
    asked = first.post(path, {"reason": "court"}, follow=True).content.decode()
    assert "あなたが頼みました" in asked
    lift = ProtectionLift.objects.get()
    confirm = f"/staff/protection-lifts/{lift.pk}/confirm/"
    assert confirm not in asked
    assert "頼んだ人は、承認できません" in first.post(confirm, follow=True).content.decode()
    assert confirm in second.get(page).content.decode()
    assert "守りはありません" in second.post(confirm, follow=True).content.decode()


def test_on_the_page_the_protection_can_stay() -> None:
    block = make_block()
    lift = ask(block)
    path = f"/staff/protection-lifts/{lift.pk}/decline/"
    assert "守りはつづきます" in staff_page().post(path, follow=True).content.decode()
    assert ProtectiveBlock.objects.get().lifted_at is None


LAST: Any = NOW + LIFT_COUNTS - timedelta(microseconds=1)
OVER: Any = NOW + LIFT_COUNTS


def test_a_request_is_decided_until_the_last_instant_of_its_fourteenth_day_and_not_after() -> None:
    early, late = make_block(), make_block()
    confirm_lift(ask(early), officer=make_staff(), actor=SYSTEM, now=LAST)
    asked = ask(late)
    for decide in (confirm_lift, decline_lift):
        with pytest.raises(LiftNotOpen):
            decide(asked, officer=make_staff(), actor=SYSTEM, now=OVER)
    late.refresh_from_db()
    assert late.lifted_at is None


def test_after_a_request_that_ended_by_itself_another_one_is_asked_and_the_old_is_closed() -> None:
    block = make_block()
    old = ask(block)
    again = ask_to_lift(
        block, reason=LiftReason.COURT, officer=make_staff(), actor=SYSTEM, now=OVER
    )
    old.refresh_from_db()
    assert (old.decision, old.decided_by) == ("lapsed", None)
    assert open_lift(block, now=OVER) == again


def test_the_night_writes_down_what_ended_by_itself_once() -> None:
    block = make_block()
    ask(block)
    assert end_old_lifts(now=LAST) == 0
    assert end_old_lifts(now=OVER) == 1
    assert end_old_lifts(now=OVER) == 0
    assert AuditEvent.objects.get(action="protection.lift-lapsed").subject_id == block.person_id
    assert principals_of(block.blocked, now=OVER) == frozenset()


def test_who_asked_takes_it_back_with_either_account_and_another_declines() -> None:
    first, officer = ask(make_block(), asker := make_staff()), make_staff()
    decline_lift(first, officer=second_account_of(asker), actor=SYSTEM, now=LATER)
    second = ask(make_block())
    decline_lift(second, officer=officer, actor=SYSTEM, now=LATER)
    said = [one.decision for one in ProtectionLift.objects.order_by("pk")]
    assert said == ["withdrawn", "declined"]


def test_the_second_officer_finds_what_waits_in_a_list_and_on_the_page_of_today() -> None:
    asked = ask_to_lift(
        make_block(), reason=LiftReason.COURT, officer=make_staff(), actor=SYSTEM,
        now=timezone.now(),
    )  # fmt: skip
    second = staff_page()
    assert "2人めを待っている、守りの終わり" in second.get("/staff/").content.decode()
    page = second.get("/staff/protection-lifts/").content.decode()
    assert f"/staff/people/{asked.block.person_id}/protection/" in page
    assert "あなたが決められます" in page
    listed = counter().get("protection-lifts").json()
    assert [one["id"] for one in listed] == [str(asked.pk)]
    assert asked.block.blocked.name not in page


def test_who_is_kept_out_is_told_of_no_request_by_either_of_their_accounts() -> None:
    block = make_block()
    Person.objects.filter(pk=block.blocked_id).update(user=make_staff(Role.COUNTER))
    block.blocked.refresh_from_db()
    assert block.blocked.user is not None
    other = second_account_of(block.blocked.user, Role.COUNTER)
    ask_to_lift(
        block, reason=LiftReason.COURT, officer=make_staff(), actor=SYSTEM, now=timezone.now()
    )
    for user in (block.blocked.user, other):
        client = Client()
        client.force_login(user)
        assert (
            "待っている頼みはありません" in client.get("/staff/protection-lifts/").content.decode()
        )
        assert "2人めを待っている" not in client.get("/staff/").content.decode()
        assert client.get(f"/staff/people/{block.person_id}/").status_code == 404
