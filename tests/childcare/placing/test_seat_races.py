"""Two answers to one seat, two children for one free seat: on PostgreSQL exactly one counts.

Each race has its control beside it: the same race without the lock, where both win.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from childcare.models import Application, Offer, Slot
from childcare.placing import offers, waiting_list
from childcare.placing.offers import accept_seat, decline_seat
from childcare.placing.refusals import AnsweredAlready, SeatsChanged, SeatTaken
from childcare.placing.waiting_list import offer_free_seat, offer_together
from core.models import AuditEvent
from tests.childcare.applying.factories import (
    make_clerk,
    make_facility,
    make_round,
    make_slot,
    told_by,
    told_by_family,
)
from tests.childcare.placing.factories import (
    ANSWER_BY,
    make_offer,
    make_waiting,
    make_waiting_siblings,
)

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Run the calls in threads that start together; a refusal counts as the answer."""
    barrier, answers = threading.Barrier(len(calls)), []

    def run(call: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=60)
            answers.append(call())
        except Exception as refusal:  # noqa: BLE001  the answer of this thread
            answers.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return answers


@contextmanager
def without_locks(monkeypatch: pytest.MonkeyPatch, module: Any, slow: str) -> Iterator[None]:
    """Take the control out: rows are read unlocked, and both read before either writes."""
    check = getattr(module, slow)
    both_looked = threading.Barrier(2, timeout=60)

    def slowly(*args: Any, **kwargs: Any) -> Any:
        found = check(*args, **kwargs)
        both_looked.wait()
        return found

    with monkeypatch.context() as patch:
        patch.setattr(QuerySet, "select_for_update", lambda rows, **_how: rows)
        patch.setattr(module, slow, slowly)
        yield


def answers_of(offer: Offer) -> list[str]:
    rows = AuditEvent.objects.filter(object_id=str(offer.application_id))
    wanted = ("childcare.offer.accept", "childcare.offer.decline")
    return sorted(rows.filter(action__in=wanted).values_list("action", flat=True))


def race_of_answers(offer: Offer) -> list[object]:
    told = told_by_family(offer.application)
    return at_once(lambda: accept_seat(offer, told=told), lambda: decline_seat(offer, told=told))


def test_of_yes_and_no_at_one_moment_exactly_one_counts() -> None:
    offer = make_offer()
    answers = race_of_answers(offer)
    assert [type(one) for one in answers].count(AnsweredAlready) == 1
    assert len(answers_of(offer)) == 1


def test_without_the_lock_both_answers_count(monkeypatch: pytest.MonkeyPatch) -> None:
    offer = make_offer()
    with without_locks(monkeypatch, offers, "_demand_answerable"):
        race_of_answers(offer)
    assert len(answers_of(offer)) == 2


def test_the_same_yes_twice_at_one_moment_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    offer = make_offer()
    told = told_by_family(offer.application)
    at_once(*[lambda: accept_seat(offer, told=told)] * 3)
    assert answers_of(offer) == ["childcare.offer.accept"]


def race_for_a_seat() -> tuple[Slot, list[object]]:
    slot = make_slot(make_round(), make_facility(), offered=1)
    rows = [make_waiting(round_=slot.round, facilities=[slot.facility]) for _number in range(2)]
    told = told_by(make_clerk())

    def give(place: int) -> Offer:
        return offer_free_seat(
            slot, rows[place], answer_by=ANSWER_BY, told=told, reason="電話で辞退"
        )

    return slot, at_once(lambda: give(0), lambda: give(1))


def test_the_last_free_seat_is_given_once() -> None:
    slot, answers = race_for_a_seat()
    assert [type(one) for one in answers].count(SeatTaken) == 1
    assert Offer.objects.filter(facility=slot.facility).count() == 1


def test_without_the_lock_the_last_seat_is_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    with without_locks(monkeypatch, waiting_list, "offers_by_class"):
        slot, _answers = race_for_a_seat()
    assert Offer.objects.filter(facility=slot.facility).count() == 2


def race_of_families() -> list[object]:
    """Two families want the same two seats together, each asked from the other end."""
    round_, facility = make_round(), make_facility()
    slots = [make_slot(round_, facility, class_age=age, offered=1) for age in (2, 1)]
    families = [make_waiting_siblings(*slots, box="A") for _number in range(2)]
    told = told_by(make_clerk())

    def give(rows: tuple[Application, Application], place: int) -> object:
        return offer_together(
            slots[place], rows[place], seats=[(rows[at].pk, slots[at].pk) for at in (0, 1)],
            answer_by=ANSWER_BY, told=told, reason="電話で辞退",
        )  # fmt: skip

    return at_once(*(lambda at=at, rows=rows: give(rows, at) for at, rows in enumerate(families)))


def test_of_two_families_for_the_same_seats_one_gets_all_and_the_other_none() -> None:
    answers = race_of_families()
    refused = [one for one in answers if isinstance(one, SeatTaken | SeatsChanged)]
    assert len(refused) == 1, answers
    assert len(set(Offer.objects.values_list("application__child__household", flat=True))) == 1
    assert Offer.objects.count() == 2


def test_without_the_lock_two_families_get_the_same_seats(monkeypatch: pytest.MonkeyPatch) -> None:
    with without_locks(monkeypatch, waiting_list, "offers_by_class"):
        race_of_families()
    assert Offer.objects.count() == 4
