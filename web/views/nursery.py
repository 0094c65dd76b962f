"""The pages of a nursery's own people: what they tell, who comes, whether the seats are right."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from childcare.admission.slotting import untold_slots
from childcare.daily_life import (
    add_photo,
    hide_post,
    remove_from_day,
    write_menu,
    write_moment,
    write_post,
    write_year_event,
)
from childcare.models import (
    ClassCapacity,
    DayMoment,
    Facility,
    FacilityAnswer,
    MomentIcon,
    Offer,
    Photo,
    Post,
    VacancyState,
    VisitBooking,
    VisitDay,
    YearEvent,
)
from childcare.other_hours import coming_other_hours, tell_other_hours
from childcare.shared_seats import shared_groups
from childcare.vacancy import CLASS_AGES, NOT_TOLD, set_vacancy, vacancies as told_vacancies
from childcare.views.nursery import own_facilities
from childcare.visits import cancel_visit_day, coming_visits, open_visit_day
from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from jp.clock import civil_date
from web.admission_page import round_title
from web.forms.nursery import FORMS, SharedSeatsForm, VacancyForm
from web.refusal_words import in_words

_ROWS: Mapping[str, Any] = {
    "post": Post,
    "moment": DayMoment,
    "year": YearEvent,
    "photo": Photo,
    "visit": VisitDay,
}


@require_safe
@requires("facility.home")
def home(request: HttpRequest) -> HttpResponse:
    """List the nurseries of the caller; straight on where there is only one."""
    found = list(own_facilities(request, "facility.edit"))
    if len(found) == 1:
        return redirect("nursery-facility", facility_id=found[0].pk)
    page = {"facilities": found, "children_waiting": _children_waiting(request).count()}
    return render(request, "web/nursery/home.html", page | {"offers_query": ""})


def _children_waiting(request: HttpRequest) -> QuerySet[Offer]:
    """Return the children who were placed with the caller's nurseries and have no answer."""
    rows = Offer.objects.filter(facility_answer=FacilityAnswer.WAITING)
    return policy.allowed(actor_of(request), "childcare.offer.answer", rows)


@require_safe
@requires("facility.edit")
def facility_page(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """Show what the nursery tells, with a form for each thing."""
    facility = get_object_or_404(own_facilities(request, "facility.edit"), pk=facility_id)
    return render(request, "web/nursery/facility.html", facility_values(request, facility))


def facility_values(request: HttpRequest, facility: Facility, **broken: Form) -> dict[str, Any]:
    """Return all that the page shows; ``broken`` are forms that were sent with mistakes."""
    now = timezone.now()
    told = told_vacancies([facility.pk], today=civil_date(now))
    actor = actor_of(request)
    may_see_families = policy.allowed(actor, "facility.bookings", facility.visit_days.all())
    seats = ClassCapacity.objects.filter(facility=facility).order_by("-fiscal_year", "class_age")
    seats_year = max((row.fiscal_year for row in seats), default=None)
    unconfirmed_year = next((row.fiscal_year for row in seats if row.confirmed_at is None), None)
    return {
        "facility": facility,
        "place": facility.place,
        "children_waiting": _children_waiting(request).filter(facility=facility).count(),
        "offers_query": f"?facility={facility.pk}",
        "classes": [(age, told.get((facility.pk, age), NOT_TOLD)) for age in CLASS_AGES],
        "vacancy_form": broken.get("vacancy") or VacancyForm(),
        "forms": {what: broken.get(what) or form() for what, form in FORMS.items()},
        "moments": facility.moments.all(),
        "year": facility.year_events.all(),
        "menu": facility.menu.order_by("-day")[:7],
        "posts": facility.posts.filter(hidden_at__isnull=True),
        "photos": facility.photos.all(),
        "other_hours": coming_other_hours(facility.place, today=civil_date(now)),
        "visits": [
            (day, policy.allowed(actor, "facility.booking.read", _standing_bookings(day)))
            for day in coming_visits(facility, now=now)
        ]
        if may_see_families.exists()
        else [],
        "seats": seats,
        "may_confirm": policy.reason(actor, "capacity.confirm", facility) is not None,
        "unconfirmed_year": unconfirmed_year,
        "round_seats": [
            (round_title(slot.round), slot)
            for slot in untold_slots(facility, fiscal_year=unconfirmed_year)
        ]
        if unconfirmed_year
        else [],
        "seats_year": seats_year,
        "shared_groups": shared_groups(facility, fiscal_year=seats_year) if seats_year else [],
        "shared_form": broken.get("shared") or SharedSeatsForm(),
        "broken": next(iter(broken.values()), None),
    }


def _standing_bookings(day: VisitDay) -> QuerySet[VisitBooking]:
    return day.bookings.filter(cancelled_at__isnull=True).order_by("pk")


@require_POST
@requires("facility.edit")
def vacancies(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """Say how much room a class has, as of today."""
    facility = get_object_or_404(own_facilities(request, "facility.edit"), pk=facility_id)
    form = VacancyForm(request.POST)
    if not form.is_valid():
        page = facility_values(request, facility, vacancy=form)
        return render(request, "web/nursery/facility.html", page, status=422)
    now = timezone.now()
    set_vacancy(
        facility,
        class_age=form.cleaned_data["class_age"],
        state=VacancyState(form.cleaned_data["state"]),
        seats=form.cleaned_data["seats"],
        waiting=form.cleaned_data["waiting"],
        as_of=civil_date(now),
        set_by=cast("User", request.user),
        actor=actor_of(request),
        now=now,
    )
    messages.success(request, _("空きを書きかえました。"))
    return redirect("nursery-facility", facility_id=facility.pk)


@require_POST
@requires("facility.edit")
def add(request: HttpRequest, facility_id: UUID, topic: str) -> HttpResponse:
    """Add one thing that the nursery tells."""
    facility = get_object_or_404(own_facilities(request, "facility.edit"), pk=facility_id)
    if topic not in FORMS:
        raise Http404
    form = FORMS[topic](request.POST, request.FILES)
    if form.is_valid():
        try:
            _write(request, facility, topic, form)
        except Refusal as refusal:
            form.add_error(None, in_words(refusal))
        else:
            messages.success(request, _("加えました。"))
            return redirect("nursery-facility", facility_id=facility.pk)
    page = facility_values(request, facility, **{topic: form})
    return render(request, "web/nursery/facility.html", page, status=422)


def _write(request: HttpRequest, facility: Facility, topic: str, form: Any) -> None:
    given = form.cleaned_data
    by: Any = {"actor": actor_of(request), "now": timezone.now()}
    author = cast("User", request.user)
    match topic:
        case "post":
            write_post(facility, title=form.words("title"), text=form.words("text"),
                       written_by=author, **by)  # fmt: skip
        case "moment":
            write_moment(facility, at=given["at"], icon=MomentIcon(given["icon"]),
                         title=form.words("title"), text=form.words("text"), class_age=None,
                         **by)  # fmt: skip
        case "menu":
            write_menu(facility, day=given["day"], lunch=form.words("lunch"),
                       snack=form.words("snack"), allergens=given["allergens"], **by)  # fmt: skip
        case "year":
            write_year_event(facility, month=given["month"], title=form.words("title"), **by)
        case "visit":
            starts, ends = form.times()
            open_visit_day(facility, starts_at=starts, ends_at=ends,
                           families_max=given["families_max"], **by)  # fmt: skip
        case "hours":
            tell_other_hours(facility, day=given["day"], opens=given["opens"],
                             closes=given["closes"], is_usual=given["how"] == "usual",
                             **by)  # fmt: skip
        case "photo":
            add_photo(facility, content=given["photo"].read(),
                      alternative=form.words("alternative"), added_by=author, **by)  # fmt: skip
        case _:
            raise Http404


@require_POST
@requires("facility.row.edit")
def remove(request: HttpRequest, facility_id: UUID, topic: str, row_id: UUID) -> HttpResponse:
    """Take away one thing that the nursery told."""
    if topic not in _ROWS:
        raise Http404
    actor, now = actor_of(request), timezone.now()
    rows = policy.allowed(actor, "facility.row.edit", _ROWS[topic].objects.all())
    row = get_object_or_404(rows, pk=row_id, facility=facility_id)
    match topic:
        case "post":
            hide_post(row, actor=actor, now=now)
        case "visit":
            cancel_visit_day(row, actor=actor, now=now)
        case _:
            remove_from_day(row, actor=actor, now=now)
    messages.success(request, _("消しました。"))
    return redirect("nursery-facility", facility_id=facility_id)
