"""Shapes of courses for the city's editors."""

from typing import Any

from rest_framework import serializers

from tourism.course_editing import STOPS_MAX, CoursePlan, StopPlan
from tourism.models import Course, CourseStop, Travel

_MINUTES_MAX = 24 * 60


class StopShape(serializers.ModelSerializer[CourseStop]):
    """One stop; ``travel_minutes`` from the stop before."""

    travel_minutes = serializers.IntegerField(min_value=0, max_value=_MINUTES_MAX)
    stay_minutes = serializers.IntegerField(min_value=0, max_value=_MINUTES_MAX)
    place = serializers.UUIDField(source="place_id")

    class Meta:
        model = CourseStop
        fields = ["place", "travel", "travel_minutes", "stay_minutes"]


class CourseOutput(serializers.ModelSerializer[Course]):
    """A course with its stops in their order; its ``version`` is the ETag."""

    stops = StopShape(many=True)

    class Meta:
        model = Course
        fields = [
            "id", "slug", "title", "text", "starts", "shows_from", "is_shown", "is_example",
            "version", "stops",
        ]  # fmt: skip


class StopInput(serializers.Serializer[Any]):
    """One stop."""

    place = serializers.UUIDField()
    travel = serializers.ChoiceField(choices=Travel.choices, default=Travel.CAR)
    travel_minutes = serializers.IntegerField(min_value=0, max_value=_MINUTES_MAX, default=0)
    stay_minutes = serializers.IntegerField(min_value=0, max_value=_MINUTES_MAX)


class CourseInput(serializers.Serializer[Any]):
    """A course; ``title`` and ``text`` by language, Japanese needed."""

    title = serializers.DictField(child=serializers.CharField(max_length=120))
    text = serializers.DictField(child=serializers.CharField(max_length=3_000), default=dict)
    starts = serializers.TimeField()
    shows_from = serializers.DateTimeField()
    is_shown = serializers.BooleanField(default=True)
    stops = serializers.ListField(child=StopInput(), max_length=STOPS_MAX)

    def plan(self) -> CoursePlan:
        """Return what was sent, or raise what is wrong with it."""
        given = dict(self.validated_data)
        stops = [
            StopPlan(**(stop | {"travel": Travel(stop["travel"])})) for stop in given.pop("stops")
        ]
        return CoursePlan(**given, stops=stops)


class NewCourseInput(CourseInput):
    """A new course and its address."""

    slug = serializers.SlugField(max_length=60)

    def plan(self) -> CoursePlan:
        """Return what was sent without its address."""
        self.validated_data.pop("slug", None)
        return super().plan()
