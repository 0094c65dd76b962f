"""Book a visit and look at it again by its number. No account is needed."""

from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.models import Person
from childcare.models import VisitBooking, VisitDay
from childcare.views.facilities import BOOKINGS, client_of
from childcare.visits import book_visit, booking_by_reference, cancel_booking
from core.idempotency import once
from core.permissions import actor_of
from core.policy_pages import public
from core.refusals import Refusal
from web.forms.facilities import BookingForm, ReferenceForm
from web.keyed_forms import key_of, new_key
from web.refusal_words import in_words


@public
def book(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Book a place for one family; the answer shows the number to keep."""
    day = get_object_or_404(VisitDay.objects.select_related("facility__place"), pk=visit_id)
    form = BookingForm(request.POST or None)
    key = key_of(request) or new_key()
    page = {"day": day, "form": form, "place": day.facility.place, "key": key}
    if request.method != "POST":
        return render(request, "web/childcare/visit.html", page)
    if not form.is_valid():
        return render(request, "web/childcare/visit.html", page, status=422)
    try:
        BOOKINGS.count(client_of(request), now=timezone.now())
        made = _booked_once(request, day, form.cleaned_data, key=key, now=timezone.now())
    except Refusal as refusal:
        page |= {"refusal": refusal, "key": new_key()}
        return render(request, "web/childcare/visit.html", page, status=refusal.status)
    return render(request, "web/childcare/visit_done.html", page | {"booking": made}, status=201)


def _booked_once(
    request: HttpRequest, day: VisitDay, given: dict[str, Any], *, key: str, now: datetime
) -> VisitBooking:
    """Book for the form's key; a second tap finds the booking of the first."""
    actor = actor_of(request)
    subject = actor.subject_id

    def effect() -> tuple[int, dict[str, str]]:
        person = Person.objects.filter(pk=subject).first() if subject else None
        made = book_visit(day, **given, person=person, actor=actor, now=now)
        return HTTPStatus.CREATED, {"reference": made.reference}

    _status, answer = once(
        effect,
        key=key,
        actor=f"page:{actor.user_id or ''}:{actor.on_behalf_of or ''}",
        request_body={"visit": str(day.pk), **given},
        now=now,
    )
    return booking_by_reference(answer["reference"])


@public
def booking(request: HttpRequest) -> HttpResponse:
    """Look at a booking by its number, or take it back."""
    form = ReferenceForm(request.POST or None)
    page: dict[str, object] = {"form": form}
    if request.method != "POST":
        return render(request, "web/childcare/visit_booking.html", page)
    if not form.is_valid():
        return render(request, "web/childcare/visit_booking.html", page, status=422)
    reference, now = form.cleaned_data["reference"], timezone.now()
    try:
        BOOKINGS.count(client_of(request), now=now)
        if "cancel" in request.POST:
            page["booking"] = cancel_booking(reference, actor=actor_of(request), now=now)
            page["is_cancelled"] = True
        else:
            page["booking"] = booking_by_reference(reference)
    except Refusal as refusal:
        form.add_error("reference", in_words(refusal))
        return render(request, "web/childcare/visit_booking.html", page, status=refusal.status)
    return render(request, "web/childcare/visit_booking.html", page)
