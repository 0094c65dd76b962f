"""Free seats, who waits for them, and the next round."""

from datetime import date, timedelta
from typing import Any

import pytest

from childcare.applying.content import Siblings
from childcare.applying.states import NotInThisState
from childcare.applying.versions import content_of
from childcare.models import Application, Offer, Round, RuleSet, Scorer, ScoreSheet, Slot
from childcare.placing.free_seats import free_seats
from childcare.placing.next_round import carry_to_round
from childcare.placing.offers import accept_seat, decline_seat
from childcare.placing.refusals import (
    AgainstSiblingBox,
    DoesNotWait,
    OutOfTurn,
    SeatsChanged,
    SeatTaken,
    SiblingsTogether,
)
from childcare.placing.sibling_turns import Way, Why
from childcare.placing.waiting_list import offer_free_seat, offer_together, waiting_for
from core.models import AuditEvent, Notice
from tests.childcare.applying.factories import (
    NOW,
    make_child,
    make_clerk,
    make_facility,
    make_round,
    make_slot,
    no_papers,
    told_by,
    told_by_family,
)
from tests.childcare.placing.factories import (
    ANSWER_BY,
    make_offer,
    make_waiting,
    make_waiting_siblings,
)

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


def test_who_did_not_wish_for_the_class_gets_no_seat_there(only_seat: Slot) -> None:
    stranger = make_waiting(round_=only_seat.round)
    with pytest.raises(DoesNotWait):
        offer_free_seat(
            only_seat, stranger, answer_by=ANSWER_BY, told=told_by(make_clerk()), reason="電話"
        )


@pytest.fixture
def classes() -> tuple[Slot, Slot]:
    """A class of two-year-olds and one of one-year-olds of one nursery, a seat in each."""
    round_, facility = make_round(), make_facility()
    elder, younger = (make_slot(round_, facility, class_age=age, offered=1) for age in (2, 1))
    return elder, younger


def give(slot: Slot, row: Application, *, reason: str = "") -> Offer:
    told = told_by(make_clerk())
    return offer_free_seat(slot, row, answer_by=ANSWER_BY, told=told, reason=reason)


def give_all(slot: Slot, row: Application, *, reason: str = "") -> list[Offer]:
    """Offer what the officer reads in the child's line."""
    line = next(one for one in waiting_for(slot) if one.application == row)
    seats = [(child.pk, at.pk) for child, at in line.together]
    told = told_by(make_clerk())
    return offer_together(slot, row, seats=seats, answer_by=ANSWER_BY, told=told, reason=reason)


@pytest.mark.parametrize("box", ["A", "B"])
def test_a_family_that_wants_to_be_together_gets_all_its_seats_in_one_act(
    box: str, classes: tuple[Slot, Slot]
) -> None:
    elder, younger = make_waiting_siblings(*classes, box=box)
    for reason in ("", "電話で"):
        with pytest.raises(SiblingsTogether):
            give(classes[1], younger, reason=reason)

    offers = give_all(classes[1], younger)

    assert [one.application for one in offers] == [elder, younger]
    assert {one.class_age for one in offers} == {1, 2}
    assert set(Application.objects.values_list("state", flat=True)) == {"offered"}
    assert Notice.objects.filter(kind="childcare.offer").count() == 2
    assert AuditEvent.objects.filter(action="childcare.offer.free_seat").count() == 2
    assert free_seats(classes[0].round) == []


@pytest.mark.parametrize(("box", "why"), [("A", Why.NOT_IN_ONE), ("B", Why.NOT_AT_ONCE)])
def test_a_seat_for_one_of_them_passes_to_the_next_in_line(
    box: str, why: Why, classes: tuple[Slot, Slot]
) -> None:
    _elder, younger = make_waiting_siblings(*classes, box=box)
    score(younger, 90)
    other = make_waiting(round_=classes[1].round, facilities=[classes[1].facility])
    Slot.objects.filter(pk=classes[0].pk).update(offered=0)
    first, second = waiting_for(classes[1])
    assert (first.application, first.turn.way, first.turn.why) == (younger, Way.SKIPPED, why)
    with pytest.raises(AgainstSiblingBox):
        give(classes[1], younger, reason="家族が電話で頼んだ")
    assert second.is_next
    assert give(classes[1], other).out_of_turn is None


def test_a_sibling_with_a_seat_counts_as_placed(classes: tuple[Slot, Slot]) -> None:
    elder, younger = make_waiting_siblings(*classes, box="A")
    give_all(classes[0], elder)
    Offer.objects.filter(application=younger).update(facility_answer="refused")
    Application.objects.filter(pk=younger.pk).update(state="not_placed")
    assert waiting_for(classes[1]) == []  # this nursery could not take it
    Offer.objects.filter(application=younger).update(facility_answer="waiting", answer="declined")
    assert give(classes[1], younger).out_of_turn is None


def test_one_alone_is_accepted_where_the_family_says_so(classes: tuple[Slot, Slot]) -> None:
    _elder, younger = make_waiting_siblings(*classes, box="C", one_alone="either")
    assert give(classes[1], younger).application == younger


def test_of_twins_the_one_that_was_ticked_gets_the_only_seat(classes: tuple[Slot, Slot]) -> None:
    rows = make_waiting_siblings(*classes, box="C", one_alone="elder")
    for row in rows:  # a year apart, and of one class all the same
        row.child.birth_date = date(2025, 6, 1 + rows.index(row))
        row.child.save()
    elder, younger = rows
    score(younger, 60)
    score(elder, 50)
    with pytest.raises(OutOfTurn):
        give(classes[1], younger)
    assert give(classes[1], elder).out_of_turn is None


def test_the_seats_of_a_family_are_those_that_the_officer_read_or_none(
    classes: tuple[Slot, Slot],
) -> None:
    elder, younger = make_waiting_siblings(*classes, box="B")
    read = [(elder.pk, classes[0].pk), (younger.pk, classes[1].pk)]
    told = told_by(make_clerk())
    for seats in (read[:1], [*read[:1], (younger.pk, classes[0].pk)]):
        with pytest.raises(SeatsChanged):
            offer_together(classes[1], younger, seats=seats, answer_by=ANSWER_BY, told=told)
    other = make_waiting(
        child=make_child(birth_date=date(2024, 6, 1)), round_=classes[0].round,
        facilities=[classes[0].facility],
    )  # fmt: skip
    give(classes[0], other, reason="順番を待てない")
    with pytest.raises(SeatsChanged):
        offer_together(classes[1], younger, seats=read, answer_by=ANSWER_BY, told=told)
    assert [one.application for one in Offer.objects.all()] == [other]


def test_a_family_passes_over_who_waits_for_a_sibling_s_seat_with_a_reason_only(
    classes: tuple[Slot, Slot],
) -> None:
    elder, younger = make_waiting_siblings(*classes, box="B")
    other = make_waiting(
        child=make_child(birth_date=date(2024, 6, 1)), round_=classes[0].round,
        facilities=[classes[0].facility],
    )  # fmt: skip
    score(other, 90)
    score(elder, 50)
    assert waiting_for(classes[1])[0].turn.why is Why.NOT_THEIR_TURN
    with pytest.raises(OutOfTurn):
        give_all(classes[1], younger)
    offers = give_all(classes[1], younger, reason="医師の意見書のため")
    assert {one.out_of_turn for one in offers} == {"医師の意見書のため"}


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
