"""Courses for the city's editors: list, make, read, write anew under If-Match."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from core import policy
from core.idempotency import KEY_REFUSALS, answer_once
from core.permissions import actor_of
from tourism.course_editing import COURSE_REFUSALS, edit_course, make_course
from tourism.models import Course
from tourism.serializers.courses import CourseInput, CourseOutput, NewCourseInput
from tourism.views.staff_campaigns import IF_MATCH


def courses_for(request: Any) -> QuerySet[Course]:
    """Return the courses that the caller may write, shown or not."""
    rows = Course.objects.prefetch_related("stops__place")
    return policy.allowed(actor_of(request), "listing.write", rows).order_by("slug")


def city_of_editor(request: Any) -> str:
    """Return the city for which the caller writes."""
    return min(actor_of(request).cities_of(Role.TOURISM_EDITOR, Role.ADMIN))


class StaffCoursesView(APIView):
    """The city's courses; make one."""

    policy_actions = {"GET": "listing.list", "POST": "listing.list"}
    refuses = (*COURSE_REFUSALS, *KEY_REFUSALS)
    names_a_row_in_its_body = True

    @extend_schema(operation_id="staff_courses", responses=CourseOutput(many=True))
    def get(self, request: Request) -> Response:
        return Response(CourseOutput(courses_for(request), many=True).data)

    @extend_schema(
        operation_id="make_course", request=NewCourseInput, responses={201: CourseOutput}
    )
    def post(self, request: Request) -> Response:
        given = NewCourseInput(data=request.data)
        given.is_valid(raise_exception=True)
        now, slug = timezone.now(), given.validated_data["slug"]

        def make() -> dict[str, Any]:
            made = make_course(
                given.plan(), municipality=city_of_editor(request), slug=slug,
                actor=actor_of(request), now=now,
            )  # fmt: skip
            return dict(CourseOutput(made).data)

        return answer_once(request, make, now=now, status=status.HTTP_201_CREATED)


class StaffCourseView(APIView):
    """One course."""

    policy_actions = {"GET": "listing.write", "PUT": "listing.write"}
    refuses = COURSE_REFUSALS

    @extend_schema(operation_id="staff_course", responses=CourseOutput)
    def get(self, request: Request, course_id: UUID) -> Response:
        found = get_object_or_404(courses_for(request), pk=course_id)
        return Response(CourseOutput(found).data, headers={"ETag": f'"{found.version}"'})

    @extend_schema(
        operation_id="write_course",
        request=CourseInput,
        responses=CourseOutput,
        parameters=[IF_MATCH],
    )
    def put(self, request: Request, course_id: UUID) -> Response:
        """Write it anew if it is still as ``If-Match`` says."""
        found = get_object_or_404(courses_for(request), pk=course_id)
        given = CourseInput(data=request.data)
        given.is_valid(raise_exception=True)
        named = request.headers.get("If-Match", "").strip('"')
        version = int(named) if named.isascii() and named.isdigit() else 0
        written = edit_course(
            found, given.plan(), version=version, actor=actor_of(request), now=timezone.now()
        )
        fresh = courses_for(request).get(pk=written.pk)
        return Response(CourseOutput(fresh).data, headers={"ETag": f'"{fresh.version}"'})
