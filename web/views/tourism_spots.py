"""見どころ, events and courses for everybody; the list comes first, and asks for nobody's name."""

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.permissions import actor_of
from core.policy_pages import public
from disability_card.benefit_forms import in_language
from jp.clock import JST, civil_date
from places.facts import hours_of, point_of
from places.models import Event, Place, Sheet
from places.opening_hours import OpenState, is_open, opening_at
from places.points import Point, distance
from places.search import found_events, found_places
from tourism.calendar_files import calendar_of
from tourism.courses import Leg, timetable
from tourism.linked_data import event_as_linked_data, place_as_linked_data
from tourism.listings import courses_at, hidden_at, versions_at
from tourism.models import Course
from web.easy_japanese import plain
from web.forms.spots import EventForm, SpotForm
from web.security_headers import PERMISSIONS_WITH_PLACE, policy_with_pictures_of
from web.spots import (
    SHEETS,
    around,
    lead_of,
    name_of,
    opening_words,
    spot_cards,
    station_words,
    text_of,
    title_of,
    when_words,
)

CITY: Final = settings.DEFAULT_MUNICIPALITY
SPOTS_SHOWN: Final = 50
EVENTS_AT_THE_DOOR: Final = 3
_FAR: Final = 10**9  # metres: what has no point comes last


@public
@require_safe
def tourism(request: HttpRequest) -> HttpResponse:
    """観光: coupons, spots, events and courses, each one tap away."""
    now = timezone.now()
    events = _events(now)[:EVENTS_AT_THE_DOOR]
    page = {
        "events": [_event_line(event) for event in events],
        "coupons_address": reverse("coupons"),
        "wallet_address": reverse("wallet") if actor_of(request).user_id else "",
        "has_courses": any(courses_at(CITY, now)),
    }
    return render(request, "web/tourism/start.html", page)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def spots(request: HttpRequest) -> HttpResponse:
    """Spots by area, kind, hours and who can get in. POST carries one's own point, never a URL."""
    now = timezone.now()
    form = SpotForm(
        (request.POST if request.method == "POST" else request.GET) or None, municipality=CITY
    )
    versions = versions_at(CITY, now)
    here = form.here()
    rows = found_places(form.wanted(CITY)).filter(sheet__in=SHEETS)
    places = _narrowed(rows.exclude(pk__in=hidden_at(versions)), form, here=here, now=now)
    moment = around(actor_of(request), now=now, here=here)
    page = {
        "form": form,
        "here": here,
        "count": len(places),
        "spots": spot_cards(places[:SPOTS_SHOWN], versions, moment=moment),
        "has_card": moment.discount_class is not None,
        "is_narrowed": any(form.data.get(name) for name in form.fields),
        **_map_facts(request, places),
    }
    template = "web/tourism/spots_map.html" if page["is_map"] else "web/tourism/spots.html"
    response = render(request, template, page)
    response.headers["Permissions-Policy"] = PERMISSIONS_WITH_PLACE
    if page["is_map"]:
        tiles = urlsplit(settings.MAP_TILES["url"])
        response.headers["Content-Security-Policy"] = policy_with_pictures_of(
            f"{tiles.scheme}://{tiles.netloc}"
        )
    return response


def _map_facts(request: HttpRequest, places: list[Place]) -> dict[str, Any]:
    """Return the two views' addresses, and the pins where the map is asked for."""
    asked = request.GET.copy()
    is_map = asked.pop("view", [""])[-1] == "map"
    for name in ("lang", "ruby"):
        asked.pop(name, None)
    list_query = asked.urlencode()
    asked["view"] = "map"
    return {
        "is_map": is_map,
        "list_query": list_query,
        "map_query": asked.urlencode(),
        "map_tiles": settings.MAP_TILES,
        "pins": [pin for place in places if (pin := _pin(place))] if is_map else [],
    }


def _pin(place: Place) -> dict[str, Any] | None:
    """Return a place as the map shows it; a point of its town says so. ``None``: no point."""
    point = point_of(place)
    if point is None:
        return None
    name = plain(name_of(place))
    if point.about_metres:
        name = _("%(name)s（このあたり）") % {"name": name}
    return {
        "name": plain(name),
        "address": reverse("spot", kwargs={"place_id": place.pk}),
        "latitude": point.latitude,
        "longitude": point.longitude,
    }


def _narrowed(
    rows: QuerySet[Place], form: SpotForm, *, here: Point | None, now: datetime
) -> list[Place]:
    places = list(rows)
    if form.is_bound and form.is_valid() and form.cleaned_data["open_now"]:
        places = [place for place in places if is_open(hours_of(place), now)]
    if here is not None:
        places.sort(key=lambda place: _metres(here, place))
    return places


def _metres(here: Point, place: Place) -> int:
    found = distance(here, point_of(place))
    return found.metres if found else _FAR


@public
@require_safe
def spot(request: HttpRequest, place_id: UUID) -> HttpResponse:
    """One spot: open now, who can get in, what a card or coupon gives, how to come."""
    now = timezone.now()
    versions = versions_at(CITY, now)
    rows = Place.objects.filter(municipality=CITY, sheet__in=SHEETS)
    place = get_object_or_404(rows.exclude(pk__in=hidden_at(versions)), pk=place_id)
    moment = around(actor_of(request), now=now)
    version = versions.get(place.pk)
    stations = Place.objects.filter(municipality=CITY, sheet=Sheet.STATION)
    page = {
        "card": spot_cards([place], versions, moment=moment)[0],
        "place": place,
        "name": name_of(place),
        "lead": lead_of(version),
        "text": text_of(version)
        or (place.description_en if get_language() == "en" else place.description),
        "station": station_words(place, stations),
        "point": point_of(place),
        "has_card": moment.discount_class is not None,
        "events": [_event_line(event) for event in _events(now).filter(place=place)],
        "linked_data": place_as_linked_data(
            place, address=f"{settings.PUBLIC_URL}{reverse('spot', args=[place.pk])}"
        ),
    }
    return render(request, "web/tourism/spot.html", page)


def _events(now: datetime) -> QuerySet[Event]:
    """Return the events that are not over, by first day; those without days last."""
    rows = found_events(CITY, on_or_after=civil_date(now))
    return rows.exclude(pk__in=hidden_at(versions_at(CITY, now))).order_by(
        F("starts_on").asc(nulls_last=True), "title_kana", "pk"
    )


def _event_line(event: Event) -> dict[str, Any]:
    return {
        "event": event,
        "title": title_of(event),
        "when": when_words(event),
        "is_dated": event.starts_on is not None,
        "address": reverse("event", kwargs={"event_id": event.pk}),
    }


@public
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """Events that are not over, by day; those without days last. Words and days narrow them."""
    now = timezone.now()
    form = EventForm(request.GET or None)
    rows = _events(now)
    if form.is_valid():
        rows = form.narrowed(rows)
    lines = [_event_line(event) for event in rows]
    page = {
        "form": form,
        "is_narrowed": any(form.data.get(name) for name in form.fields),
        "count": len(lines),
        "dated": [line for line in lines if line["is_dated"]],
        "undated": [line for line in lines if not line["is_dated"]],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "web/tourism/events.html", page, status=status)


@public
@require_safe
def event(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """One event."""
    now = timezone.now()
    found = get_object_or_404(_all_events(now), pk=event_id)
    version = versions_at(CITY, now).get(found.pk)
    address = f"{settings.PUBLIC_URL}{reverse('event', args=[found.pk])}"
    page = {
        **_event_line(found),
        "lead": lead_of(version),
        "text": text_of(version)
        or (found.description_en if get_language() == "en" else found.description),
        "spot": found.place if found.place is not None and found.place.sheet in SHEETS else None,
        "linked_data": event_as_linked_data(found, address=address),
    }
    return render(request, "web/tourism/event.html", page)


def _all_events(now: datetime) -> QuerySet[Event]:
    hidden = hidden_at(versions_at(CITY, now))
    return Event.objects.filter(municipality=CITY).exclude(pk__in=hidden).select_related("place")


@public
@require_safe
def event_calendar(request: HttpRequest, event_id: UUID | None = None) -> HttpResponse:
    """One event, or all that come, as an iCalendar file."""
    now = timezone.now()
    if event_id is None:
        rows = list(_events(now))
    else:
        rows = [get_object_or_404(_all_events(now), pk=event_id)]
        if rows[0].starts_on is None:
            raise Http404
    content = calendar_of(rows, host=request.get_host().partition(":")[0], now=now)
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="events.ics"'},
    )


@public
@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    """Courses of several spots."""
    rows = [
        {
            "title": in_language(course.title, get_language() or "ja"),
            "stops": len(course.stops.all()),
            "address": reverse("course", kwargs={"slug": course.slug}),
            "is_example": course.is_example,
        }
        for course in courses_at(CITY, timezone.now())
    ]
    return render(request, "web/tourism/courses.html", {"courses": rows})


@public
@require_safe
def course(request: HttpRequest, slug: str) -> HttpResponse:
    """One course: when one arrives where, and whether it is open then, today."""
    now = timezone.now()
    found = next((one for one in courses_at(CITY, now) if one.slug == slug), None)
    if found is None:
        raise Http404
    page = {
        "course": found,
        "title": in_language(found.title, get_language() or "ja"),
        "text": in_language(found.text, get_language() or "ja"),
        "stops": _stops(found, now),
    }
    return render(request, "web/tourism/course.html", page)


def _stops(course: Course, now: datetime) -> list[dict[str, Any]]:
    stops = list(course.stops.all())
    visits = timetable(
        course.starts,
        [Leg(travel_minutes=one.travel_minutes, stay_minutes=one.stay_minutes) for one in stops],
    )
    today = civil_date(now)
    return [
        {
            "stop": stop,
            "name": name_of(stop.place),
            "address": reverse("spot", kwargs={"place_id": stop.place_id})
            if stop.place.sheet in SHEETS
            else "",
            "visit": visit,
            "is_closed": opening_at(
                hours_of(stop.place), datetime.combine(today, visit.arrives, JST)
            ).state
            is OpenState.CLOSED,
            "opening": opening_words(stop.place, datetime.combine(today, visit.arrives, JST)),
        }
        for stop, visit in zip(stops, visits, strict=True)
    ]
