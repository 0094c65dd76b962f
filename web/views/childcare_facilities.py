"""Nurseries for families: the list, the conditions, one nursery. Open to everybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from rest_framework.exceptions import NotFound

from childcare.facility_detail import facility_detail
from childcare.facility_search import CERTIFICATIONS, SERVICES, Found, as_of, found_facilities
from childcare.models import Facility
from childcare.other_hours import coming_other_hours
from childcare.serializers.facilities import FacilityQuery
from core.policy_pages import public
from jp.clock import civil_date
from places.ranked_pages import cursor_at, place_of
from web.doors import address_of
from web.forms.facilities import CERTIFICATION_WORDS, SERVICE_WORDS, ConditionsForm
from web.security_headers import policy_with_pictures_of

LIST_SIZE: Final = 20
_LATE: Final = "18:30"


@require_safe
@public
def search(request: HttpRequest) -> HttpResponse:
    """List the nurseries that fit; a condition that cannot be read leads to the form."""
    query = FacilityQuery(data=_given(request.GET))
    if not query.is_valid():
        return redirect(f"{reverse('childcare-conditions')}?{request.GET.urlencode()}")
    wanted = query.wanted()
    result = found_facilities(wanted, now=timezone.now())
    page = _page_of(result.found, request.GET)
    is_map = request.GET.get("view") == "map"
    response = render(
        request,
        "web/childcare/map.html" if is_map else "web/childcare/search.html",
        {
            "result": result,
            "page": page,
            "wanted": wanted,
            "starts_on": query.validated_data.get("starts_on"),
            "chips": _chips(request.GET),
            "query": request.GET.urlencode(),
            "list_query": _changed(request.GET, view=None),
            "map_query": _changed(request.GET, view="map"),
            "as_of": as_of(page.found),
            "apply_address": address_of("childcare-apply"),
            "score_address": address_of("childcare-score"),
            "map_tiles": settings.MAP_TILES,
            "pins": _pins(result.found) if is_map else [],
        },
    )
    if is_map:
        tiles = urlsplit(settings.MAP_TILES["url"])
        origin = f"{tiles.scheme}://{tiles.netloc}"
        response.headers["Content-Security-Policy"] = policy_with_pictures_of(origin)
    return response


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """The nurseries of one page of the list, and the queries of its neighbours."""

    found: Sequence[Found]
    first: int  # the number of its first nursery, from 1
    before: str | None
    after: str | None

    @property
    def last(self) -> int:
        """The number of its last nursery."""
        return self.first + len(self.found) - 1


def _page_of(found: Sequence[Found], query: QueryDict) -> _Page:
    """Return the page that the address asks for; 404 where there is no such page."""
    try:
        start = place_of(query.get("cursor", ""))
    except NotFound:
        raise Http404 from None
    if start and start >= len(found):
        raise Http404
    end = start + LIST_SIZE
    earlier = _changed(query, cursor=cursor_at(max(0, start - LIST_SIZE)))
    return _Page(
        found=found[start:end],
        first=start + 1,
        before=earlier if start else None,
        after=_changed(query, cursor=cursor_at(end)) if end < len(found) else None,
    )


def _given(query: QueryDict) -> QueryDict:
    """Return the query without what belongs to the page: the language, the view."""
    found = query.copy()
    for name in ("lang", "ruby", "view", "cursor", "birth_date"):
        found.pop(name, None)
    return found


def _changed(query: QueryDict, **changes: str | None) -> str:
    found = query.copy()
    for name in ("lang", "ruby", "cursor"):
        found.pop(name, None)
    for name, value in changes.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = value
    return found.urlencode()


def _chips(query: QueryDict) -> list[dict[str, Any]]:
    """Return the conditions that one press turns on or off."""
    services = query.getlist("service")
    without_yard = query.copy()
    without_yard.setlist("service", [name for name in services if name != "yard"])
    with_yard = query.copy()
    with_yard.appendlist("service", "yard")
    ends = query.get("ends")
    late = _("%(hour)sまで") % {"hour": (ends or _LATE).removesuffix(":00").lstrip("0")}
    if ends and ends.endswith(":00"):
        late = _("%(hour)sまで") % {"hour": ends.lstrip("0")}
    chips = [
        {"label": late, "is_on": bool(ends),
         "query": _changed(query, ends=None if ends else _LATE)},
        {"label": _("空きがある"), "is_on": "with_room" in query,
         "query": _changed(query, with_room=None if "with_room" in query else "true")},
        {"label": _("園庭"), "is_on": "yard" in services,
         "query": _changed(without_yard if "yard" in services else with_yard)},
    ]  # fmt: skip
    if query.get("home") and query.get("work"):
        is_way = query.get("sort", "way") == "way"
        chips.insert(1, {"label": _("通勤の途中"), "is_on": is_way,
                         "query": _changed(query, sort="name" if is_way else "way")})  # fmt: skip
    return chips


def _pins(found: Any) -> list[dict[str, Any]]:
    return [
        {
            "name": one.place.name,
            "latitude": float(one.place.latitude),
            "longitude": float(one.place.longitude),
            "address": reverse("facility", args=[one.facility.pk]),
        }
        for one in found
        if one.place.latitude is not None
    ]


@public
def conditions(request: HttpRequest) -> HttpResponse:
    """Take the conditions; a birth date becomes a class and goes no further."""
    today = civil_date(timezone.now())
    city = settings.DEFAULT_MUNICIPALITY
    if request.method == "POST":
        form = ConditionsForm(request.POST, municipality=city, today=today)
        if form.is_valid():
            return redirect(f"{reverse('childcare')}?{form.query().urlencode()}")
        return render(request, "web/childcare/conditions.html", {"form": form}, status=422)
    known = {name: request.GET.getlist(name) for name in request.GET}
    initial = {
        name: values if name in {"service", "kind"} else values[-1]
        for name, values in known.items()
    }
    form = ConditionsForm(initial=initial, municipality=city, today=today)
    return render(request, "web/childcare/conditions.html", {"form": form})


@require_safe
@public
def facility(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    """Show one nursery: three facts, then the child's day."""
    row = get_object_or_404(Facility.objects.select_related("place"), pk=facility_id)
    query = FacilityQuery(data=_given(request.GET))
    if not query.is_valid():
        query = FacilityQuery(data={})
        query.is_valid(raise_exception=True)
    told = facility_detail(row, query.wanted(), now=timezone.now())
    return render(
        request,
        "web/childcare/facility.html",
        {
            "told": told,
            "found": told.found,
            "facility": row,
            "place": row.place,
            "wanted": query.wanted(),
            "query": _changed(request.GET),
            "facts": _facts(told.found.terms),
            "other_hours": coming_other_hours(row.place, today=civil_date(timezone.now())),
            "apply_address": address_of("childcare-apply"),
            "score_address": address_of("childcare-score"),
            "wish_address": f"{address_of('childcare-apply')}?facility={row.pk}",
            "try_address": f"{address_of('childcare-score')}?{_carried(row, query)}",
        },
    )


def _carried(row: Facility, query: FacilityQuery) -> str:
    """Return what the preview takes over from the page: the nursery, and the class if known."""
    age = query.wanted().class_age
    return urlencode({"facility": row.pk} | ({} if age is None else {"class_age": age}))


def _facts(terms: Any) -> list[tuple[Any, bool | None]]:
    """Return what the nursery offers, in words, with yes, no or not known."""
    names = [(name, SERVICE_WORDS[name]) for name in SERVICES] + [
        (name, word) for name, word in CERTIFICATION_WORDS if name in CERTIFICATIONS
    ]
    return [(word, getattr(terms, name) if terms else None) for name, word in names]
