"""What childcare keeps of a person, for disclosure, erasure and merged records."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from accounts.models import Person
from childcare.applying.paper_files import forget_file
from childcare.applying.states import ApplicationState
from childcare.models import Application, Child, Consultation, Guardian, Household
from core.actor import Actor
from core.refusals import gettext_noop as _


def export_applications(person_id: UUID) -> object:
    """Return the families, children and applications with every version and paper."""
    households = Household.objects.filter(applicant=person_id).order_by("created_at")
    return [
        {
            "address": household.address,
            "guardians": [
                {"number": one.number, "name": one.name} for one in household.guardians.all()
            ],
            "children": [_child(one) for one in household.children.all()],
        }
        for household in households
    ]


def _child(child: Child) -> dict[str, object]:
    return {
        "name": child.name,
        "name_kana": child.name_kana,
        "birth_date": child.birth_date.isoformat(),
        "certifications": [
            {
                "number": one.number,
                "class": one.class_code,
                "amount": one.care_amount,
                "from": one.valid_from.isoformat(),
                "to": one.valid_to.isoformat(),
                "change": one.change,
                "end_reason": one.end_reason,
                "end_words": one.end_words,
            }
            for one in child.certifications.all()
        ],
        "applications": [_application(one) for one in child.applications.select_related("round")],
    }


def _application(row: Application) -> dict[str, object]:
    return {
        "receipt_number": row.receipt_number,
        "starts_on": row.round.starts_on.isoformat(),
        "state": row.state,
        "draft": row.draft,
        "versions": [
            {
                "number": one.number,
                "at": one.at.isoformat(),
                "why": one.why,
                "channel": one.channel,
                "facts": one.facts,
                "preferences": one.preferences,
                "siblings": one.siblings,
            }
            for one in row.versions.all()
        ],
        "papers": [
            {"kind": one.kind, "subject": one.subject, "state": one.state, "name": one.file_name}
            for one in row.documents.all()
        ],
        "consultations": [
            {
                "with": one.other_name,
                "direction": one.direction,
                "facility": one.facility_name,
                "state": one.state,
                "reason": one.reason,
            }
            for one in Consultation.objects.filter(application=row)
        ],
        "offers": [
            {"answer": one.answer, "answer_by": one.answer_by.isoformat()}
            for one in row.offers.all()
        ],
    }


def applications_hold(person_id: UUID, _now: datetime) -> Sequence[str]:
    """What was submitted is a document of the city, kept as long as its rules for records say."""
    submitted = Application.objects.filter(
        child__household__applicant=person_id, current__isnull=False
    )
    if submitted.exists():
        return [_("保育園の申しこみの記録があります。市の決まりの年数のあいだ、残します。")]
    return []


def erase_applications(person_id: UUID, _now: datetime) -> None:
    """Delete drafts that were never submitted, with the family's names and files."""
    for household in Household.objects.filter(applicant=person_id):
        rows = Application.objects.filter(
            child__household=household, state=ApplicationState.DRAFT, current__isnull=True
        )
        for row in rows:
            for document in row.documents.all():
                forget_file(document)
                document.delete()
            row.delete()
        Guardian.objects.filter(household=household).delete()
        Child.objects.filter(household=household).delete()
        household.delete()


def move_households(kept: Person, gone: Person, _actor: Actor, _now: datetime) -> None:
    """Give the families of a merged record to the one that stays."""
    Household.objects.filter(applicant=gone).update(applicant=kept)
    Guardian.objects.filter(person=gone).update(person=kept)
    Child.objects.filter(person=gone).update(person=kept)
