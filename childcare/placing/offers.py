"""The seat that a family was given, until its first day: the nursery's word and the family's.

An offer is answered once. The same answer again changes nothing and is no error (a double tap,
a page sent again); another answer is refused. The row is locked before it is looked at, so that
of two answers at one moment exactly one counts.
"""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from childcare.applying.states import ApplicationState, demand_move
from childcare.applying.versions import Told
from childcare.models import (
    Application,
    Decision,
    FacilityAnswer,
    Offer,
    Outcome,
    ParentAnswer,
    Run,
)
from childcare.placing.certification import certified_on
from childcare.placing.refusals import (
    AnsweredAlready,
    AnswerTooLate,
    FacilityNotYet,
    NotCertified,
    RefusalWithoutReason,
    TransferIsFinal,
)
from core import audit, outbox
from jp.clock import civil_date


def open_offers(run: Run, *, told: Told) -> int:
    """Follow the decisions of a published run: offers are open, the others wait. Once only.

    Returns how many offers were opened. A family that withdrew meanwhile gets none.
    """
    with transaction.atomic():
        decisions = (
            Decision.objects.filter(run=run, application__state=ApplicationState.IN_SELECTION)
            .select_related("application")
            .order_by("pk")
        )
        placed = [one for one in decisions if one.outcome == Outcome.OFFERED]
        seats = [(one, one.facility_id) for one in placed]
        Offer.objects.bulk_create(
            Offer(
                application_id=one.application_id,
                facility_id=facility_id,
                decision=one,
                class_age=one.class_age,
                offered_at=told.now,
                answer_by=one.answer_by or told.now,
            )
            for one, facility_id in seats
            if facility_id is not None  # a constraint of the decision says so
        )
        placed_ids = [one.application_id for one in placed]
        rest = [one.application_id for one in decisions if one.outcome != Outcome.OFFERED]
        for ids, state in ((placed_ids, "offered"), (rest, "not_placed")):
            Application.objects.filter(pk__in=ids).update(state=state, revision=F("revision") + 1)
        audit.record(
            "childcare.offers.open",
            actor=told.actor,
            now=told.now,
            municipality=run.round.municipality,
            object_type="run",
            object_id=run.pk,
            facts={"offers": len(placed_ids), "not_placed": len(rest)},
        )
    return len(placed)


def confirm_seat(offer: Offer, *, told: Told) -> Offer:
    """Let the nursery say that it takes the child; the family may answer from now on."""
    with transaction.atomic():
        row = _locked(offer)
        if row.facility_answer == FacilityAnswer.CONFIRMED:
            return row
        _demand_waiting(row.facility_answer)
        row.facility_answer = FacilityAnswer.CONFIRMED
        _facility_said(row, told)
        _move(row, ApplicationState.CONFIRMED, "childcare.offer.confirm", told=told)
        _tell(row, "childcare.offer", told=told)
    return row


def refuse_seat(offer: Offer, *, reason: str, told: Told) -> Offer:
    """Let the nursery say why it cannot take the child: the city looks for another way."""
    if not reason.strip():
        raise RefusalWithoutReason
    with transaction.atomic():
        row = _locked(offer)
        if row.facility_answer == FacilityAnswer.REFUSED:
            return row
        _demand_waiting(row.facility_answer)
        row.facility_answer, row.facility_reason = FacilityAnswer.REFUSED, reason.strip()
        _facility_said(row, told)
        _move(row, ApplicationState.NOT_PLACED, "childcare.offer.refuse", told=told)
        _tell(row, "childcare.offer", told=told)
    return row


def accept_seat(offer: Offer, *, told: Told) -> Offer:
    """Accept for the family; the same again changes nothing."""
    with transaction.atomic():
        row = _locked(offer)
        if row.answer == ParentAnswer.ACCEPTED:
            return row
        _demand_answerable(row, now=told.now)
        if row.facility_answer != FacilityAnswer.CONFIRMED:
            raise FacilityNotYet
        _family_said(row, ParentAnswer.ACCEPTED, told)
        _move(row, ApplicationState.ACCEPTED, "childcare.offer.accept", told=told)
    return row


def decline_seat(offer: Offer, *, told: Told) -> Offer:
    """Decline for the family; the seat goes to the next round or down the waiting list."""
    with transaction.atomic():
        row = _locked(offer)
        if row.answer == ParentAnswer.DECLINED:
            return row
        _demand_answerable(row, now=told.now)
        if row.application.held_facility_id is not None:
            raise TransferIsFinal
        _family_said(row, ParentAnswer.DECLINED, told)
        _move(row, ApplicationState.DECLINED, "childcare.offer.decline", told=told)
    return row


def lapse_offers(*, municipality: str, told: Told) -> int:
    """End the confirmed offers that nobody answered in time; return how many."""
    late = Offer.objects.filter(
        application__municipality=municipality,
        application__state=ApplicationState.CONFIRMED,
        application__held_facility__isnull=True,
        answer=ParentAnswer.WAITING,
        answer_by__lte=told.now,
    )
    ended = 0
    for offer in late.order_by("pk"):
        with transaction.atomic():
            row = _locked(offer)
            if row.answer != ParentAnswer.WAITING:
                continue
            _family_said(row, ParentAnswer.LAPSED, told)
            _move(row, ApplicationState.DECLINED, "childcare.offer.lapse", told=told)
            _tell(row, "childcare.offer", told=told)
            ended += 1
    return ended


def admit_child(offer: Offer, *, told: Told) -> Offer:
    """Decide the admission: accepted, and certified for the first day."""
    with transaction.atomic():
        row = _locked(offer)
        if row.application.state == ApplicationState.ADMITTED:
            return row
        demand_move(row.application.state, ApplicationState.ADMITTED)
        starts_on = row.application.round.starts_on
        if certified_on(row.application.child, day=starts_on) is None:
            raise NotCertified
        row.admitted_at = told.now
        row.save(update_fields=["admitted_at"])
        _move(row, ApplicationState.ADMITTED, "childcare.admit", told=told)
        _tell(row, "childcare.admitted", told=told)
    return row


def last_day_to_answer(answer_by: datetime) -> date:
    """Return the last civil day on which an answer counts; ``answer_by`` is the instant after."""
    return civil_date(answer_by - datetime.resolution)


def _locked(offer: Offer) -> Offer:
    """Lock the application, then its offer: the same order everywhere."""
    Application.objects.select_for_update().get(pk=offer.application_id)
    return (
        Offer.objects.select_for_update(of=("self",))
        .select_related("application__round", "application__child__household", "facility")
        .get(pk=offer.pk)
    )


def _demand_waiting(answer: str) -> None:
    if answer != FacilityAnswer.WAITING:
        raise AnsweredAlready


def _demand_answerable(row: Offer, *, now: datetime) -> None:
    if row.answer != ParentAnswer.WAITING or row.facility_answer == FacilityAnswer.REFUSED:
        raise AnsweredAlready
    if now >= row.answer_by:
        raise AnswerTooLate


def _facility_said(row: Offer, told: Told) -> None:
    row.facility_answered_by_id, row.facility_answered_at = told.entered_by, told.now
    row.save()


def _family_said(row: Offer, answer: ParentAnswer, told: Told) -> None:
    row.answer = answer
    row.answered_by_id, row.answered_at = told.entered_by, told.now
    row.save()


def _move(row: Offer, state: ApplicationState, action: str, *, told: Told) -> None:
    application = row.application
    application.state = demand_move(application.state, state)
    application.revision += 1
    application.save(update_fields=["state", "revision"])
    audit.record(
        action,
        actor=told.actor,
        now=told.now,
        municipality=application.municipality,
        object_type="application",
        object_id=application.pk,
        facts={"offer": str(row.pk)},
        subject=application.child.household.applicant_id,
    )


def _tell(row: Offer, kind: str, *, told: Told) -> None:
    application = row.application
    applicant = application.child.household.applicant_id
    if applicant is None:
        return
    outbox.put_notice(
        municipality=application.municipality,
        person_id=applicant,
        kind=kind,
        link=f"/childcare/applications/{application.pk}/",
        dedupe_key=f"{kind}:{row.pk}:{application.state}",
        now=told.now,
    )
