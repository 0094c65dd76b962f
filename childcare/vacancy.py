"""How much room a class has, as of which day; and what becomes of a word that nobody renews.

A snapshot is a fact of its day. Shown is the newest one, unless it is older than ``FRESH_DAYS``:
then the class is 未更新, because an old "room for two" sends families the wrong way.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery

from accounts.models import User
from childcare.models import Facility, VacancySnapshot, VacancyState
from core import audit
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _
from jp.clock import civil_date

FRESH_DAYS: Final = 45  # cities renew monthly; half a month of grace
CLASS_AGES: Final = range(6)


class VacancyOutOfOrder(Refusal):
    """A vacancy of a day to come, or of a class that there is not."""

    code = "vacancy-out-of-order"
    title = _("空きの日付か、クラスが正しくありません")
    next_step = _("きょうまでの日付と、0歳児から5歳児のクラスを選んでください。")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(frozen=True, slots=True, kw_only=True)
class Vacancy:
    """What is said of one class: state, seats if told, waiting if told, and of which day."""

    state: VacancyState
    seats: int | None = None
    waiting: int | None = None
    as_of: date | None = None

    @property
    def has_room(self) -> bool:
        """Say whether a child could get in as far as we know."""
        return self.state in {VacancyState.OPEN, VacancyState.SOME}


NOT_TOLD: Final = Vacancy(state=VacancyState.STALE)


def shown(snapshot: VacancySnapshot | None, *, today: date) -> Vacancy:
    """Return what may be shown of a class's newest snapshot."""
    if snapshot is None:
        return NOT_TOLD
    if snapshot.as_of < today - timedelta(days=FRESH_DAYS):
        return Vacancy(state=VacancyState.STALE, as_of=snapshot.as_of)
    return Vacancy(
        state=VacancyState(snapshot.state),
        seats=snapshot.seats,
        waiting=snapshot.waiting,
        as_of=snapshot.as_of,
    )


def vacancies(facilities: Iterable[UUID], *, today: date) -> Mapping[tuple[UUID, int], Vacancy]:
    """Return every class that somebody told of: (facility, class age) -> vacancy."""
    told = VacancySnapshot.objects.filter(as_of__lte=today)
    newest = (
        told.filter(facility=OuterRef("facility"), class_age=OuterRef("class_age"))
        .order_by("-as_of")
        .values("as_of")[:1]
    )
    # The days before stay as a record, which grows; a list needs one row a class.
    rows = told.filter(facility__in=list(facilities), as_of=Subquery(newest)).order_by()
    return {(row.facility_id, row.class_age): shown(row, today=today) for row in rows}


def set_vacancy(
    facility: Facility,
    *,
    class_age: int,
    state: VacancyState,
    seats: int | None,
    waiting: int | None = None,
    as_of: date,
    set_by: User | None,
    actor: Actor,
    now: datetime,
) -> VacancySnapshot:
    """Say how much room a class has on ``as_of``; a second word of the same day replaces it."""
    if class_age not in CLASS_AGES or as_of > civil_date(now) or state == VacancyState.STALE:
        raise VacancyOutOfOrder
    with transaction.atomic():
        snapshot, _created = VacancySnapshot.objects.update_or_create(
            facility=facility,
            class_age=class_age,
            as_of=as_of,
            defaults={
                "state": state,
                "seats": 0 if state == VacancyState.FULL else seats,
                "waiting": waiting,
                "set_by": set_by,
                "set_at": now,
            },
        )
        audit.record(
            "facility.vacancy",
            actor=actor,
            now=now,
            municipality=facility.municipality,
            object_type="facility",
            object_id=facility.pk,
            facts={"class_age": class_age, "state": state},
        )
    return snapshot


def recent_changes(municipality: str, *, limit: int = 100) -> list[VacancySnapshot]:
    """Return the newest snapshots that say something else than the one before them."""
    rows = list(
        VacancySnapshot.objects.filter(facility__municipality=municipality)
        .select_related("facility__place")
        .order_by("-as_of", "-set_at")[: limit * 4]
    )
    before: dict[tuple[UUID, int], VacancySnapshot] = {}
    changes = []
    for row in reversed(rows):
        last = before.get((row.facility_id, row.class_age))
        if last is None or (last.state, last.seats) != (row.state, row.seats):
            changes.append(row)
        before[row.facility_id, row.class_age] = row
    return changes[::-1][:limit]
