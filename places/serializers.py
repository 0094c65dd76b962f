"""Places and events on the wire: the query, the rows, the imports."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from core.municipality import all_municipalities
from places.models import Event, Place, PlaceImport, PointKind, Sheet
from places.points import TOWN_METRES
from places.search import FLAGS, QUERY_CHARS_MAX, PlaceFilter

FILE_BYTES_MAX = 20 * 1024 * 1024


class CityQuery(serializers.Serializer[Any]):
    """Which city of this installation."""

    municipality = serializers.CharField(required=False, default=settings.DEFAULT_MUNICIPALITY)

    def validate_municipality(self, value: str) -> str:
        """Refuse a city that this installation does not serve."""
        if value not in all_municipalities():
            raise serializers.ValidationError("unknown municipality", code="unknown")
        return value


class PlaceQuery(CityQuery):
    """What somebody looks for; nothing of it is stored."""

    q = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=QUERY_CHARS_MAX,
        help_text="Words, all of them; kana, width and variant characters are folded",
    )  # fmt: skip
    sheet = serializers.ChoiceField(
        choices=[sheet.value for sheet in Sheet if sheet != Sheet.EVENT],
        required=False,
        default="",
        allow_blank=True,
    )
    town = serializers.CharField(required=False, default="", allow_blank=True, max_length=60)
    category = serializers.CharField(required=False, default="", allow_blank=True, max_length=60)
    language = serializers.CharField(required=False, default="", allow_blank=True, max_length=8)
    wheelchair = serializers.BooleanField(required=False, default=False)
    accessible_toilet = serializers.BooleanField(required=False, default=False)
    assistance_dog = serializers.BooleanField(required=False, default=False)
    stroller = serializers.BooleanField(required=False, default=False)

    def wanted(self) -> PlaceFilter:
        """Return the query as the filter that the search reads."""
        given = dict(self.validated_data)
        return PlaceFilter(words=given.pop("q"), **given)


class EventQuery(CityQuery):
    """Which events."""

    q = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=QUERY_CHARS_MAX
    )
    on_or_after = serializers.DateField(
        required=False, help_text="Events that are over before this day are left out"
    )


class SheetQuery(CityQuery):
    """Which sheet to write."""

    sheet = serializers.ChoiceField(choices=[s.value for s in Sheet if s != Sheet.OWN])
    encoding = serializers.ChoiceField(
        choices=["utf-8", "utf-8-sig", "cp932"], required=False, default="utf-8-sig"
    )


class PointOutput(serializers.Serializer[Any]):
    """WGS 84; ``about_metres`` is 1,000 where the point stands for the whole town."""

    latitude = serializers.FloatField()
    longitude = serializers.FloatField()
    about_metres = serializers.IntegerField()


class PlaceOutput(serializers.Serializer[Any]):
    """One place. ``null`` and an empty text mean: not known."""

    id = serializers.UUIDField()
    sheet = serializers.ChoiceField(choices=[(sheet.value, str(sheet.value)) for sheet in Sheet])
    number = serializers.CharField()
    name = serializers.CharField()
    name_kana = serializers.CharField()
    name_en = serializers.CharField()
    category = serializers.CharField()
    description = serializers.CharField()
    description_en = serializers.CharField()
    operator = serializers.CharField()
    address = serializers.CharField()
    town = serializers.CharField()
    postal_code = serializers.CharField()
    point = PointOutput(allow_null=True)
    phone = serializers.CharField()
    url = serializers.CharField()
    open_days = serializers.CharField(help_text="Of 月火水木金土日")
    opens = serializers.TimeField(allow_null=True)
    closes = serializers.TimeField(allow_null=True)
    hours_note = serializers.CharField()
    fee_yen = serializers.IntegerField(allow_null=True)
    fee_note = serializers.CharField()
    wheelchair = serializers.BooleanField(allow_null=True)
    accessible_toilet = serializers.BooleanField(allow_null=True)
    assistance_dog = serializers.BooleanField(allow_null=True)
    stroller = serializers.BooleanField(allow_null=True)
    languages = serializers.ListField(child=serializers.CharField())
    source = serializers.CharField()  # type: ignore[assignment]  # our field's own name
    is_example = serializers.BooleanField()


class EventOutput(serializers.Serializer[Any]):
    """One event; without days it is held yearly, or its days are not known."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    title = serializers.CharField()
    title_kana = serializers.CharField()
    title_en = serializers.CharField()
    category = serializers.CharField()
    place = serializers.UUIDField(allow_null=True)
    place_name = serializers.CharField()
    address = serializers.CharField()
    town = serializers.CharField()
    point = PointOutput(allow_null=True)
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    opens = serializers.TimeField(allow_null=True)
    closes = serializers.TimeField(allow_null=True)
    is_yearly = serializers.BooleanField()
    when_note = serializers.CharField()
    description = serializers.CharField()
    organiser = serializers.CharField()
    phone = serializers.CharField()
    fee_yen = serializers.IntegerField(allow_null=True)
    url = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # our field's own name
    is_example = serializers.BooleanField()


_PLACE_AS_IT_IS = (
    "id", "sheet", "number", "name", "name_kana", "name_en", "category", "description",
    "description_en", "operator", "address", "town", "postal_code", "phone", "url", "open_days",
    "opens", "closes", "hours_note", "fee_yen", "fee_note", *FLAGS, "languages", "source",
    "is_example",
)  # fmt: skip
_EVENT_AS_IT_IS = (
    "id", "number", "title", "title_kana", "title_en", "category", "place_name", "address", "town",
    "starts_on", "ends_on", "opens", "closes", "is_yearly", "when_note", "description", "organiser",
    "phone", "fee_yen", "url", "source", "is_example",
)  # fmt: skip


def point_json(thing: Place | Event) -> dict[str, float | int] | None:
    """Return the point as :class:`PointOutput` describes it."""
    if thing.latitude is None or thing.longitude is None:
        return None
    return {
        "latitude": float(thing.latitude),
        "longitude": float(thing.longitude),
        "about_metres": TOWN_METRES if thing.point_kind == PointKind.TOWN else 0,
    }


def place_json(place: Place) -> dict[str, Any]:
    """Return a place as :class:`PlaceOutput` describes it; plain, because lists are long."""
    return {name: getattr(place, name) for name in _PLACE_AS_IT_IS} | {"point": point_json(place)}


def event_json(event: Event) -> dict[str, Any]:
    """Return an event as :class:`EventOutput` describes it."""
    row = {name: getattr(event, name) for name in _EVENT_AS_IT_IS}
    return row | {"place": event.place_id, "point": point_json(event)}


class SheetFileInput(serializers.Serializer[Any]):
    """A file of one national sheet."""

    file = serializers.FileField()
    sheet = serializers.ChoiceField(
        choices=[s.value for s in Sheet if s != Sheet.OWN], required=False, allow_blank=True,
        default="",
    )  # fmt: skip

    def validate_file(self, file: Any) -> Any:
        """Refuse a file that cannot be a sheet by its size alone."""
        if file.size > FILE_BYTES_MAX:
            raise serializers.ValidationError("too large", code="too-large")
        return file


class PlaceImportOutput(serializers.ModelSerializer[PlaceImport]):
    """One import: what applying it would do, what was repaired, what is wrong."""

    class Meta:
        model = PlaceImport
        fields = ("id", "municipality", "sheet", "layout", "file_name", "encoding", "state",
                  "submitted_at", "decided_at", "summary", "repairs", "problems")  # fmt: skip
