"""A family that applies, with a paper, a seat offered and somebody who works at the nursery."""

from datetime import date
from typing import Any

from childcare.applying.papers import receive_file
from childcare.models import CareAmount, CertificationClass, Document, Exchange, Slot
from childcare.placing.certification import issue_certification
from childcare.placing.consultation import OtherCity, open_consultation
from places.models import Place
from tests.childcare.applying.factories import (
    PDF,
    make_child,
    make_clerk,
    make_facility,
    make_family,
    make_round,
    make_slot,
    make_submitted,
    told_by,
    told_by_family,
    work_papers,
)
from tests.childcare.placing.factories import make_offer
from tests.matrix_world import MARK


def values(world: Any) -> dict[str, object]:
    """Return the parameters of the addresses of applications."""
    family = make_family(applicant=world.holder)
    place = Place.objects.get(pk=world.place_id)  # where the nursery's own people work
    round_ = make_round()
    facility = make_facility(place=place, organisation=world.nursery)
    slot: Slot = make_slot(round_, facility, offered=5)
    row = make_submitted(
        make_child(family, name=MARK), round_=round_, facilities=[facility], papers_of=work_papers
    )
    paper: Document = receive_file(
        row, kind="employment", subject="guardian:1", name="a.pdf", content=PDF,
        told=told_by_family(row),
    )  # fmt: skip
    offer = make_offer(
        confirmed=False, child=make_child(name=MARK), round_=round_, facilities=[facility]
    )
    consultation = open_consultation(
        row,
        Exchange.OUT,
        OtherCity(code="202088", name="小諸市", facility="こもろ園"),
        told=told_by(make_clerk()),
    )
    certification = issue_certification(
        row.child, class_code=CertificationClass.THIRD, care_amount=CareAmount.SHORT,
        need_reason="1", valid_from=date(2027, 4, 1), valid_to=date(2028, 3, 31),
        told=told_by(make_clerk()),
    )  # fmt: skip
    return {
        "certification_id": certification.pk,
        "consultation_id": consultation.pk,
        "nursery_application_id": row.pk,
        "document_id": paper.pk,
        "question_id": "family",
        "paper_change": "receive",
        "seat_offer_id": offer.pk,
        "class_slot_id": slot.pk,
        "round_id": round_.pk,
    }
