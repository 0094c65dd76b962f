"""Days on which families may come and look, and their bookings.

The last place of a visit is booked once: the row is locked before it is counted, and the database
refuses a count above the limit besides. A booking is opened by its reference alone.
"""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.db import transaction

from accounts.models import Person
from childcare.models import Facility, VisitBooking, VisitDay
from core import audit
from core.actor import Actor
from core.audit import SYSTEM
from core.ids import make_reference, normal_reference
from core.refusals import Refusal, gettext_noop as _

KEPT_DAYS: Final = 90  # after a visit nobody needs to reach the family about it


class VisitFull(Refusal):
    """The last place is gone."""

    code = "visit-full"
    title = _("この回は、いっぱいになりました")
    next_step = _("ほかの日を選んでください。")
    status = HTTPStatus.CONFLICT


class VisitOver(Refusal):
    """The visit has begun, was cancelled, or is not one of this facility."""

    code = "visit-over"
    title = _("この回は、もう申しこめません")
    next_step = _("ほかの日を選んでください。")
    status = HTTPStatus.CONFLICT


class BookingUnknown(Refusal):
    """One answer for unknown, mistyped and cancelled: it must not tell who booked."""

    code = "booking-unknown"
    title = _("この番号の申しこみはありません")
    next_step = _("番号をたしかめてください。わからないときは、園に電話してください。")
    status = HTTPStatus.NOT_FOUND


class VisitDayWrong(Refusal):
    """A visit in the past, without a place, or at a time that is taken."""

    code = "visit-day-wrong"
    title = _("見学の日時か、組の数が正しくありません")
    next_step = _("これからの日時と、1以上の数を書いてください。")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


def open_visit_day(
    facility: Facility,
    *,
    starts_at: datetime,
    ends_at: datetime,
    families_max: int,
    actor: Actor,
    now: datetime,
) -> VisitDay:
    """Offer a time for visits."""
    is_taken = VisitDay.objects.filter(facility=facility, starts_at=starts_at).exists()
    if starts_at <= now or ends_at <= starts_at or families_max < 1 or is_taken:
        raise VisitDayWrong
    with transaction.atomic():
        day = VisitDay.objects.create(
            facility=facility, starts_at=starts_at, ends_at=ends_at, families_max=families_max
        )
        _record("visit.day.open", day, actor=actor, now=now)
    return day


def cancel_visit_day(day: VisitDay, *, actor: Actor, now: datetime) -> VisitDay:
    """Take a time back; its bookings stay, so that the nursery can tell the families."""
    with transaction.atomic():
        day = VisitDay.objects.select_for_update().get(pk=day.pk)
        day.is_cancelled = True
        day.save(update_fields=["is_cancelled"])
        _record("visit.day.cancel", day, actor=actor, now=now)
    return day


def book_visit(
    day: VisitDay,
    *,
    name: str,
    contact: str,
    children: int,
    person: Person | None,
    actor: Actor,
    now: datetime,
) -> VisitBooking:
    """Book a place for one family; raise :class:`VisitFull` or :class:`VisitOver`."""
    with transaction.atomic():
        day = VisitDay.objects.select_for_update().get(pk=day.pk)
        if day.is_cancelled or day.starts_at <= now:
            raise VisitOver
        if day.families_booked >= day.families_max:
            raise VisitFull
        day.families_booked += 1
        day.save(update_fields=["families_booked"])
        booking = VisitBooking.objects.create(
            visit_day=day,
            reference=make_reference(),
            person=person,
            name=name,
            contact=contact,
            children=children,
            made_at=now,
        )
        _record("visit.book", day, actor=actor, now=now)
    return booking


def booking_by_reference(typed: str) -> VisitBooking:
    """Return the open booking of a reference; raise :class:`BookingUnknown`."""
    reference = normal_reference(typed)
    found = (
        VisitBooking.objects.filter(reference=reference, cancelled_at__isnull=True)
        .select_related("visit_day__facility__place")
        .first()
        if reference
        else None
    )
    if found is None:
        raise BookingUnknown
    return found


def cancel_booking(typed: str, *, actor: Actor, now: datetime) -> VisitBooking:
    """Take a booking back, once; the place is free again."""
    with transaction.atomic():
        found = booking_by_reference(typed)
        day = VisitDay.objects.select_for_update().get(pk=found.visit_day_id)
        # Counted once: whoever was first to cancel left no open booking to update.
        done = VisitBooking.objects.filter(pk=found.pk, cancelled_at__isnull=True).update(
            cancelled_at=now
        )
        if not done:
            raise BookingUnknown
        day.families_booked -= 1
        day.save(update_fields=["families_booked"])
        _record("visit.cancel", day, actor=actor, now=now)
    found.cancelled_at = now
    return found


def coming_visits(facility: Facility, *, now: datetime) -> list[VisitDay]:
    """Return the times to come, soonest first."""
    return list(
        VisitDay.objects.filter(facility=facility, starts_at__gt=now, is_cancelled=False).order_by(
            "starts_at"
        )[:20]
    )


def forget_old_bookings(*, now: datetime) -> int:
    """Erase the families of visits that ended :data:`KEPT_DAYS` ago; return how many."""
    gone = VisitBooking.objects.filter(visit_day__ends_at__lt=now - timedelta(days=KEPT_DAYS))
    return gone.delete()[0]


def export_bookings(person: UUID) -> object:
    """Return a person's bookings as JSON values."""
    rows = VisitBooking.objects.filter(person=person).select_related("visit_day__facility__place")
    return [
        {
            "facility": row.visit_day.facility.place.name,
            "starts_at": row.visit_day.starts_at.isoformat(),
            "name": row.name,
            "contact": row.contact,
            "children": row.children,
            "cancelled": row.cancelled_at is not None,
        }
        for row in rows
    ]


def erase_bookings(person: UUID, now: datetime) -> None:
    """Erase a person's bookings; a visit to come gets its place back."""
    for row in VisitBooking.objects.filter(person=person, cancelled_at__isnull=True):
        if row.visit_day.starts_at > now:
            cancel_booking(row.reference, actor=SYSTEM, now=now)
    VisitBooking.objects.filter(person=person).delete()


def _record(action: str, day: VisitDay, *, actor: Actor, now: datetime) -> None:
    audit.record(
        action,
        actor=actor,
        now=now,
        municipality=day.facility.municipality,
        object_type="visit-day",
        object_id=day.pk,
    )
