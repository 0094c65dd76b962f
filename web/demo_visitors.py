"""The demo's courses: real spots of Saku in an order that a day allows. Times are guesses: デモ."""

from datetime import datetime, time
from typing import Final

from places.models import Place, Sheet
from tourism.models import Course, CourseStop

# Spot, how one comes there, minutes on the way, minutes there.
_STARS: Final = (
    ("旧中込学校", "walk", 0, 50),
    ("龍岡城跡（龍岡城五稜郭）", "train", 25, 40),
    ("五稜郭であいの館", "walk", 5, 30),
    ("新海三社神社", "walk", 20, 40),
)
_HIGHWAY: Final = (
    ("岩村田宿", "walk", 0, 40),
    ("塩名田宿", "car", 20, 40),
    ("八幡宿・八幡神社", "car", 10, 30),
    ("望月宿", "car", 15, 60),
    ("望月歴史民俗資料館", "walk", 5, 40),
)
_COURSES: Final = (
    (
        "schools-and-stars",
        {
            "ja": "学校と星の城をまわる半日",
            "ja-easy": "{学校|がっこう}と {星|ほし}の {城|しろ}を {回|まわ}る {半日|はんにち}",
            "en": "Half a day: an old school and a star-shaped castle",
        },
        time(9, 30),
        _STARS,
    ),
    (
        "post-towns",
        {
            "ja": "中山道の宿場を車でまわる1日",
            "ja-easy": "{中山道|なかせんどう}の {町|まち}を {車|くるま}で {回|まわ}る",
            "en": "A day by car through the post towns of the Nakasendo",
        },
        time(10, 0),
        _HIGHWAY,
    ),
)


def prepare_visitors(*, municipality: str, now: datetime) -> None:
    """Make the demo's courses that are not there yet, of the spots that are."""
    for slug, title, starts, stops in _COURSES:
        course, is_new = Course.objects.get_or_create(
            municipality=municipality,
            slug=slug,
            defaults={"title": title, "starts": starts, "shows_from": now, "is_example": True},
        )
        if is_new:
            _add_stops(course, stops)


def _add_stops(course: Course, stops: tuple[tuple[str, str, int, int], ...]) -> None:
    for order, (name, travel, on_the_way, there) in enumerate(stops, start=1):
        place = Place.objects.filter(
            municipality=course.municipality, sheet=Sheet.TOURISM, name=name
        ).first()
        if place is not None:
            CourseStop.objects.create(
                course=course, order=order, place=place, travel=travel,
                travel_minutes=on_the_way, stay_minutes=there,
            )  # fmt: skip
