"""Where a family's applications stand on its first page, and what each waits for: one thing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext

from childcare.applying.applicants import own_applications
from childcare.applying.deadlines import days_left, last_day
from childcare.applying.states import ApplicationState
from childcare.models import Application, DocumentState, Offer, ParentAnswer
from core.actor import Actor
from core.refusals import gettext_noop as _
from jp.clock import civil_date


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """One thing to do; ``until`` is the last day for it."""

    address: str
    title: str
    text: str
    days: int
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One child's application: where it stands."""

    address: str
    name: str
    state: str


def family_applications(actor: Actor) -> list[Application]:
    """Return the caller's applications, the newest round first, with their papers."""
    if actor.person_id is None:
        return []
    rows = own_applications(actor, "childcare.application.read")
    return list(rows.prefetch_related("documents"))


def standings(applications: Sequence[Application]) -> list[Standing]:
    """Return where the newest round's applications stand; of older rounds the list tells."""
    kept = [row for row in applications if row.state != ApplicationState.WITHDRAWN]
    return [
        Standing(address=address_of(row), name=row.child.name, state=row.get_state_display())
        for row in kept
        if row.round_id == kept[0].round_id
    ]


def address_of(row: Application) -> str:
    """Return where the family goes on with an application: a draft to its last look."""
    if row.state == ApplicationState.DRAFT:
        return f"/childcare/apply/{row.pk}/check/"
    return f"/childcare/applications/{row.pk}/"


def childcare_steps(applications: Sequence[Application], *, now: datetime) -> list[NextStep]:
    """Return what the applications wait for, the nearest day first."""
    found = [step for row in applications for step in _steps(row, now)]
    return sorted(found, key=lambda step: step.until)


def _steps(row: Application, now: datetime) -> Iterator[NextStep]:
    here = f"/childcare/applications/{row.pk}/"
    offer = _open_offer(row, now) if row.state == "confirmed" else None
    if offer is not None:
        until = civil_date(offer.answer_by - timedelta(seconds=1))
        left = (until - civil_date(now)).days
        yield _step(row, here, gettext(_("保育園の返事をする")), days=left, until=until)
        return
    left = days_left(row.round, now=now)
    if left < 0:
        return
    if row.state == "draft":
        title = gettext(_("保育園の申しこみの続きを書く"))
        yield _step(row, address_of(row), title, days=left, until=last_day(row.round))
    elif row.state == "documents_missing" and any(
        one.state in (DocumentState.MISSING, DocumentState.DEFICIENT) for one in row.documents.all()
    ):
        address = f"/childcare/apply/{row.pk}/papers/"
        title = gettext(_("保育園の書類を出す"))
        yield _step(row, address, title, days=left, until=last_day(row.round))


def _step(row: Application, address: str, title: str, *, days: int, until: date) -> NextStep:
    return NextStep(address=address, title=title, text=row.child.name, days=days, until=until)


def _open_offer(row: Application, now: datetime) -> Offer | None:
    return Offer.objects.filter(
        application=row, answer=ParentAnswer.WAITING, answer_by__gt=now
    ).first()
