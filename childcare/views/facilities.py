"""Facilities for families: search, one facility, feeds, photos, visits. Open to everybody."""

from typing import Any, Final
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Person
from childcare.calendars import vacancy_feed, visit_calendar
from childcare.daily_life import photo_path
from childcare.facility_detail import facility_detail
from childcare.facility_search import found_facilities
from childcare.models import Facility, Photo, VisitBooking, VisitDay
from childcare.renderers import AtomRenderer, CalendarRenderer, PhotoRenderer
from childcare.serializers.facilities import (
    BookingInput,
    BookingOutput,
    FacilityDetail,
    FacilityPage,
    FacilityQuery,
    MenuOutput,
    MomentOutput,
    PhotoOutput,
    PostOutput,
    ReferenceInput,
    VisitDayOutput,
    YearEventOutput,
    facility_json,
    vacancy_json,
)
from childcare.visits import (
    BookingUnknown,
    VisitFull,
    VisitOver,
    book_visit,
    booking_by_reference,
    cancel_booking,
)
from core.client_address import client_address
from core.idempotency import HEADER, KEY_REFUSALS, answer_once
from core.permissions import actor_of
from core.throttles import Limit, TooManyTries
from places.ranked_pages import RankedPages
from places.serializers import CityQuery
from places.views.public import PAGE_PARAMETERS, given_by

# From one network address, bookings and looked-up references together: a reference cannot be
# found by trying, and nobody fills all visits of the city.
BOOKINGS: Final = Limit(name="visit-booking", tries=60, seconds=3_600)


def client_of(request: Any) -> str:
    """Return the network address that a limit counts by."""
    return client_address(request)


class FacilitiesView(APIView):
    """Search nurseries and kindergartens. A fact that nobody told is no yes; nothing is stored."""

    policy_actions = {"GET": "facility.read"}

    @extend_schema(
        operation_id="facilities",
        parameters=[FacilityQuery, *PAGE_PARAMETERS],
        responses={200: FacilityPage},
    )
    def get(self, request: Request) -> Response:
        pages = RankedPages()
        result = found_facilities(given_by(FacilityQuery, request).wanted(), now=timezone.now())
        page = pages.paginate_queryset(result.found, request)
        answer = pages.get_paginated_response([facility_json(one) for one in page])
        answer.data["not_judged"] = result.not_judged
        return answer


class FacilityView(APIView):
    """One facility: its classes, visits and days. The query says what distances to tell."""

    policy_actions = {"GET": "facility.read"}

    @extend_schema(
        operation_id="facility", parameters=[FacilityQuery], responses={200: FacilityDetail}
    )
    def get(self, request: Request, facility_id: UUID) -> Response:
        facility = get_object_or_404(Facility.objects.select_related("place"), pk=facility_id)
        wanted = given_by(FacilityQuery, request).wanted()
        told = facility_detail(facility, wanted, now=timezone.now())
        return Response(
            {
                "facility": facility_json(told.found),
                "classes": [
                    vacancy_json(vacancy) | {"class_age": age} for age, vacancy in told.classes
                ],
                "visits": VisitDayOutput(told.visits, many=True).data,
                "daily_life": {
                    "moments": MomentOutput(told.moments, many=True).data,
                    "year": YearEventOutput(told.year, many=True).data,
                    "menu": MenuOutput(told.menu, many=True).data,
                    "posts": PostOutput(told.posts, many=True).data,
                    "photos": PhotoOutput(told.photos, many=True).data,
                },
            }
        )


class VacancyFeedView(APIView):
    """Changes of vacancies as an Atom feed (RFC 4287)."""

    policy_actions = {"GET": "facility.read"}
    renderer_classes = [AtomRenderer, JSONRenderer]

    @extend_schema(
        operation_id="vacancy_feed",
        parameters=[CityQuery],
        responses={(200, "application/atom+xml"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> Response:
        city = given_by(CityQuery, request).validated_data["municipality"]
        return Response(vacancy_feed(city))


class VisitCalendarView(APIView):
    """A facility's visit days as iCalendar (RFC 5545)."""

    policy_actions = {"GET": "facility.read"}
    renderer_classes = [CalendarRenderer, JSONRenderer]

    @extend_schema(
        operation_id="visit_calendar", responses={(200, "text/calendar"): OpenApiTypes.STR}
    )
    def get(self, request: Request, facility_id: UUID) -> Response:  # noqa: ARG002
        facility = get_object_or_404(Facility.objects.select_related("place"), pk=facility_id)
        return Response(visit_calendar(facility, now=timezone.now()))


class PhotoView(APIView):
    """A nursery's photo. Its words stand in the facility's answer."""

    policy_actions = {"GET": "facility.read"}
    renderer_classes = [PhotoRenderer, JSONRenderer]

    @extend_schema(
        operation_id="facility_photo", responses={(200, "image/jpeg"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, photo_id: UUID) -> HttpResponseBase:  # noqa: ARG002
        photo = get_object_or_404(Photo, pk=photo_id)
        path = photo_path(photo.file_sha256)
        if not path.is_file():
            raise Http404
        return FileResponse(
            path.open("rb"),
            content_type=photo.media_type,
            headers={"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"},
        )


class BookVisitView(APIView):
    """Book a place in a visit, with or without an account; ``Idempotency-Key`` books once."""

    policy_actions = {"POST": "visit.book"}
    refuses = (VisitFull, VisitOver, TooManyTries, *KEY_REFUSALS)

    @extend_schema(
        operation_id="book_visit",
        request=BookingInput,
        responses={201: BookingOutput},
        parameters=[OpenApiParameter(HEADER, str, OpenApiParameter.HEADER)],
    )
    def post(self, request: Request, visit_id: UUID) -> Response:
        day = get_object_or_404(VisitDay, pk=visit_id)
        given = BookingInput(data=request.data)
        given.is_valid(raise_exception=True)
        actor, now = actor_of(request), timezone.now()
        BOOKINGS.count(client_of(request), now=now)

        def effect() -> dict[str, Any]:
            subject = actor.subject_id
            person = Person.objects.filter(pk=subject).first() if subject else None
            made = book_visit(day, **given.validated_data, person=person, actor=actor, now=now)
            return booking_json(made)

        return answer_once(request, effect, now=now, status=status.HTTP_201_CREATED)


class BookingView(APIView):
    """Look at a booking by its reference, which travels in the body and never in an address."""

    policy_actions = {"POST": "visit.book"}
    refuses = (BookingUnknown, TooManyTries)

    @extend_schema(
        operation_id="visit_booking", request=ReferenceInput, responses={200: BookingOutput}
    )
    def post(self, request: Request) -> Response:
        given = ReferenceInput(data=request.data)
        given.is_valid(raise_exception=True)
        BOOKINGS.count(client_of(request), now=timezone.now())
        return Response(booking_json(booking_by_reference(given.validated_data["reference"])))


class CancelBookingView(APIView):
    """Take a booking back by its reference; the place is free again."""

    policy_actions = {"POST": "visit.book"}
    refuses = (BookingUnknown, TooManyTries)

    @extend_schema(
        operation_id="cancel_visit", request=ReferenceInput, responses={200: BookingOutput}
    )
    def post(self, request: Request) -> Response:
        given = ReferenceInput(data=request.data)
        given.is_valid(raise_exception=True)
        BOOKINGS.count(client_of(request), now=timezone.now())
        done = cancel_booking(
            given.validated_data["reference"], actor=actor_of(request), now=timezone.now()
        )
        return Response(booking_json(done))


def booking_json(booking: VisitBooking) -> dict[str, Any]:
    """Return a booking as :class:`BookingOutput` describes it: without the family's name."""
    day = booking.visit_day
    return {
        "reference": booking.reference,
        "facility": day.facility.place.name,
        "starts_at": day.starts_at,
        "ends_at": day.ends_at,
        "children": booking.children,
        "is_cancelled": booking.cancelled_at is not None or day.is_cancelled,
    }
