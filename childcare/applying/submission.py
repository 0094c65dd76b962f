"""Submit, change and withdraw an application; before the deadline by the family itself.

The order of :func:`submit_application`: lock the family, so that its applications move together;
the revision the writer had seen; the deadline; the content; then the version, the papers that
are asked for, the receipt number, and what the family's other applications share of it.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from childcare.applying.content import Content, differences, share
from childcare.applying.content_rules import Circumstances, class_age_in, errors
from childcare.applying.deadlines import demand_open
from childcare.applying.drafting import (
    draft_answers,
    draft_content,
    draft_step,
    lock_application,
    save_application,
)
from childcare.applying.needed_papers import Needed, ask_for
from childcare.applying.refusals import NotComplete, NothingToSubmit, PaperDateWrong
from childcare.applying.states import (
    BEFORE_SELECTION,
    ApplicationState,
    NotInThisState,
    demand_move,
)
from childcare.applying.versions import (
    Told,
    content_of,
    lock_household,
    settle_state,
    write_version,
)
from childcare.models import (
    Application,
    ApplicationVersion,
    Channel,
    Slot,
    WhyAVersion,
)
from core import outbox
from core.ids import make_reference
from jp.clock import civil_date

RECEIPT_CHARACTERS: Final = 8
_RECEIPT_TRIES: Final = 5

# Says which papers a content needs: the rule set's word, given by the caller.
PapersOf = Callable[[Application, Content], Iterable[Needed]]


def submit_application(
    application: Application,
    *,
    if_match: int | None,
    papers_of: PapersOf,
    told: Told,
    received_at: datetime | None = None,
) -> Application:
    """Make the draft count. ``received_at`` is when a paper came in; the deadline goes by it.

    Raises :class:`EditedMeanwhile`, :class:`DeadlinePassed` with the next round,
    :class:`NotComplete` with the codes of what to mend, :class:`NothingToSubmit`.
    """
    at = _received(received_at, told)
    with transaction.atomic():
        lock_household(application.child.household_id)
        row = lock_application(application, if_match=if_match)
        demand_open(row.round, at=at)
        if row.draft is None:
            raise NothingToSubmit
        content = draft_content(row)
        demand_complete(row, content, now=told.now)
        if row.state == ApplicationState.DRAFT:
            row.state = demand_move(row.state, ApplicationState.SUBMITTED)
            why = WhyAVersion.SUBMITTED if row.current is None else WhyAVersion.CHANGED
        elif row.state in BEFORE_SELECTION:
            if not differences(content_of(row), content):
                raise NothingToSubmit
            why = WhyAVersion.CHANGED
        else:
            raise NotInThisState(state=row.state)
        row.draft, row.draft_saved_at = None, None
        row.submitted_at = row.submitted_at or at
        apply_version(row, content, why=why, papers_of=papers_of, told=told)
        share_with_family(row, content, papers_of=papers_of, told=told)
    return row


def change_submitted(
    application: Application,
    content: Content,
    *,
    why: WhyAVersion,
    if_match: int | None,
    papers_of: PapersOf,
    told: Told,
) -> Application:
    """Write what staff learned into a submitted application: every check is open again."""
    with transaction.atomic():
        lock_household(application.child.household_id)
        row = lock_application(application, if_match=if_match)
        if row.state not in BEFORE_SELECTION:
            raise NotInThisState(state=row.state)
        if not differences(content_of(row), content):
            raise NothingToSubmit
        apply_version(row, content, why=why, papers_of=papers_of, told=told)
        share_with_family(row, content, papers_of=papers_of, told=told)
    return row


def withdraw_application(
    application: Application, *, if_match: int | None, told: Told
) -> Application:
    """Take an application back: a version of its own, so that it is seen when and by whom."""
    with transaction.atomic():
        lock_household(application.child.household_id)
        row = lock_application(application, if_match=if_match)
        row.state = demand_move(row.state, ApplicationState.WITHDRAWN)
        write_version(row, content_of(row), why=WhyAVersion.WITHDRAWN, told=told)
        row.draft, row.draft_saved_at = None, None
        _save_all(row)
        _tell(row, "childcare.withdrawn", told=told)
    return row


def share_with_family(
    source: Application, content: Content, *, papers_of: PapersOf, told: Told
) -> list[ApplicationVersion]:
    """Give the family's facts and its sibling form to its other applications of open checks.

    Runs in the caller's transaction, after the household is locked.
    """
    written = []
    others = (
        Application.objects.select_for_update(of=("self",))
        .select_related("round", "child__household", "current")
        .filter(child__household_id=source.child.household_id)
        .exclude(pk=source.pk)
        .order_by("pk")
    )
    for other in others:
        if other.state not in (*BEFORE_SELECTION, ApplicationState.DRAFT):
            continue
        _share_with_draft(other, content)
        if other.state == ApplicationState.DRAFT:
            save_application(other, "draft")
            continue
        old = content_of(other)
        new = share(content.facts, old)
        if content.siblings.box and other.round_id == source.round_id:
            new = _with_siblings(new, content)
        if differences(old, new):
            written.append(
                apply_version(other, new, why=WhyAVersion.SHARED, papers_of=papers_of, told=told)
            )
    return written


def _share_with_draft(row: Application, content: Content) -> None:
    """A draft that was saved before a fact was told must not take the fact away again."""
    if row.draft is None:
        return
    shared = share(content.facts, draft_content(row))
    row.draft = shared.as_json() | {"step": draft_step(row), "answers": draft_answers(row)}


def circumstances(application: Application, *, now: datetime) -> Circumstances:
    """Return what the rules of the content need to know of this application."""
    round_, child = application.round, application.child
    age = class_age_in(child.birth_date, school_year=round_.fiscal_year)
    siblings = (
        Application.objects.filter(round=round_, child__household_id=child.household_id)
        .exclude(pk=application.pk)
        .exclude(state__in=(ApplicationState.WITHDRAWN, ApplicationState.DECLINED))
    )
    return Circumstances(
        birth_date=child.birth_date,
        today=civil_date(now),
        school_year=round_.fiscal_year,
        reference_on=round_.reference_on,
        facilities=frozenset(
            str(pk)
            for pk in Slot.objects.filter(round=round_, class_age=age).values_list(
                "facility_id", flat=True
            )
        ),
        siblings_apply=siblings.exists(),
    )


def demand_complete(application: Application, content: Content, *, now: datetime) -> None:
    """Raise :class:`NotComplete` with the codes and places of what must be mended."""
    wrong = errors(content, circumstances(application, now=now))
    if wrong:
        raise NotComplete(
            problems=",".join(one.code for one in wrong), places=",".join(w.pointer for w in wrong)
        )


def apply_version(
    row: Application, content: Content, *, why: WhyAVersion, papers_of: PapersOf, told: Told
) -> ApplicationVersion:
    """Write the version with its papers, its state and its receipt."""
    _share_with_draft(row, content)
    version = write_version(row, content, why=why, told=told)
    ask_for(row, papers_of(row, content))
    settle_state(row)
    if row.state == ApplicationState.VERIFIED:
        row.state = demand_move(row.state, ApplicationState.UNDER_REVIEW)
    _save_all(row)
    _tell(row, "childcare.submitted" if why == WhyAVersion.SUBMITTED else "childcare.changed",
          told=told)  # fmt: skip
    return version


def _save_all(row: Application) -> None:
    fields = (
        "state",
        "current",
        "held_facility",
        "draft",
        "draft_saved_at",
        "submitted_at",
        "receipt_number",
    )
    if row.receipt_number is not None:
        save_application(row, *fields)
        return
    for _try in range(_RECEIPT_TRIES):
        row.receipt_number = make_reference(RECEIPT_CHARACTERS)
        try:
            with transaction.atomic():
                save_application(row, *fields)
        except IntegrityError:
            row.revision -= 1
            continue  # the number is somebody else's: 1 in 27,000 million
        return
    raise RuntimeError("no receipt number is free")


def _with_siblings(content: Content, of: Content) -> Content:
    return Content(
        facts=content.facts,
        preferences=content.preferences,
        siblings=of.siblings,
        held_facility=content.held_facility,
    )


def _received(received_at: datetime | None, told: Told) -> datetime:
    if received_at is None:
        return told.now
    if received_at > told.now or told.channel == Channel.ONLINE:
        raise PaperDateWrong
    return received_at


def _tell(row: Application, kind: str, *, told: Told) -> None:
    """Tell the family that there is news of its application; never what it says."""
    applicant = row.child.household.applicant_id
    if applicant is None:
        return
    number = row.current.number if row.current else 0
    outbox.put_notice(
        municipality=row.municipality,
        person_id=applicant,
        kind=kind,
        link=f"/childcare/applications/{row.pk}/",
        dedupe_key=f"{kind}:{row.pk}:{number}",
        now=told.now,
    )
