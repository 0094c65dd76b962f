"""Two records of one person become one, and nobody gains a child or sheds a block by it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.actors import principals_of
from accounts.consents import consenting, decide, has_consented, withdrawn_since
from accounts.families import add_child
from accounts.merging import NotTheSamePerson, merge_people
from accounts.models import Person, Role
from accounts.notice_choices import notices_of
from accounts.own_data import erase, export_account, looks_at
from accounts.people import record_guardian, set_protective_block
from accounts.people_search import find_people
from accounts.staff_work import AccountClosed, set_locked
from core.audit import SYSTEM, record
from core.outbox import put_notice
from disability_card.models import Card
from tests.accounts.test_families_and_staff import years_ago
from tests.disability_card.factories import NOW, make_card, make_person, make_staff

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)


def twins(**override: Any) -> tuple[Person, Person]:
    same = {"name": "佐久　はな子", "birth_date": years_ago(40)}
    return make_person(**same), make_person(**(same | override))


def test_two_accounts_of_one_person_become_one() -> None:
    kept, gone = twins(name="佐久 はな子")
    card = make_card(person=gone)
    child = make_person()
    record_guardian(child=child, guardian=gone, proof="letter", actor=SYSTEM, now=NOW)
    merge_people(kept, gone, actor=SYSTEM, now=NOW)
    assert Card.objects.get(pk=card.pk).person_id == kept.pk
    assert principals_of(kept, now=NOW) == {child.pk}
    gone.refresh_from_db()
    assert gone.merged_into_id == kept.pk
    assert gone.user is not None
    assert gone.user.is_active is False
    found = find_people(Person.objects.all(), name=kept.name, birth_date=years_ago(40), email="")
    assert [one.pk for one in found] == [kept.pk]


@pytest.mark.parametrize("why", ["name", "birth", "twice", "itself", "city"])
def test_records_of_two_people_are_never_merged(why: str) -> None:
    override: dict[str, Any] = {
        "name": {"name": "佐久　太郎"},
        "birth": {"birth_date": years_ago(41)},
        "city": {"municipality": "202011"},
    }.get(why, {})
    kept, gone = twins(**override)
    if why == "itself":
        gone = kept
    if why == "twice":
        merge_people(kept, gone, actor=SYSTEM, now=NOW)
    with pytest.raises(NotTheSamePerson):
        merge_people(kept, gone, actor=SYSTEM, now=NOW)


def test_a_protective_block_survives_a_merge_on_either_side() -> None:
    """A blocked parent's second account must not be a way around it (支援措置)."""
    child, officer = make_person(), make_staff(Role.COUNTER)
    kept, gone = twins()
    record_guardian(child=child, guardian=kept, proof="letter", actor=SYSTEM, now=NOW)
    set_protective_block(child, blocked=gone, set_by=officer, actor=SYSTEM, now=NOW)
    assert principals_of(kept, now=NOW) == {child.pk}
    merge_people(kept, gone, actor=SYSTEM, now=NOW)
    assert principals_of(kept, now=NOW) == frozenset()

    parent, (same, again) = make_person(), twins()
    record_guardian(child=again, guardian=parent, proof="letter", actor=SYSTEM, now=NOW)
    set_protective_block(again, blocked=parent, set_by=officer, actor=SYSTEM, now=NOW)
    merge_people(same, again, actor=SYSTEM, now=NOW)
    assert principals_of(parent, now=NOW) == frozenset()


@pytest.mark.parametrize("self_told_is", ["kept", "gone"])
def test_a_guardian_by_their_own_word_does_not_get_the_citys_child_by_a_merge(
    self_told_is: str,
) -> None:
    stranger = make_person()
    told = add_child(stranger, name="佐久　次郎", birth_date=years_ago(5), actor=SYSTEM, now=NOW)
    real = make_person(user=None, name="佐久　次郎", birth_date=years_ago(5))
    mother = make_person()
    record_guardian(child=real, guardian=mother, proof="counter", actor=SYSTEM, now=NOW)
    kept, gone = (told, real) if self_told_is == "kept" else (real, told)
    merge_people(kept, gone, actor=SYSTEM, now=NOW)
    assert principals_of(stranger, now=NOW) == frozenset()
    assert principals_of(mother, now=NOW) == {kept.pk}


def test_what_was_told_to_a_merged_record_is_still_read_and_erased() -> None:
    kept, gone = twins()
    put_notice(municipality=kept.municipality, person_id=gone.pk, kind="card.revoke", link="/card/",
               dedupe_key="before", now=NOW)  # fmt: skip
    record("person.read", actor=SYSTEM, now=NOW, object_type="person", object_id=gone.pk)
    merge_people(kept, gone, actor=SYSTEM, now=NOW)
    assert notices_of(kept).count() == 1
    assert "person.read" in [one.action for one in looks_at(kept)]
    erase(kept, actor=SYSTEM, now=NOW)
    gone.refresh_from_db()
    assert (gone.name, gone.birth_date, gone.identity_index) == ("", None, None)


def test_a_record_merged_twice_is_still_the_same_persons() -> None:
    second, first = twins()
    last = make_person(name=second.name, birth_date=second.birth_date)
    merge_people(second, first, actor=SYSTEM, now=NOW)
    merge_people(last, second, actor=SYSTEM, now=NOW)
    erase(last, actor=SYSTEM, now=NOW)
    first.refresh_from_db()
    assert first.name == ""


def say(person: Person, *, is_given: bool, at: datetime) -> None:
    decide(person.pk, "survey", is_given=is_given, channel="page", actor=SYSTEM, now=at)


@pytest.mark.parametrize(
    ("kept_said", "gone_said", "counts"),
    [
        ([], [True], True),
        ([True], [], True),
        ([True], [True, False], False),
        ([True, False], [True], False),
        ([], [], False),
    ],
    ids=["gone alone", "kept alone", "taken back in gone", "taken back in kept", "nobody asked"],
)
def test_the_newest_word_on_a_purpose_counts_after_a_merge(
    kept_said: list[bool], gone_said: list[bool], counts: bool
) -> None:
    """Two words are one and two minutes after the other's first."""
    kept, gone = twins()
    for person, said in ((kept, kept_said), (gone, gone_said)):
        for minute, is_given in enumerate(said):
            say(person, is_given=is_given, at=NOW + timedelta(minutes=minute))
    later = NOW + timedelta(hours=1)
    merge_people(kept, gone, actor=SYSTEM, now=later)
    assert has_consented(kept.pk, "survey") is counts
    assert not has_consented(gone.pk, "survey")
    assert consenting("survey") == ({kept.pk} if counts else set())
    if gone_said == [True]:  # what was copied under the closed record leaves insight at once
        assert gone.pk in withdrawn_since("survey", later)


def test_of_two_words_at_one_instant_taking_back_wins() -> None:
    kept, gone = twins()
    say(gone, is_given=True, at=NOW)
    say(gone, is_given=False, at=LATER)
    say(kept, is_given=True, at=LATER)
    merge_people(kept, gone, actor=SYSTEM, now=LATER)
    assert not has_consented(kept.pk, "survey")


def test_a_person_reads_the_consents_of_every_record_of_theirs() -> None:
    kept, gone = twins()
    say(gone, is_given=True, at=NOW)
    say(gone, is_given=False, at=LATER)
    merge_people(kept, gone, actor=SYSTEM, now=LATER)
    told: Any = export_account(kept.pk)
    assert [one["act"] for one in told["consents"]] == ["given", "withdrawn", "withdrawn"]


def test_the_account_of_a_closed_record_is_never_opened_again() -> None:
    """A protection set since on the record that stays would not hold there."""
    kept, gone = twins()
    merge_people(kept, gone, actor=SYSTEM, now=NOW)
    gone.refresh_from_db()
    assert gone.user is not None
    with pytest.raises(AccountClosed):
        set_locked(gone.user, locked=False, actor=SYSTEM, now=NOW)
    gone.user.refresh_from_db()
    assert not gone.user.is_active
