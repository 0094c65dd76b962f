"""Three ways to join a person with a handbook, and what guessing gets."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import Delegation, Person
from core.audit import SYSTEM
from core.throttles import TooManyTries
from disability_card.linking import (
    AlreadyLinked,
    LinkRefused,
    NewCode,
    ProvenIdentity,
    link_at_counter,
    link_by_identity,
    link_by_letter,
    make_linking_codes,
)
from disability_card.models import Card, CardState, Handbook, LinkingCode
from tests.disability_card.factories import (
    CITY,
    NOW,
    make_handbook,
    make_mental_row,
    make_person,
    make_row,
)

pytestmark = pytest.mark.django_db
BORN = date(1960, 4, 1)


def make_code(handbook: Handbook | None = None) -> NewCode:
    return make_linking_codes([handbook or make_handbook()], now=NOW)[0]


def link(made: NewCode, **override: Any) -> Card:
    good: dict[str, Any] = {
        "reference": made.code.reference,
        "secret": made.secret,
        "birth_date": BORN,
        "person": override.get("person") or make_person(),
        "municipality": CITY,
        "address": "192.0.2.1",
        "actor": SYSTEM,
        "now": NOW,
    }
    return link_by_letter(**(good | override))


def test_reference_secret_and_birth_date_link_a_card() -> None:
    card = link(make_code())
    assert (card.state, card.linked_by, card.is_default) == (CardState.APPROVED, "letter", True)
    assert card.person.name == "佐久　はな子"


def test_a_code_is_typed_as_people_type() -> None:
    made = make_code()
    typed = f" {made.secret[:5].lower()} {made.secret[5:]} "
    link(made, reference=made.code.reference.replace("-", "").lower(), secret=typed)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"secret": "WRONG"}, id="wrong secret"),
        pytest.param({"birth_date": date(1960, 4, 2)}, id="wrong birth date"),
        pytest.param({"reference": "2222-2222"}, id="unknown reference"),
        pytest.param({"reference": "'; --"}, id="no reference"),
        pytest.param({"municipality": "202011"}, id="another city"),
        pytest.param({"now": NOW + timedelta(days=30)}, id="expired"),
        pytest.param({"as_guardian": True}, id="guardian of an adult"),
    ],
)
def test_every_wrong_try_gets_the_same_answer(wrong: dict[str, Any]) -> None:
    with pytest.raises(LinkRefused) as refusal:
        link(make_code(), **wrong)
    assert (refusal.value.code, refusal.value.detail, refusal.value.extra) == (
        "link-refused",
        "",
        {},
    )


def test_threat_brute_force_five_wrong_tries_lock_the_reference_for_the_right_code_too() -> None:
    made = make_code()
    for _ in range(5):
        with pytest.raises(LinkRefused):
            link(made, secret="WRONG")
    with pytest.raises(LinkRefused):
        link(made)


def test_four_wrong_tries_do_not() -> None:
    made = make_code()
    for _ in range(4):
        with pytest.raises(LinkRefused):
            link(made, secret="WRONG")
    link(made)


def test_an_account_has_ten_tries_an_hour() -> None:
    person = make_person()
    for _ in range(10):
        with pytest.raises(LinkRefused):
            link(make_code(), person=person, secret="WRONG")
    with pytest.raises(TooManyTries):
        link(make_code(), person=person)


def test_an_address_cannot_walk_over_references() -> None:
    for _ in range(40):
        with pytest.raises(LinkRefused):
            link(make_code(), person=make_person(), secret="WRONG")
    with pytest.raises(TooManyTries):
        link(make_code())
    link(make_code(), address="192.0.2.2")


def test_a_code_works_once_and_a_newer_letter_ends_the_older() -> None:
    handbook = make_handbook()
    old, new = make_code(handbook), make_code(handbook)
    with pytest.raises(LinkRefused):
        link(old)
    link(new)
    with pytest.raises(LinkRefused):
        link(new)


def test_secrets_stand_in_the_database_as_digests_only() -> None:
    made = make_code()
    assert made.secret.encode() not in bytes(LinkingCode.objects.get().secret_digest)


def test_a_handbook_of_somebody_else_refuses_like_a_wrong_code() -> None:
    handbook = make_handbook()
    link(make_code(handbook))
    with pytest.raises(LinkRefused):
        link(make_code(handbook), person=make_person())


def test_a_guardian_links_a_child_who_has_no_account() -> None:
    born = date(2018, 5, 5)
    made = make_code(make_handbook(make_row(birth_date=born)))
    guardian = make_person()
    card = link(made, person=guardian, birth_date=born, as_guardian=True)
    delegation = Delegation.objects.get(principal=card.person, agent=guardian)
    assert card.person.user is None
    assert delegation.valid_to is not None
    assert delegation.valid_to.isoformat() == "2036-05-04T15:00:00+00:00"  # 18th birthday, JST


def prove(**override: Any) -> ProvenIdentity:
    good: dict[str, Any] = {
        "name": "佐久 はな子",
        "birth_date": BORN,
        "address": "長野県佐久市大字中込1番地　浅間荘2号",
    }
    return ProvenIdentity(**(good | override))


def identify(identity: ProvenIdentity, person: Person | None = None) -> list[Card]:
    return link_by_identity(identity, person=person or make_person(), actor=SYSTEM, now=NOW)


def test_a_proven_identity_links_both_handbooks_of_one_resident() -> None:
    make_handbook(make_row(resident_ref="1", fare_class=2, part_grades=("5",)))
    best = make_handbook(make_mental_row(resident_ref="1", overall_grade="1", fare_class=1))
    cards = identify(prove())
    assert len(cards) == 2
    assert Card.objects.get(is_default=True).handbook == best


def test_two_residents_of_one_name_and_birth_date_are_told_apart_by_address() -> None:
    make_handbook(make_row(addr_text="長野県佐久市臼田9番地"))
    here = make_handbook()
    assert [card.handbook for card in identify(prove())] == [here]


def test_two_residents_who_cannot_be_told_apart_are_refused() -> None:
    make_handbook()
    make_handbook()
    with pytest.raises(LinkRefused):
        identify(prove())


def test_the_city_alone_is_no_address() -> None:
    make_handbook()
    with pytest.raises(LinkRefused):
        identify(prove(address="長野県佐久市"))


def test_name_variants_match() -> None:
    make_handbook(make_row(name="髙橋　﨑子"))
    assert len(identify(prove(name="高橋崎子"))) == 1


def test_staff_link_at_the_counter_and_see_who_has_it() -> None:
    handbook = make_handbook()
    person = make_person(user=None)
    card = link_at_counter(handbook, person=person, document="handbook", actor=SYSTEM, now=NOW)
    assert card.linked_by == "counter"
    with pytest.raises(AlreadyLinked):
        link_at_counter(handbook, person=make_person(), document="handbook", actor=SYSTEM, now=NOW)
