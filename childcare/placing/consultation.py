"""広域利用: a child of this city asks for a nursery elsewhere, or one from elsewhere for one here.

Going out: prepared, sent, answered by the other city. Coming in: received, placed or not in our
round like every other child, and then answered by us as the round decided. The application stays
one of our round; a family that takes the place elsewhere withdraws here.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from childcare.applying.states import BEFORE_SELECTION, ApplicationState, NotInThisState
from childcare.applying.versions import Told
from childcare.models import Application, Consultation, ConsultationState, Exchange
from childcare.placing.refusals import (
    AnswerAgainstResult,
    ConsultationGoneOn,
    NotAnotherCity,
    NurseryNotNamed,
    RefusalWithoutReason,
)
from core import audit, outbox
from jp.municipality import is_code

_PLACED = frozenset(
    {
        ApplicationState.OFFERED,
        ApplicationState.CONFIRMED,
        ApplicationState.ACCEPTED,
        ApplicationState.ADMITTED,
    }
)
_DECIDED = _PLACED | {ApplicationState.NOT_PLACED, ApplicationState.DECLINED}


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherCity:
    """With whom, and for a child going out, about which of their nurseries."""

    code: str  # 全国地方公共団体コード, six digits
    name: str
    facility: str = ""


def open_consultation(
    application: Application, direction: Exchange, other: OtherCity, *, told: Told
) -> Consultation:
    """Begin: prepared where the child goes out, received where it comes in. Once a child.

    Raises :class:`NotAnotherCity`, :class:`NurseryNotNamed` where a child goes out (the letter asks
    about one nursery), and :class:`NotInThisState` after the selection began.
    """
    if not is_code(other.code) or other.code == application.municipality or not other.name.strip():
        raise NotAnotherCity
    if direction == Exchange.OUT and not other.facility.strip():
        raise NurseryNotNamed
    with transaction.atomic():
        row = Application.objects.select_for_update().get(pk=application.pk)
        existing = Consultation.objects.filter(application=row).first()
        if existing is not None:
            return existing
        may_open = row.state in BEFORE_SELECTION or (
            direction == Exchange.OUT and row.state == ApplicationState.NOT_PLACED
        )
        if not may_open:
            raise NotInThisState(state=row.state)
        row.exchange, row.exchange_municipality = direction, other.code
        row.revision += 1
        row.save(update_fields=["exchange", "exchange_municipality", "revision"])
        found = Consultation.objects.create(
            municipality=row.municipality,
            application=row,
            direction=direction,
            other_name=other.name.strip(),
            facility_name=other.facility.strip(),
            state=(
                ConsultationState.PREPARED
                if direction == Exchange.OUT
                else ConsultationState.RECEIVED
            ),
            opened_at=told.now,
        )
        _record("childcare.consultation.open", found, told=told)
    return found


def name_nursery(consultation: Consultation, facility: str, *, told: Told) -> Consultation:
    """Name another nursery of theirs, as long as the letter did not go out.

    Raises :class:`NurseryNotNamed` and :class:`ConsultationGoneOn`.
    """
    if not facility.strip():
        raise NurseryNotNamed
    with transaction.atomic():
        row = _locked(consultation)
        _demand(row, ConsultationState.PREPARED)
        row.facility_name = facility.strip()
        row.save(update_fields=["facility_name"])
        _record("childcare.consultation.nursery", row, told=told)
    return row


def send_consultation(consultation: Consultation, *, told: Told) -> Consultation:
    """Say that the letter went to the other city; the same again changes nothing.

    Raises :class:`NurseryNotNamed` for a letter that asks about no nursery.
    """
    with transaction.atomic():
        row = _locked(consultation)
        if row.state == ConsultationState.SENT:
            return row
        _demand(row, ConsultationState.PREPARED)
        if not row.facility_name:
            raise NurseryNotNamed
        row.state, row.sent_at = ConsultationState.SENT, told.now
        row.save(update_fields=["state", "sent_at"])
        _record("childcare.consultation.send", row, told=told)
    return row


def answer_consultation(
    consultation: Consultation, *, agrees: bool, reason: str = "", told: Told
) -> Consultation:
    """Keep the other city's answer, or give ours, which is what the round decided.

    Raises :class:`AnswerAgainstResult` where our answer is not that, :class:`RefusalWithoutReason`.
    """
    answer = ConsultationState.AGREED if agrees else ConsultationState.REFUSED
    if not agrees and not reason.strip():
        raise RefusalWithoutReason
    with transaction.atomic():
        row = _locked(consultation)
        if row.state == answer:
            return row
        _demand(row, ConsultationState.SENT, ConsultationState.RECEIVED)
        if row.direction == Exchange.IN:
            _demand_as_decided(row, agrees=agrees)
        row.state, row.answered_at = answer, told.now
        row.reason = "" if agrees else reason.strip()
        row.save(update_fields=["state", "answered_at", "reason"])
        _record("childcare.consultation.answer", row, told=told)
        _tell(row, now=told.now)
    return row


def _locked(consultation: Consultation) -> Consultation:
    return (
        Consultation.objects.select_for_update(of=("self",))
        .select_related("application__child__household")
        .get(pk=consultation.pk)
    )


def _demand(row: Consultation, *states: ConsultationState) -> None:
    if row.state not in states:
        raise ConsultationGoneOn(state=row.state)


def _demand_as_decided(row: Consultation, *, agrees: bool) -> None:
    state = ApplicationState(row.application.state)
    if state not in _DECIDED or agrees != (state in _PLACED):
        raise AnswerAgainstResult(state=state)


def _record(action: str, row: Consultation, *, told: Told) -> None:
    audit.record(
        action,
        actor=told.actor,
        now=told.now,
        municipality=row.municipality,
        object_type="application",
        object_id=row.application_id,
        facts={"direction": row.direction, "state": row.state},
        subject=row.application.child.household.applicant_id,
    )


def _tell(row: Consultation, *, now: datetime) -> None:
    applicant = row.application.child.household.applicant_id
    if applicant is not None:
        outbox.put_notice(
            municipality=row.municipality,
            person_id=applicant,
            kind="childcare.consultation",
            link=f"/childcare/applications/{row.application_id}/",
            dedupe_key=f"childcare.consultation:{row.pk}:{row.state}",
            now=now,
        )
