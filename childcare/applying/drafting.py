"""Drafts: saved at each step, taken up again later, edited by one hand at a time.

A draft is what was not submitted yet; it counts for nothing. A change of something submitted
begins as a draft, too, and the version in force stays until the change is submitted.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, transaction

from accounts.models import Person
from childcare.applying.content import BadContent, Content, share
from childcare.applying.content_rules import CLASS_AGE_MAX, class_age_in
from childcare.applying.deadlines import demand_open
from childcare.applying.paper_files import forget_file
from childcare.applying.refusals import (
    AppliedAlready,
    BornInTheFuture,
    ContentNotReadable,
    EditedMeanwhile,
    TooManyChildrenHere,
    TooOldForNursery,
)
from childcare.applying.states import (
    BEFORE_SELECTION,
    ApplicationState,
    NotInThisState,
    demand_move,
)
from childcare.applying.versions import content_of
from childcare.models import Application, Child, Guardian, Household, Round
from core import audit
from core.actor import Actor
from jp.clock import civil_date

CHILDREN_MAX: Final = 12
GUARDIANS: Final = (1, 2)


def household_of(applicant: Person, *, now: datetime) -> Household:
    """Return the family in whose name ``applicant`` applies, made at first need."""
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=applicant.pk)
        found = Household.objects.filter(applicant=applicant).order_by("created_at").first()
        if found is None:
            found = Household.objects.create(
                municipality=applicant.municipality, applicant=applicant, created_at=now
            )
            Guardian.objects.create(
                household=found, number=1, person=applicant, name=applicant.name
            )
    return found


def add_child(
    household: Household,
    *,
    name: str,
    birth_date: date,
    name_kana: str = "",
    person: Person | None = None,
    now: datetime,
) -> Child:
    """Add a child to a family's applications; one that is not born yet is refused."""
    if birth_date > civil_date(now):
        raise BornInTheFuture
    if Child.objects.filter(household=household).count() >= CHILDREN_MAX:
        raise TooManyChildrenHere
    return Child.objects.create(
        household=household, name=name, name_kana=name_kana, birth_date=birth_date, person=person
    )


def start_application(child: Child, round_: Round, *, actor: Actor, now: datetime) -> Application:
    """Begin a draft; where the same child's is there already, that one is returned.

    Raises :class:`DeadlinePassed` and :class:`TooOldForNursery`.
    """
    demand_open(round_, at=now)
    if class_age_in(child.birth_date, school_year=round_.fiscal_year) > CLASS_AGE_MAX:
        raise TooOldForNursery
    try:
        with transaction.atomic():
            made = Application.objects.create(
                municipality=round_.municipality,
                round=round_,
                child=child,
                draft=_first_content(child).as_json() | {"step": ""},
                draft_saved_at=now,
                created_at=now,
            )
            _record("childcare.application.start", made, actor=actor, now=now)
    except IntegrityError:
        found = Application.objects.get(round=round_, child=child)
        if found.state == ApplicationState.WITHDRAWN:
            return take_up_again(found, actor=actor, now=now)
        if found.state != ApplicationState.DRAFT:
            raise AppliedAlready from None
        return found
    return made


def _first_content(child: Child) -> Content:
    """Begin with what the family told for another child: it is told once."""
    others = Application.objects.filter(child__household_id=child.household_id)
    newest = others.filter(current__isnull=False).order_by("-current__at").first()
    if newest is None:
        return Content()
    return share(content_of(newest).facts, Content())


def take_up_again(application: Application, *, actor: Actor, now: datetime) -> Application:
    """Make a withdrawn application a draft again, with what it said; before the deadline only."""
    with transaction.atomic():
        row = _locked(application, if_match=None)
        demand_open(row.round, at=now)
        row.state = demand_move(row.state, ApplicationState.DRAFT)
        row.draft = content_of(row).as_json() | {"step": ""}
        row.draft_saved_at = now
        _save(row, "state", "draft", "draft_saved_at")
        _record("childcare.application.again", row, actor=actor, now=now)
    return row


def draft_content(application: Application) -> Content:
    """Return what the next submission would say."""
    if application.draft is None:
        return content_of(application)
    return Content.from_json(application.draft)


def draft_answers(application: Application) -> object:
    """Return the answers that were saved with the draft; empty where facts came otherwise."""
    return (application.draft or {}).get("answers", {})


def draft_step(application: Application) -> str:
    """Return the last step that was saved."""
    return str((application.draft or {}).get("step", ""))


def save_draft(
    application: Application,
    content: Content,
    *,
    step: str,
    if_match: int | None,
    now: datetime,
    answers: Mapping[str, object] | None = None,
) -> Application:
    """Keep ``content`` as the draft, with the ``answers`` of the questionnaire that made it.

    ``if_match`` is the revision that the writer had seen.

    A stale one raises :class:`EditedMeanwhile`: two people editing one application never
    overwrite each other unseen.
    """
    with transaction.atomic():
        row = _locked(application, if_match=if_match)
        if row.state != ApplicationState.DRAFT and row.state not in BEFORE_SELECTION:
            raise NotInThisState(state=row.state)
        row.draft = content.as_json() | {"step": step, "answers": dict(answers or {})}
        row.draft_saved_at = now
        _save(row, "draft", "draft_saved_at")
    return row


def discard_draft(application: Application, *, actor: Actor, now: datetime) -> None:
    """Throw a draft away: what was never submitted leaves nothing behind."""
    with transaction.atomic():
        row = _locked(application, if_match=None)
        if row.current_id is None:
            _record("childcare.application.discard", row, actor=actor, now=now)
            for document in row.documents.all():
                forget_file(document)
                document.delete()
            row.delete()
            return
        row.draft = None
        row.draft_saved_at = None
        _save(row, "draft", "draft_saved_at")


def read_content(sent: object) -> Content:
    """Read what a client sent; raise :class:`ContentNotReadable` with the place."""
    try:
        return Content.from_json(sent)
    except BadContent as bad:
        raise ContentNotReadable(str(bad)) from None


def lock_application(application: Application, *, if_match: int | None) -> Application:
    """Return the row locked; raise :class:`EditedMeanwhile` where it went on since."""
    return _locked(application, if_match=if_match)


def _locked(application: Application, *, if_match: int | None) -> Application:
    row = (
        Application.objects.select_for_update(of=("self",))
        .select_related("round", "child__household", "current")
        .get(pk=application.pk)
    )
    if if_match is not None and if_match != row.revision:
        raise EditedMeanwhile(revision=row.revision)
    return row


def save_application(row: Application, *fields: str) -> None:
    """Save these fields of a locked row; its revision goes on."""
    _save(row, *fields)


def _save(row: Application, *fields: str) -> None:
    row.revision += 1
    row.save(update_fields=[*fields, "revision"])


def _record(action: str, application: Application, *, actor: Actor, now: datetime) -> None:
    audit.record(
        action,
        actor=actor,
        now=now,
        municipality=application.municipality,
        object_type="application",
        object_id=application.pk,
        subject=application.child.household.applicant_id,
    )
