"""Free seats, who waits for them, and the next round."""

from datetime import date, timedelta
from typing import Any

import pytest

from childcare.applying.content import Siblings
from childcare.applying.states import NotInThisState
from childcare.applying.versions import content_of
from childcare.models import Application, Round, RuleSet, Scorer, ScoreSheet, Slot
from childcare.placing.next_round import carry_to_round
from childcare.placing.offers import accept_seat, decline_seat
from childcare.placing.refusals import OutOfTurn, SeatTaken
from childcare.placing.waiting_list import free_seats, offer_free_seat, waiting_for
from core.models import AuditEvent
from tests.childcare.applying.factories import (
    NOW,
    make_clerk,
    make_facility,
    make_round,
    make_slot,
    no_papers,
    told_by,
    told_by_family,
)
from tests.childcare.placing.factories import ANSWER_BY, make_offer, make_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def only_seat() -> Slot:
    """A class with one seat."""
    return make_slot(make_round(), make_facility(), offered=1)


def wishing(slot: Slot) -> dict[str, Any]:
    return {"round_": slot.round, "facilities": [slot.facility]}


def score(row: Application, points: int, *, tie: int = 0) -> None:
    rules, _made = RuleSet.objects.get_or_create(
        municipality=row.municipality, name="demo", version="1", content="", sha256="0" * 64
    )
    ScoreSheet.objects.create(
        round=row.round, application=row, rule_set=rules, scorer=Scorer.FIRST,
        points_numerator=points, points_denominator=1, tie_keys=[tie], lines=[], made_at=NOW,
    )  # fmt: skip


def test_a_declined_seat_is_free_and_an_accepted_one_is_not(only_seat: Slot) -> None:
    assert [(one.slot, one.free) for one in free_seats(only_seat.round)] == [(only_seat, 1)]
    offer = make_offer(**wishing(only_seat))
    assert free_seats(only_seat.round) == []
    decline_seat(offer, told=told_by_family(offer.application))
    assert [(one.free, one.declined) for one in free_seats(only_seat.round)] == [(1, 1)]


def test_the_seat_that_a_transfer_leaves_is_free(only_seat: Slot) -> None:
    old = make_slot(only_seat.round, make_facility(), offered=0)
    offer = make_offer(**wishing(only_seat), held=old.facility)
    accept_seat(offer, told=told_by_family(offer.application))
    assert [one.slot for one in free_seats(only_seat.round)] == [old]


def test_who_waits_comes_in_the_order_of_the_score(only_seat: Slot) -> None:
    rows = [make_waiting(**wishing(only_seat)) for _number in range(4)]
    for row, points, tie in zip(rows, (40, 60, 60), (1, 1, 2), strict=False):
        score(row, points, tie=tie)
    waiting = [one.application for one in waiting_for(only_seat)]
    assert waiting == [rows[2], rows[1], rows[0], rows[3]]


def test_a_free_seat_is_given_once(only_seat: Slot) -> None:
    first, second = (make_waiting(**wishing(only_seat)) for _number in range(2))
    told = told_by(make_clerk())
    offer_free_seat(only_seat, first, answer_by=ANSWER_BY, told=told)
    with pytest.raises(SeatTaken):
        offer_free_seat(only_seat, second, answer_by=ANSWER_BY, told=told)


def test_nobody_is_passed_over_on_the_waiting_list_without_a_written_reason(
    only_seat: Slot,
) -> None:
    first, second = (make_waiting(**wishing(only_seat)) for _number in range(2))
    score(first, 60)
    score(second, 40)
    told = told_by(make_clerk())
    with pytest.raises(OutOfTurn):
        offer_free_seat(only_seat, second, answer_by=ANSWER_BY, told=told, reason=" ")

    given = offer_free_seat(
        only_seat, second, answer_by=ANSWER_BY, told=told, reason="1番の家族が電話で辞退"
    )

    given.refresh_from_db()
    assert given.out_of_turn == "1番の家族が電話で辞退"
    event = AuditEvent.objects.get(action="childcare.offer.free_seat")
    assert event.facts == {"offer": str(given.pk), "out_of_turn": 1}  # never the words


def test_who_stands_first_needs_no_reason(only_seat: Slot) -> None:
    first, second = (make_waiting(**wishing(only_seat)) for _number in range(2))
    score(first, 60)
    score(second, 70)
    told = told_by(make_clerk())
    given = offer_free_seat(only_seat, second, answer_by=ANSWER_BY, told=told, reason="-")
    assert given.out_of_turn is None


def next_round() -> Round:
    return make_round(
        starts_on=date(2027, 5, 1), opens_at=NOW - timedelta(days=1),
        closes_at=NOW + timedelta(days=60),
    )  # fmt: skip


def test_a_child_without_a_seat_goes_on_with_what_it_said(only_seat: Slot) -> None:
    row = make_waiting(**wishing(only_seat))
    later = next_round()
    make_slot(later, only_seat.facility)
    carried = carry_to_round(row, later, papers_of=no_papers, told=told_by(make_clerk()))
    assert content_of(carried) == content_of(row)
    assert (carried.state, carried.current and carried.current.why) == ("submitted", "carried")
    assert carried.receipt_number != row.receipt_number


def test_a_wish_without_a_class_in_the_next_round_is_left_out(only_seat: Slot) -> None:
    row = make_waiting(**wishing(only_seat))
    carried = carry_to_round(row, next_round(), papers_of=no_papers, told=told_by(make_clerk()))
    assert content_of(carried).preferences == ()
    assert content_of(carried).siblings == Siblings()


def test_a_child_with_a_seat_does_not_go_on(only_seat: Slot) -> None:
    offer = make_offer(**wishing(only_seat))
    with pytest.raises(NotInThisState):
        carry_to_round(
            offer.application, next_round(), papers_of=no_papers, told=told_by(make_clerk())
        )
