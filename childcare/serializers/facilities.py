"""Facilities on the wire: the query, the list, one facility with its days, bookings, seats."""

from datetime import date
from typing import Any

from rest_framework import serializers

from childcare.facility_search import CERTIFICATIONS, SERVICES, Found, SortBy, Wanted
from childcare.models import (
    CapacityImport,
    DayMoment,
    FacilityKind,
    FacilityTerms,
    MenuDay,
    Operator,
    Photo,
    Post,
    VacancyState,
    VisitDay,
    YearEvent,
)
from childcare.selectors import school_year_of
from childcare.vacancy import Vacancy
from jp.ages import class_age
from places.points import Distance
from places.serializers import CityQuery, PointOutput, point_json
from places.towns import point_of_words

_CLASS_AGES = [(age, age) for age in range(6)]
_DISTANCE_MAX = 100_000


class FacilityQuery(CityQuery):
    """What a family looks for. Nothing is stored; home and work are a postal code or a town."""

    q = serializers.CharField(required=False, default="", allow_blank=True, max_length=100)
    birth_date = serializers.DateField(required=False, help_text="Of the child; with `starts_on`")
    starts_on = serializers.DateField(required=False, help_text="A day of the first month")
    class_age = serializers.ChoiceField(choices=_CLASS_AGES, required=False)
    town = serializers.CharField(required=False, default="", allow_blank=True, max_length=60)
    kind = serializers.MultipleChoiceField(choices=FacilityKind.choices, required=False)
    run_by = serializers.ChoiceField(choices=Operator.choices, required=False, allow_blank=True)
    service = serializers.MultipleChoiceField(choices=SERVICES, required=False)
    certification = serializers.ChoiceField(
        choices=CERTIFICATIONS, required=False, allow_blank=True
    )
    language = serializers.CharField(required=False, default="", allow_blank=True, max_length=8)
    begins = serializers.TimeField(required=False, help_text="My own hours, from")
    ends = serializers.TimeField(required=False, help_text="My own hours, to")
    with_room = serializers.BooleanField(required=False, default=False)
    with_visit = serializers.BooleanField(required=False, default=False)
    home = serializers.CharField(required=False, default="", allow_blank=True, max_length=60)
    work = serializers.CharField(required=False, default="", allow_blank=True, max_length=60)
    within_metres = serializers.IntegerField(
        required=False, min_value=0, max_value=_DISTANCE_MAX,
        help_text="Of the way from home to work, else of home",
    )  # fmt: skip
    sort = serializers.ChoiceField(choices=[by.value for by in SortBy], required=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Refuse a child that is not born when the care begins, or is beyond the last class."""
        birth, starts = given.get("birth_date"), given.get("starts_on")
        if birth and starts and not 0 <= _class_of(birth, starts) <= 5:  # noqa: PLR2004
            raise serializers.ValidationError({"birth_date": "class ages are 0 to 5"})
        return given

    def wanted(self) -> Wanted:
        """Return the query as the search reads it."""
        given = self.validated_data
        city = given["municipality"]
        places = [
            point_of_words(given[name], municipality=city) if given[name] else None
            for name in ("home", "work")
        ]
        home, work = (town.point if town else None for town in places)
        by = SortBy.WAY if home and work else SortBy.HOME if home else SortBy.NAME
        return Wanted(
            municipality=city,
            class_age=self.wanted_class(),
            fiscal_year=school_year_of(given["starts_on"]) if given.get("starts_on") else None,
            words=given["q"],
            town=given["town"],
            kinds=frozenset(given.get("kind", ())),
            run_by=given.get("run_by", ""),
            services=frozenset(given.get("service", ())),
            certification=given.get("certification", ""),
            language=given["language"],
            begins=given.get("begins"),
            ends=given.get("ends"),
            with_room=given["with_room"],
            with_visit=given["with_visit"],
            home=home,
            work=work,
            within_metres=given.get("within_metres"),
            sort_by=SortBy(given["sort"]) if given.get("sort") else by,
        )

    def wanted_class(self) -> int | None:
        """Return the class asked for, by name or by the child's birth date."""
        given = self.validated_data
        if given.get("class_age") is not None:
            return int(given["class_age"])
        if given.get("birth_date") and given.get("starts_on"):
            return _class_of(given["birth_date"], given["starts_on"])
        return None


def _class_of(birth: date, starts: date) -> int:
    return class_age(birth, school_year=school_year_of(starts))


class VacancyOutput(serializers.Serializer[Any]):
    """``stale``: nobody said so lately."""

    state = serializers.ChoiceField(choices=VacancyState.choices)
    seats = serializers.IntegerField(allow_null=True)
    waiting = serializers.IntegerField(allow_null=True)
    as_of = serializers.DateField(allow_null=True)


class ClassVacancyOutput(VacancyOutput):
    """The vacancy of one class."""

    class_age = serializers.IntegerField()


class DistanceOutput(serializers.Serializer[Any]):
    """In a straight line; ``is_about`` where a point stands for a whole town (about 1 km)."""

    metres = serializers.IntegerField()
    is_about = serializers.BooleanField()


class VisitDayOutput(serializers.ModelSerializer[VisitDay]):
    """A time for visits."""

    free = serializers.SerializerMethodField()

    class Meta:
        model = VisitDay
        fields = ("id", "starts_at", "ends_at", "families_max", "free", "is_cancelled")

    def get_free(self, day: VisitDay) -> int:
        """Return for how many families there is room."""
        return day.families_max - day.families_booked


class TermsOutput(serializers.ModelSerializer[FacilityTerms]):
    """What is offered today. ``null``: not known."""

    class Meta:
        model = FacilityTerms
        fields = ("valid_from", "valid_until", "capacity", "youngest", "open_days", "opens",
                  "closes", *CERTIFICATIONS, *SERVICES, "languages", "note")  # fmt: skip


class FacilityOutput(serializers.Serializer[Any]):
    """One facility as a list shows it."""

    id = serializers.UUIDField()
    place = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=FacilityKind.choices)
    run_by = serializers.CharField()
    town = serializers.CharField()
    address = serializers.CharField()
    phone = serializers.CharField()
    url = serializers.CharField()
    point = PointOutput(allow_null=True)
    terms = TermsOutput(allow_null=True)
    vacancy = VacancyOutput()
    to_home = DistanceOutput(allow_null=True)
    to_work = DistanceOutput(allow_null=True)
    extra_on_the_way = DistanceOutput(allow_null=True)
    next_visit = VisitDayOutput(allow_null=True)
    lowest_half_points = serializers.IntegerField(
        allow_null=True, help_text="Lowest admitted score of the year before, in half points"
    )
    lowest_is_hidden = serializers.BooleanField(help_text="Fewer than five were admitted")
    is_example = serializers.BooleanField()


class FacilityPage(serializers.Serializer[Any]):
    """The facilities found, and how many could not be judged for want of facts."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    not_judged = serializers.IntegerField()
    results = FacilityOutput(many=True)


def facility_json(one: Found) -> dict[str, Any]:
    """Return a found facility as :class:`FacilityOutput` describes it."""
    place = one.place
    return {
        "id": one.facility.pk,
        "place": place.pk,
        "name": place.name,
        "kind": one.facility.kind,
        "run_by": one.facility.run_by,
        "town": place.town,
        "address": place.address,
        "phone": place.phone,
        "url": place.url,
        "point": point_json(place),
        "terms": TermsOutput(one.terms).data if one.terms else None,
        "vacancy": vacancy_json(one.vacancy),
        "to_home": _distance(one.to_home),
        "to_work": _distance(one.to_work),
        "extra_on_the_way": _distance(one.extra),
        "next_visit": VisitDayOutput(one.next_visit).data if one.next_visit else None,
        "lowest_half_points": one.lowest_half_points,
        "lowest_is_hidden": one.lowest_is_hidden,
        "is_example": place.is_example,
    }


def vacancy_json(vacancy: Vacancy) -> dict[str, Any]:
    """Return a vacancy as :class:`VacancyOutput` describes it."""
    return {
        "state": vacancy.state.value,
        "seats": vacancy.seats,
        "waiting": vacancy.waiting,
        "as_of": vacancy.as_of,
    }


def _distance(found: Distance | None) -> dict[str, int | bool] | None:
    return {"metres": found.metres, "is_about": found.is_about} if found else None


class MomentOutput(serializers.ModelSerializer[DayMoment]):
    """A moment of the day; texts by language."""

    class Meta:
        model = DayMoment
        fields = ("id", "at", "icon", "class_age", "title", "text")


class YearEventOutput(serializers.ModelSerializer[YearEvent]):
    """An event of the year."""

    class Meta:
        model = YearEvent
        fields = ("id", "month", "title", "text")


class MenuOutput(serializers.ModelSerializer[MenuDay]):
    """What there is to eat on one day."""

    class Meta:
        model = MenuDay
        fields = ("day", "lunch", "snack", "allergens")


class PostOutput(serializers.ModelSerializer[Post]):
    """A post by the nursery's staff."""

    class Meta:
        model = Post
        fields = ("id", "title", "text", "published_at")


class PhotoOutput(serializers.ModelSerializer[Photo]):
    """A photo with its words; the picture itself is at ``facility-photos/{id}``."""

    class Meta:
        model = Photo
        fields = ("id", "alternative")


class DailyLifeOutput(serializers.Serializer[Any]):
    """What a day is like."""

    moments = MomentOutput(many=True)
    year = YearEventOutput(many=True)
    menu = MenuOutput(many=True)
    posts = PostOutput(many=True)
    photos = PhotoOutput(many=True)


class FacilityDetail(serializers.Serializer[Any]):
    """One facility: the list's facts, each class, the visits, the days."""

    facility = FacilityOutput()
    classes = ClassVacancyOutput(many=True)
    visits = VisitDayOutput(many=True)
    daily_life = DailyLifeOutput()


class BookingInput(serializers.Serializer[Any]):
    """A family that wants to come."""

    name = serializers.CharField(max_length=60)
    contact = serializers.CharField(max_length=100, help_text="Telephone or mail")
    children = serializers.IntegerField(min_value=1, max_value=5, default=1)


class BookingOutput(serializers.Serializer[Any]):
    """A booking; ``reference`` is its only key: keep it."""

    reference = serializers.CharField()
    facility = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    children = serializers.IntegerField()
    is_cancelled = serializers.BooleanField()


class ReferenceInput(serializers.Serializer[Any]):
    """The booking's reference: in the body, never in an address."""

    reference = serializers.CharField(max_length=16)


class VacancyInput(serializers.Serializer[Any]):
    """How much room a class has."""

    class_age = serializers.ChoiceField(choices=_CLASS_AGES)
    state = serializers.ChoiceField(
        choices=[state.value for state in VacancyState if state != VacancyState.STALE]
    )
    seats = serializers.IntegerField(min_value=0, max_value=200, required=False, allow_null=True)
    waiting = serializers.IntegerField(min_value=0, max_value=500, required=False, allow_null=True)
    as_of = serializers.DateField()


class WordsField(serializers.DictField):
    """Texts by language: ``ja`` is needed, ``ja-easy`` and ``en`` may be there."""

    child = serializers.CharField(max_length=600, allow_blank=True)


class PostInput(serializers.Serializer[Any]):
    """A post to be published."""

    title = WordsField()
    text = WordsField()


class VisitDayInput(serializers.Serializer[Any]):
    """A time to be offered for visits."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    families_max = serializers.IntegerField(min_value=1, max_value=100)


class YearInput(serializers.Serializer[Any]):
    """Which school year."""

    fiscal_year = serializers.IntegerField(min_value=2000, max_value=2100)


class CapacityFileInput(serializers.Serializer[Any]):
    """A file of seats of one school year."""

    file = serializers.FileField()
    fiscal_year = serializers.IntegerField(min_value=2000, max_value=2100)


class CapacityImportOutput(serializers.ModelSerializer[CapacityImport]):
    """One file of seats: what is wrong, what a person must look at."""

    class Meta:
        model = CapacityImport
        fields = ("id", "municipality", "fiscal_year", "file_name", "state", "problems", "findings",
                  "submitted_at", "decided_at", "reason")  # fmt: skip


class CapacityReasonInput(serializers.Serializer[Any]):
    """Why the findings are right; needed where there are any."""

    reason = serializers.CharField(max_length=400, required=False, allow_blank=True, default="")
