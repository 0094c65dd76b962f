"""A proof of identity never turns one person into another; what is refused changes nothing."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.models import IdentityProof, Person
from accounts.national_id.provider import ProvenPerson
from accounts.proofs import AnotherPerson, record_online_proof
from core.audit import SYSTEM
from core.models import AuditEvent
from disability_card.linking import AnotherPersonsHandbook, LinkRefused, link_at_counter
from disability_card.models import Card
from tests.disability_card.factories import NOW, make_card, make_handbook, make_person, make_row
from tests.disability_card.test_linking import link, make_code

pytestmark = pytest.mark.django_db
BORN = date(2005, 2, 3)


def make_proven(**override: str) -> ProvenPerson:
    good: dict[str, Any] = {
        "subject": "hinata-1",
        "acr": "urn:demo:strong",
        "auth_time": datetime(2026, 11, 20, 3, 0, tzinfo=UTC),
        "name": "山崎　ひなた",
        "birth_date": BORN.isoformat(),
        "address": "長野県佐久市中込1番地",
        "gender": "female",
    }
    return ProvenPerson(**(good | override))


def make_hinata() -> Person:
    """Somebody with a handbook of their own, linked by a letter's code."""
    handbook = make_handbook(
        make_row(name="山﨑　ひなた", name_kana="ヤマザキ　ヒナタ", birth_date=BORN)
    )
    return link(make_code(handbook), birth_date=BORN).person


def prove(person: Person, **override: str) -> list[str]:
    return record_online_proof(
        person, make_proven(**override), provider="https://id.example", actor=SYSTEM, now=NOW
    )


OTHERS = [
    pytest.param({"name": "柳沢　そら", "birth_date": "1974-05-05"}, id="both"),
    pytest.param({"name": "柳沢　そら"}, id="name"),
    pytest.param({"birth_date": "2005-02-04"}, id="birth date"),
]


@pytest.mark.parametrize("other", OTHERS)
def test_a_proof_of_somebody_else_is_refused_beside_an_own_handbook(other: dict[str, str]) -> None:
    person = make_hinata()
    with pytest.raises(AnotherPerson):
        prove(person, subject="sora-1", **other)
    kept = Person.objects.get(pk=person.pk)
    assert (kept.name, kept.name_kana, kept.birth_date, kept.proof_level) == (
        "山﨑　ひなた",
        "ヤマザキ　ヒナタ",
        BORN,
        0,
    )
    assert not IdentityProof.objects.exists()
    event = AuditEvent.objects.get(action="person.proof-refused")
    assert (event.subject_id, event.outcome, event.facts) == (person.pk, "refused", {})


@pytest.mark.parametrize("other", OTHERS)
def test_a_second_proof_of_somebody_else_is_refused(other: dict[str, str]) -> None:
    person = make_person()
    prove(person)
    with pytest.raises(AnotherPerson):
        prove(person, subject="sora-1", **other)
    assert Person.objects.get(pk=person.pk).name == "山崎　ひなた"
    assert IdentityProof.objects.count() == 1


def test_the_handbooks_holder_is_proved_in_any_writing_of_the_name() -> None:
    person = make_hinata()
    prove(person)
    assert Person.objects.get(pk=person.pk).proof_level == 2


def test_the_same_identity_may_come_back_with_the_name_of_a_marriage() -> None:
    person = make_person()
    prove(person)
    prove(person, name="佐久　ひなた")
    assert Person.objects.get(pk=person.pk).name == "佐久　ひなた"
    with pytest.raises(AnotherPerson):
        prove(person, name="佐久　ひなた", birth_date="1974-05-05")


def test_a_new_name_waits_for_the_ledger_while_a_handbook_is_held() -> None:
    person = make_person()
    card = make_card(person=person, row=make_row(name="山崎　ひなた", birth_date=BORN))
    prove(person)
    with pytest.raises(AnotherPerson):
        prove(person, name="佐久　ひなた")
    card.handbook.record = make_row(name="佐久　ひなた", birth_date=BORN).to_record()
    card.handbook.save()
    prove(person, name="佐久　ひなた")
    assert Person.objects.get(pk=person.pk).name == "佐久　ひなた"


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"name": "柳沢　そら", "birth_date": BORN}, id="name"),
        pytest.param({"name": "山﨑　ひなた", "birth_date": date(1974, 5, 5)}, id="birth date"),
    ],
)
def test_who_is_proved_cannot_hold_the_handbook_of_somebody_else(row: dict[str, Any]) -> None:
    person = make_person()
    prove(person)
    handbook = make_handbook(make_row(**row))
    made = make_code(handbook)
    with pytest.raises(LinkRefused):
        link(made, person=person, birth_date=row["birth_date"])
    with pytest.raises(AnotherPersonsHandbook):
        link_at_counter(
            handbook,
            person=Person.objects.get(pk=person.pk),
            document="handbook",
            actor=SYSTEM,
            now=NOW,
        )
    assert not Card.objects.exists()
    link(made, birth_date=row["birth_date"])  # the code still opens for whose it is
