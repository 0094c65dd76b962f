"""Write a course: its words, when one sets out, its stops in an order that one day allows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from core import audit
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _
from places.models import Place, Sheet
from tourism.courses import CourseTooLong, Leg, timetable
from tourism.listings import ListingWithoutJapanese
from tourism.models import Course, CourseStop, Travel

STOPS_MIN: Final = 2
STOPS_MAX: Final = 12
SHEETS: Final = (Sheet.TOURISM, Sheet.CULTURAL_PROPERTY, Sheet.STATION)


class CourseStopsWrong(Refusal):
    """Too few or too many, or a place that visitors cannot look up."""

    code = "course-stops-wrong"
    title = _("立ちよる場所が正しくありません")
    next_step = _("見どころか駅を、2つから12まで選んでください。")


class CourseOverMidnight(Refusal):
    code = "course-over-midnight"
    title = _("1日のうちに終わりません")
    next_step = _("出発の時間を早くするか、時間か場所をへらしてください。")


class CourseSlugTaken(Refusal):
    code = "course-slug-taken"
    title = _("この英字の名前は、もう使われています")
    next_step = _("ほかの英字の名前を書いてください。")
    status = HTTPStatus.CONFLICT


class CourseChangedMeanwhile(Refusal):
    """Somebody wrote it since it was read."""

    code = "course-changed-meanwhile"
    title = _("ほかの人が先に変えました")
    next_step = _("新しい内容を読んで、もう一度書いてください。")
    status = HTTPStatus.PRECONDITION_FAILED


COURSE_REFUSALS: Final = (
    CourseStopsWrong, CourseOverMidnight, CourseSlugTaken, CourseChangedMeanwhile,
    ListingWithoutJapanese,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPlan:
    """One stop: how one comes from the stop before, and how long one stays."""

    place: UUID
    travel: Travel
    travel_minutes: int
    stay_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePlan:
    """What an editor writes; texts by language."""

    title: Mapping[str, str]
    text: Mapping[str, str]
    starts: time
    stops: Sequence[StopPlan]
    shows_from: datetime
    is_shown: bool = True

    def __post_init__(self) -> None:
        has_text = any(self.text.values())
        if not self.title.get("ja") or (has_text and not self.text.get("ja")):
            raise ListingWithoutJapanese
        if not STOPS_MIN <= len(self.stops) <= STOPS_MAX:
            raise CourseStopsWrong
        legs = [
            Leg(travel_minutes=one.travel_minutes, stay_minutes=one.stay_minutes)
            for one in self.stops
        ]
        try:
            timetable(self.starts, legs)
        except CourseTooLong:
            raise CourseOverMidnight from None


def make_course(
    plan: CoursePlan, *, municipality: str, slug: str, actor: Actor, now: datetime
) -> Course:
    """Make a course that shows from the plan's instant on."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                made = Course.objects.create(municipality=municipality, slug=slug, **_columns(plan))
        except IntegrityError:
            raise CourseSlugTaken from None
        _write_stops(made, plan)
        _record("course.make", made, actor=actor, now=now)
    return made


def edit_course(
    course: Course, plan: CoursePlan, *, version: int, actor: Actor, now: datetime
) -> Course:
    """Write a course anew, if nobody did since ``version`` was read; its slug stays."""
    with transaction.atomic():
        locked = Course.objects.select_for_update().get(pk=course.pk)
        if locked.version != version:
            raise CourseChangedMeanwhile
        for name, value in _columns(plan).items():
            setattr(locked, name, value)
        locked.version += 1
        locked.save()
        locked.stops.all().delete()
        _write_stops(locked, plan)
        _record("course.edit", locked, actor=actor, now=now)
    return locked


def _columns(plan: CoursePlan) -> dict[str, object]:
    return {
        "title": {language: words for language, words in plan.title.items() if words},
        "text": {language: words for language, words in plan.text.items() if words},
        "starts": plan.starts,
        "shows_from": plan.shows_from,
        "is_shown": plan.is_shown,
    }


def _write_stops(course: Course, plan: CoursePlan) -> None:
    wanted = {stop.place for stop in plan.stops}
    known = Place.objects.filter(
        pk__in=wanted, municipality=course.municipality, sheet__in=SHEETS
    ).count()
    if known != len(wanted):
        raise CourseStopsWrong
    CourseStop.objects.bulk_create(
        CourseStop(
            course=course, order=order, place_id=stop.place, travel=stop.travel,
            travel_minutes=stop.travel_minutes, stay_minutes=stop.stay_minutes,
        )
        for order, stop in enumerate(plan.stops, start=1)
    )  # fmt: skip


def _record(action: str, course: Course, *, actor: Actor, now: datetime) -> None:
    audit.record(
        action, actor=actor, now=now, municipality=course.municipality, object_type="course",
        object_id=course.pk, facts={"version": course.version, "is_shown": str(course.is_shown)},
    )  # fmt: skip
