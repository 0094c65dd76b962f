"""What a nursery's own people write: vacancies, posts, visit days, the word for their seats."""

from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from childcare.capacity_import import confirm_capacities
from childcare.daily_life import WordsMissing, hide_post, write_post
from childcare.models import Facility, Post, VacancyState, VisitDay
from childcare.serializers.facilities import (
    ClassVacancyOutput,
    PostInput,
    PostOutput,
    VacancyInput,
    VisitDayInput,
    VisitDayOutput,
    YearInput,
    vacancy_json,
)
from childcare.serializers.slots import SharedSeatsInput, SharedSeatsOutput
from childcare.shared_seats import SharedSeatsWrong, tell_shared_seats
from childcare.vacancy import VacancyOutOfOrder, set_vacancy, shown
from childcare.visits import VisitDayWrong, cancel_visit_day, open_visit_day
from core import policy
from core.permissions import actor_of
from jp.clock import civil_date


def own_facilities(request: Any, action: str) -> QuerySet[Facility]:
    """Return the facilities on which the caller may do ``action``."""
    rows = Facility.objects.select_related("place")
    return policy.allowed(actor_of(request), action, rows)


class VacancyView(APIView):
    """Say how much room a class has; the newest word of a day counts."""

    policy_actions = {"PUT": "facility.edit"}
    refuses = (VacancyOutOfOrder,)

    @extend_schema(
        operation_id="set_vacancy", request=VacancyInput, responses={200: ClassVacancyOutput}
    )
    def put(self, request: Request, facility_id: UUID) -> Response:
        facility = get_object_or_404(own_facilities(request, "facility.edit"), pk=facility_id)
        given = VacancyInput(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        now = timezone.now()
        snapshot = set_vacancy(
            facility,
            class_age=values["class_age"],
            state=VacancyState(values["state"]),
            seats=values.get("seats"),
            waiting=values.get("waiting"),
            as_of=values["as_of"],
            set_by=cast("User", request.user),
            actor=actor_of(request),
            now=now,
        )
        told = shown(snapshot, today=civil_date(now))
        return Response(vacancy_json(told) | {"class_age": snapshot.class_age})


class PostsView(APIView):
    """Publish a short post."""

    policy_actions = {"POST": "facility.edit"}
    refuses = (WordsMissing,)

    @extend_schema(operation_id="write_post", request=PostInput, responses={201: PostOutput})
    def post(self, request: Request, facility_id: UUID) -> Response:
        facility = get_object_or_404(own_facilities(request, "facility.edit"), pk=facility_id)
        given = PostInput(data=request.data)
        given.is_valid(raise_exception=True)
        made = write_post(
            facility,
            **given.validated_data,
            written_by=cast("User", request.user),
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(PostOutput(made).data, status=status.HTTP_201_CREATED)


class HidePostView(APIView):
    """Take a post away from the readers; it stays as a record."""

    policy_actions = {"POST": "facility.row.edit"}

    @extend_schema(operation_id="hide_post", request=None, responses={200: PostOutput})
    def post(self, request: Request, post_id: UUID) -> Response:
        actor = actor_of(request)
        rows = policy.allowed(actor, "facility.row.edit", Post.objects.all())
        done = hide_post(get_object_or_404(rows, pk=post_id), actor=actor, now=timezone.now())
        return Response(PostOutput(done).data)


class VisitDaysView(APIView):
    """Offer a time for visits."""

    policy_actions = {"POST": "facility.edit"}
    refuses = (VisitDayWrong,)

    @extend_schema(
        operation_id="open_visit_day", request=VisitDayInput, responses={201: VisitDayOutput}
    )
    def post(self, request: Request, facility_id: UUID) -> Response:
        facility = get_object_or_404(own_facilities(request, "facility.edit"), pk=facility_id)
        given = VisitDayInput(data=request.data)
        given.is_valid(raise_exception=True)
        made = open_visit_day(
            facility, **given.validated_data, actor=actor_of(request), now=timezone.now()
        )
        return Response(VisitDayOutput(made).data, status=status.HTTP_201_CREATED)


class CancelVisitDayView(APIView):
    """Take a time for visits back."""

    policy_actions = {"POST": "facility.row.edit"}

    @extend_schema(operation_id="cancel_visit_day", request=None, responses={200: VisitDayOutput})
    def post(self, request: Request, visit_id: UUID) -> Response:
        actor = actor_of(request)
        rows = policy.allowed(actor, "facility.row.edit", VisitDay.objects.all())
        day = get_object_or_404(rows, pk=visit_id)
        return Response(VisitDayOutput(cancel_visit_day(day, actor=actor, now=timezone.now())).data)


class SharedSeatsView(APIView):
    """Say as the facility which classes share seats; its seats are to be confirmed anew."""

    policy_actions = {"PUT": "capacity.confirm"}
    refuses = (SharedSeatsWrong,)

    @extend_schema(
        operation_id="share_seats", request=SharedSeatsInput, responses={200: SharedSeatsOutput}
    )
    def put(self, request: Request, facility_id: UUID) -> Response:
        facility = get_object_or_404(own_facilities(request, "capacity.confirm"), pk=facility_id)
        given = SharedSeatsInput(data=request.data)
        given.is_valid(raise_exception=True)
        year = given.validated_data["fiscal_year"]
        groups = tell_shared_seats(
            facility,
            fiscal_year=year,
            groups=given.told(),
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response(SharedSeatsOutput({"fiscal_year": year, "groups": groups}).data)


class ConfirmSeatsView(APIView):
    """Say as the facility that its seats of a school year are right."""

    policy_actions = {"POST": "capacity.confirm"}

    @extend_schema(
        operation_id="confirm_seats",
        request=YearInput,
        responses={200: inline_serializer("Confirmed", {"classes": serializers.IntegerField()})},
    )
    def post(self, request: Request, facility_id: UUID) -> Response:
        facility = get_object_or_404(own_facilities(request, "capacity.confirm"), pk=facility_id)
        given = YearInput(data=request.data)
        given.is_valid(raise_exception=True)
        count = confirm_capacities(
            facility,
            fiscal_year=given.validated_data["fiscal_year"],
            confirmed_by=cast("User", request.user),
            actor=actor_of(request),
            now=timezone.now(),
        )
        return Response({"classes": count})
