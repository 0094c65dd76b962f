"""The seats that a round begins with: a proposal, from the year before or the round before."""

from datetime import date, timedelta

import pytest

from childcare.admission.slotting import proposed_slots
from childcare.models import ClassCapacity, Round, RoundState, Slot
from childcare.placing.offers import decline_seat
from tests.childcare.applying.factories import make_clerk, make_round, told_by
from tests.childcare.placing.factories import make_offer

pytestmark = pytest.mark.django_db


def next_month(round_: Round) -> Round:
    return make_round(
        kind="monthly", starts_on=date(2027, 5, 1), closes_at=round_.closes_at + timedelta(days=60)
    )


def test_a_declined_seat_is_proposed_for_the_next_round() -> None:
    offer = make_offer()
    slot = Slot.objects.get()
    ClassCapacity.objects.create(
        facility=slot.facility, fiscal_year=2027, class_age=1, seats=slot.offered
    )
    Round.objects.filter(pk=slot.round_id).update(state=RoundState.NOTIFIED)
    following = next_month(slot.round)
    taken = slot.offered - 1
    assert proposed_slots(following) == {(slot.facility_id, 1): taken}

    decline_seat(offer, told=told_by(make_clerk()))

    assert proposed_slots(following) == {(slot.facility_id, 1): slot.offered}


def test_a_month_without_a_round_before_proposes_nothing() -> None:
    slot = make_offer().application.round.slots.get()
    ClassCapacity.objects.create(
        facility=slot.facility, fiscal_year=2027, class_age=1, seats=slot.offered
    )
    assert proposed_slots(next_month(slot.round)) == {(slot.facility_id, 1): 0}  # not told yet
