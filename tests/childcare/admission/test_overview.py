"""What staff see at a glance is counted from the rows, never assumed."""

import pytest

from childcare.admission.overview import lost_seats, overfull_classes
from childcare.admission.running import make_run
from childcare.models import Application, Slot
from tests.childcare.admission.rounds import (
    AFTER,
    apply_for,
    make_class,
    make_officer,
    make_scored_round,
)

pytestmark = pytest.mark.django_db


def test_a_class_with_more_children_than_seats_is_counted() -> None:
    round_ = make_scored_round()
    facility = make_class(round_, seats=1)
    apply_for(round_, facility, points=10)
    run = make_run(round_, actor=make_officer(), now=AFTER)
    assert overfull_classes(run) == 0
    Slot.objects.filter(facility=facility).update(offered=0)
    run.round.refresh_from_db()
    assert overfull_classes(run) == 1


def test_a_seat_held_by_a_transfer_counts_beside_those_offered() -> None:
    round_ = make_scored_round()
    held = make_class(round_, seats=0)
    apply_for(round_, make_class(round_, seats=0), points=10, held=held)
    run = make_run(round_, actor=make_officer(), now=AFTER)
    assert overfull_classes(run) == 0
    assert lost_seats(run) == 0


def test_a_child_who_held_a_seat_and_has_none_is_counted() -> None:
    round_ = make_scored_round()
    full = make_class(round_, seats=0)
    without = apply_for(round_, full, points=10)
    run = make_run(round_, actor=make_officer(), now=AFTER)
    Application.objects.filter(pk=without.pk).update(held_facility=full)
    assert lost_seats(run) == 1
