"""見どころと催し for the city's editors: what visitors read, now or from a later hour on."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Role
from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from places.models import Event, Place
from places.search import QUERY_CHARS_MAX, PlaceFilter, found_events, found_places
from tourism.listings import listing_of, newest_version, versions_at, write_listing
from tourism.models import ListingVersion
from web.forms.spots import ListingForm
from web.refusal_words import in_words
from web.spots import SHEETS

_SHOWN = 100


def _city(request: HttpRequest) -> str:
    return min(actor_of(request).cities_of(Role.TOURISM_EDITOR, Role.ADMIN))


@requires("listing.list")
@require_safe
def listings(request: HttpRequest) -> HttpResponse:
    """Spots and events of the city, with whether visitors see them."""
    city, words = _city(request), request.GET.get("q", "")[:QUERY_CHARS_MAX]
    versions = versions_at(city, timezone.now())
    places = found_places(PlaceFilter(municipality=city, words=words)).filter(sheet__in=SHEETS)
    events = found_events(city, words=words)
    rows = [_row(place, versions) for place in places[:_SHOWN]]
    rows += [_row(event, versions) for event in events[:_SHOWN]]
    return render(request, "web/tourism/listings.html", {"rows": rows, "words": words})


def _row(thing: Place | Event, versions: dict[UUID, ListingVersion]) -> dict[str, Any]:
    version = versions.get(thing.pk)
    is_place = isinstance(thing, Place)
    return {
        "name": str(thing),
        "kind": _("見どころ") if is_place else _("催し"),
        "is_shown": version is None or version.is_shown,
        "has_words": version is not None,
        "address": reverse("staff-place-listing", args=[thing.pk])
        if is_place
        else reverse("staff-event-listing", args=[thing.pk]),
    }


@requires("listing.write")
@require_http_methods(["GET", "HEAD", "POST"])
def place_listing(request: HttpRequest, place_id: UUID) -> HttpResponse:
    """Write about one spot."""
    rows = policy.allowed(actor_of(request), "listing.write", Place.objects.all())
    return _edit(request, get_object_or_404(rows.filter(sheet__in=SHEETS), pk=place_id))


@requires("listing.write")
@require_http_methods(["GET", "HEAD", "POST"])
def event_listing(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """Write about one event."""
    rows = policy.allowed(actor_of(request), "listing.write", Event.objects.all())
    return _edit(request, get_object_or_404(rows, pk=event_id))


def _edit(request: HttpRequest, thing: Place | Event) -> HttpResponse:
    now, listing = timezone.now(), listing_of(thing)
    newest = newest_version(listing)
    form = ListingForm(request.POST or None, initial=_initial(newest))
    if form.is_valid():
        try:
            made = write_listing(
                listing,
                form.words(),
                shows_from=form.shows_from(now),
                read_version=form.cleaned_data["version"],
                actor=actor_of(request),
                now=now,
            )
        except Refusal as refusal:
            form.add_error(None, in_words(refusal))
        else:
            later = made.shows_from > now
            messages.success(
                request, _("予約しました。") if later else _("保存しました。ページに出ています。")
            )
            return redirect("staff-listings")
    page = {
        "form": form,
        "name": str(thing),
        "waiting": listing.versions.filter(shows_from__gt=now).order_by("shows_from"),
    }
    status = 422 if form.is_bound else 200
    return render(request, "web/tourism/listing_form.html", page, status=status)


def _initial(newest: ListingVersion | None) -> dict[str, Any]:
    if newest is None:
        return {}
    words = {
        f"{name}_{suffix}": texts.get(language, "")
        for name, texts in (("lead", newest.lead), ("text", newest.text))
        for language, suffix in (("ja", "ja"), ("ja-easy", "easy"), ("en", "en"))
    }
    return {**words, "is_hidden": not newest.is_shown, "version": str(newest.pk)}
