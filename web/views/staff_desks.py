"""Front desk devices, benefits and statistics: the rest of the staff's pages."""

from datetime import date, datetime
from typing import Any, Final, cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_POST

from accounts.devices import NewDevice, make_device, renew_setup, revoke_device
from accounts.models import Device, DeviceProfile, Role, User
from accounts.views.staff_devices import setup_url
from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from disability_card.benefit_editing import version_of, write_benefit
from disability_card.benefit_forms import in_language
from disability_card.models import Benefit, Venue
from disability_card.statistics import (
    OUTCOMES,
    Table,
    by_day_and_venue,
    closed_months,
    last_of_month,
)
from disability_card.venues import setup_facts
from places.models import Place
from signing.qr import screen_matrix, svg
from web.benefit_words import condition_sentences
from web.dates import date_in_words
from web.forms.staff import BenefitForm, DeviceForm, MonthForm
from web.questions import ask
from web.refusal_words import in_words
from web.waiting import waiting_for

DEVICES_A_PAGE: Final = 50
_MONTHS_SHOWN: Final = 24
_DEVICE_ROLES = (Role.DEVICE_MANAGER, Role.ADMIN)
_SHOPS_OWN = {DeviceProfile.TILL, DeviceProfile.LODGING_DESK}
_BENEFIT_ROLES = (Role.BENEFIT_EDITOR, Role.ADMIN)
_STATISTICS_ROLES = (Role.STATISTICS, Role.ADMIN, Role.CARD_APPROVER)


@requires("staff.home")
def staff_home(request: HttpRequest) -> HttpResponse:
    """きょう: what waits for this member of staff."""
    waiting = waiting_for(actor_of(request), now=timezone.now())
    return render(request, "web/staff/home.html", {"waiting": waiting})


@requires("device.list")
def device_list(request: HttpRequest) -> HttpResponse:
    """List the city's devices, what is where; make one and show its set-up QR once."""
    actor = actor_of(request)
    form = DeviceForm(request.POST or None, cities=actor.cities_of(*_DEVICE_ROLES))
    page: dict[str, Any] = {"form": form}
    if form.is_valid():
        place, now = form.cleaned_data["place"], timezone.now()
        shop = getattr(place, "shop", None)
        profile = DeviceProfile(form.cleaned_data["profile"])
        new = make_device(
            municipality=place.municipality,
            name=form.cleaned_data["name"],
            profile=profile,
            place_id=place.pk,
            organisation_id=shop.organisation_id if shop and profile in _SHOPS_OWN else None,
            created_by=cast("User", request.user),
            actor=actor,
            now=now,
        )
        page |= _setup_qr(new, now=now)
    return render(request, "web/staff/devices.html", page | _listed(request))


def _listed(request: HttpRequest) -> dict[str, Any]:
    """Return a page of the devices, newest first, by a word in their own name or the place's."""
    rows = policy.allowed(actor_of(request), "device.list", Device.objects.order_by("-id"))
    words = request.GET.get("q", "").strip()[:60]
    if words:
        there = Place.objects.filter(Q(name__icontains=words) | Q(name_kana__icontains=words))
        rows = rows.filter(Q(name__icontains=words) | Q(place_id__in=there.values("pk")))
    shown = Paginator(rows, DEVICES_A_PAGE).get_page(request.GET.get("page"))
    places = Place.objects.in_bulk([one.place_id for one in shown if one.place_id])
    devices = [(one, places[one.place_id].name if one.place_id in places else "") for one in shown]
    return {"words": words, "shown": shown, "devices": devices}


@requires("device.make")
@require_POST
def device_renew(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """Show a new set-up QR for a device whose tablet was replaced or reset."""
    actor, now = actor_of(request), timezone.now()
    rows = policy.allowed(actor, "device.revoke", Device.objects.filter(revoked_at__isnull=True))
    new = renew_setup(get_object_or_404(rows, pk=device_id), actor=actor, now=now)
    form = DeviceForm(cities=actor.cities_of(*_DEVICE_ROLES))
    page = {"form": form} | _setup_qr(new, now=now)
    return render(request, "web/staff/devices.html", page)


def _setup_qr(new: NewDevice, *, now: datetime) -> dict[str, Any]:
    root = setup_facts(new.device.municipality, now=now)["r"]
    address = f"{setup_url(new)}&r={root}"
    return {"new": new, "setup_address": address, "setup_qr": svg(screen_matrix(address))}


@requires("device.revoke")
@require_POST
def device_revoke(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """End one device at once, once the officer said again that it is this one."""
    actor = actor_of(request)
    rows = policy.allowed(actor, "device.revoke", Device.objects.all())
    device = get_object_or_404(rows, pk=device_id)
    if "confirmed" not in request.POST:
        about = {_("端末"): device.name}
        if device.place_id is not None:
            about[_("お店・施設")] = Place.objects.get(pk=device.place_id).name
        return ask(request, "device", about=about, back=reverse("staff-devices-page"))
    revoke_device(device, actor=actor, now=timezone.now())
    messages.success(request, _("端末を使えなくしました。"))
    return redirect("staff-devices-page")


@requires("staff.benefit.list")
def benefit_list(request: HttpRequest) -> HttpResponse:
    """List the city's benefits."""
    rows = policy.allowed(actor_of(request), "staff.benefit.list", Benefit.objects.all())
    found = rows.prefetch_related("venues__place").order_by("position", "pk")
    language = get_language() or "ja"
    page = {
        "benefits": [
            (one, in_language(one.title, language), condition_sentences(one.conditions))
            for one in found
        ]
    }
    return render(request, "web/staff/benefits.html", page)


@requires("staff.benefit.make")
def benefit_edit(request: HttpRequest, benefit_id: UUID | None = None) -> HttpResponse:
    """Write a new benefit or change one, never over somebody else's newer version."""
    actor = actor_of(request)
    cities = actor.cities_of(*_BENEFIT_ROLES)
    benefit = Benefit(municipality=min(cities))
    initial: dict[str, Any] = {"is_published": True, "caregivers_max": 1, "caregiver_kind": "none"}
    if benefit_id is not None:
        rows = policy.allowed(actor, "staff.benefit.edit", Benefit.objects.all())
        benefit = get_object_or_404(rows, pk=benefit_id)
        initial = BenefitForm.initial_of(benefit) | {"version": version_of(benefit)}
    form = BenefitForm(request.POST or None, initial=initial, cities=cities)
    if form.is_valid() and "preview" not in request.POST:
        try:
            write_benefit(
                benefit,
                values=form.values(),
                venues=list(form.cleaned_data["venues"]),
                read_version=form.cleaned_data["version"] or None,
                actor=actor,
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, in_words(refusal))
        else:
            messages.success(request, _("割引を保存しました。"))
            return redirect("staff-benefits")
    if "preview" in request.POST:
        form.errors.clear()  # who looks at the sentence is not done yet
    page = {"form": form, "sentences": condition_sentences(form.conditions())}
    return render(request, "web/staff/benefit_form.html", page)


@requires("staff.statistics")
def statistics_page(request: HttpRequest) -> HttpResponse:
    """A month's verifications a day and a venue; small cells are hidden."""
    now = timezone.now()
    months = closed_months(_MONTHS_SHOWN, now=now)
    month = months[0]
    form = MonthForm(
        request.GET if "month" in request.GET else {"month": f"{month:%Y-%m}"}, months=months
    )
    if form.is_valid():
        month = date.fromisoformat(f"{form.cleaned_data['month']}-01")
    city = min(actor_of(request).cities_of(*_STATISTICS_ROLES))
    names = dict(Venue.objects.values_list("code", "place__name"))
    days, venues = by_day_and_venue(city, month=month, now=now)
    page = {
        "first": month,
        "last": last_of_month(month),
        "form": form,
        "tables": [_table_page(days, _days_in_words(days)), _table_page(venues, names)],
    }
    return render(request, "web/staff/statistics.html", page)


def _days_in_words(days: Table) -> dict[str, str]:
    language = get_language() or "ja"
    return {row: date_in_words(date.fromisoformat(row), language) for row in days.rows}


def _table_page(table: Table, names: dict[str, str]) -> dict[str, Any]:
    return {
        "rows": [
            (
                names.get(row, row),
                [table.cells[row, outcome] for outcome in OUTCOMES],
                table.row_totals[row],
            )
            for row in table.rows
        ],
        "totals": [table.column_totals[outcome] for outcome in OUTCOMES],
        "total": table.total,
    }
