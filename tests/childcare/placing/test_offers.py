"""A seat is answered once: by the nursery, then by the family, in time."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from childcare.applying.selection import begin_selection, not_verified
from childcare.applying.states import NotInThisState
from childcare.applying.versions import Told
from childcare.models import CareAmount, CertificationClass, Offer
from childcare.placing.certification import issue_certification
from childcare.placing.offers import (
    accept_seat,
    admit_child,
    confirm_seat,
    decline_seat,
    lapse_offers,
    open_offers,
    refuse_seat,
)
from childcare.placing.refusals import (
    AnsweredAlready,
    AnswerTooLate,
    FacilityNotYet,
    NotCertified,
    RefusalWithoutReason,
    TransferIsFinal,
)
from core.audit import SYSTEM
from core.models import AuditEvent, Notice
from tests.childcare.applying.factories import (
    NOW,
    make_clerk,
    make_facility,
    make_submitted,
    make_verified,
    told_by,
    told_by_family,
)
from tests.childcare.placing.factories import ANSWER_BY, decide, make_offer, make_run
from tests.disability_card.factories import CITY

pytestmark = pytest.mark.django_db


def family_of(offer: Offer, **override: Any) -> Told:
    return told_by_family(offer.application, **override)


def test_only_what_two_people_verified_goes_into_the_selection() -> None:
    verified = make_verified()
    checked_by_nobody = make_submitted(round_=verified.round)
    assert begin_selection(verified.round, actor=SYSTEM, now=NOW) == 1
    assert begin_selection(verified.round, actor=SYSTEM, now=NOW) == 0
    assert list(not_verified(verified.round)) == [checked_by_nobody]


def test_publishing_twice_opens_each_offer_once() -> None:
    offer = make_offer()
    assert offer.decision is not None
    assert open_offers(offer.decision.run, told=told_by(make_clerk())) == 0
    assert Offer.objects.count() == 1


def test_who_withdrew_during_the_selection_gets_no_offer() -> None:
    row = make_verified()
    run = make_run(row.round)
    wish = row.preferences.get()
    decide(run, row, slot=row.round.slots.get(facility=wish.facility))
    type(row).objects.filter(pk=row.pk).update(state="withdrawn")
    assert open_offers(run, told=told_by(make_clerk())) == 0


def test_the_family_answers_after_the_nursery() -> None:
    offer = make_offer(confirmed=False)
    with pytest.raises(FacilityNotYet):
        accept_seat(offer, told=family_of(offer))
    confirm_seat(offer, told=told_by(make_clerk()))
    offer = accept_seat(offer, told=family_of(offer))
    assert (offer.answer, offer.application.state) == ("accepted", "accepted")


def test_the_database_itself_wants_the_nursery_first() -> None:
    make_offer(confirmed=False)
    with transaction.atomic(), pytest.raises(IntegrityError):
        Offer.objects.update(answer="accepted")


def test_accepting_twice_changes_nothing() -> None:
    offer = make_offer()
    first = accept_seat(offer, told=family_of(offer))
    before = (AuditEvent.objects.count(), Notice.objects.count(), first.application.revision)
    again = accept_seat(offer, told=family_of(offer, now=NOW + timedelta(hours=1)))
    assert again.answered_at == first.answered_at
    after = (AuditEvent.objects.count(), Notice.objects.count(), again.application.revision)
    assert after == before


def test_an_answer_is_not_turned_round_by_a_page() -> None:
    offer = make_offer()
    accept_seat(offer, told=family_of(offer))
    with pytest.raises(AnsweredAlready):
        decline_seat(offer, told=family_of(offer))


def test_the_last_second_counts_and_the_first_after_does_not() -> None:
    offer = make_offer()
    with pytest.raises(AnswerTooLate):
        accept_seat(offer, told=family_of(offer, now=ANSWER_BY))
    accept_seat(offer, told=family_of(offer, now=ANSWER_BY - timedelta(seconds=1)))


def test_an_offer_that_nobody_answers_lapses() -> None:
    offer = make_offer()
    clerk = make_clerk()
    early = told_by(clerk, now=ANSWER_BY - timedelta(seconds=1))
    assert lapse_offers(municipality=CITY, told=early) == 0
    assert lapse_offers(municipality=CITY, told=told_by(clerk, now=ANSWER_BY)) == 1
    offer.refresh_from_db()
    assert (offer.answer, offer.application.state) == ("lapsed", "declined")


def test_a_nursery_that_refuses_says_why() -> None:
    offer = make_offer(confirmed=False)
    with pytest.raises(RefusalWithoutReason):
        refuse_seat(offer, reason="", told=told_by(make_clerk()))
    offer = refuse_seat(offer, reason="保育士が足りません。", told=told_by(make_clerk()))
    assert offer.application.state == "not_placed"
    with pytest.raises(AnsweredAlready):
        accept_seat(offer, told=family_of(offer))


def test_a_transfer_is_not_declined_by_a_click() -> None:
    offer = make_offer(held=make_facility())
    with pytest.raises(TransferIsFinal):
        decline_seat(offer, told=family_of(offer))


def test_nobody_is_admitted_without_a_certification_for_the_first_day() -> None:
    offer = make_offer()
    clerk = told_by(make_clerk())
    with pytest.raises(NotInThisState):
        admit_child(offer, told=clerk)
    accept_seat(offer, told=family_of(offer))
    with pytest.raises(NotCertified):
        admit_child(offer, told=clerk)
    issue_certification(
        offer.application.child, class_code=CertificationClass.THIRD,
        care_amount=CareAmount.STANDARD, need_reason="1", valid_from=date(2027, 4, 1),
        valid_to=date(2028, 6, 8), told=clerk,
    )  # fmt: skip
    assert admit_child(offer, told=clerk).application.state == "admitted"
    notices = AuditEvent.objects.filter(action="childcare.admit").count()
    admit_child(offer, told=clerk)
    assert AuditEvent.objects.filter(action="childcare.admit").count() == notices
