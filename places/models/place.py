"""One registry of facilities: a museum, a bath house and a nursery are each one row here.

What a service needs beyond name and place stands in a role row in that service's room.
"""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7
from places.models.located import Located, Reachable, point_rule


class Sheet(models.TextChoices):
    """The national open-data sheet that a row belongs to; ``number`` is unique within it."""

    OWN = "own", _("市が入れた場所")
    PUBLIC_FACILITY = "public_facility", _("公共施設一覧")
    CULTURAL_PROPERTY = "cultural_property", _("文化財一覧")
    SHELTER = "shelter", _("指定緊急避難場所一覧")
    CHILDCARE = "childcare", _("子育て施設一覧")
    WIFI = "wifi", _("公衆無線LANアクセスポイント一覧")
    AED = "aed", _("AED設置箇所一覧")
    CARE = "care", _("介護サービス事業所一覧")
    MEDICAL = "medical", _("医療機関一覧")
    TOURISM = "tourism", _("観光施設一覧")
    EVENT = "event", _("イベント一覧")
    TOILET = "toilet", _("公衆トイレ一覧")
    STATION = "station", _("駅一覧")  # ours: the national sheets have none


class Place(Located, Reachable):
    """A facility as the national open data knows it (公共施設一覧, 観光施設一覧)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)  # 全国地方公共団体コード
    sheet = models.CharField(max_length=20, choices=Sheet, default=Sheet.OWN)
    number = models.CharField(max_length=20)  # NO (ID) of the sheet
    name = models.CharField(max_length=120)
    name_kana = models.CharField(max_length=120, blank=True)
    name_en = models.CharField(max_length=120, blank=True)
    name_common = models.CharField(max_length=120, blank=True)  # 名称_通称
    category = models.CharField(max_length=60, blank=True)
    description = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    operator = models.CharField(max_length=120, blank=True)  # 団体名, 所有者等, 設置者
    phone = models.CharField(max_length=20, blank=True)
    url = models.URLField(blank=True)
    image_url = models.URLField(max_length=400, blank=True)
    image_licence = models.CharField(max_length=60, blank=True)
    # The week as the sheets know it; `places.opening_hours` answers "open now?" from these.
    open_days = models.CharField(max_length=7, blank=True)  # of 月火水木金土日
    opens = models.TimeField(null=True, blank=True)
    closes = models.TimeField(null=True, blank=True)  # before `opens`: after midnight
    hours_note = models.TextField(blank=True)  # exceptions in words
    # Exceptions that rules can read: see `places.opening_hours.read_exceptions`.
    hours_exceptions = models.JSONField(default=list, blank=True)
    fee_yen = models.PositiveIntegerField(null=True, blank=True)
    fee_note = models.TextField(blank=True)
    note = models.TextField(blank=True)  # 備考
    source = models.TextField(blank=True)  # where the facts come from, for the reader
    # Columns of the sheet that have no field here, by their Japanese name: an export loses nothing.
    extra = models.JSONField(default=dict, blank=True)
    # デモ: an invented place, said so wherever it is shown.
    is_example = models.BooleanField(default=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "sheet", "number"],
                name="place_number_is_unique_in_its_sheet",
            ),
            point_rule("place_has_a_whole_point_or_none"),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "sheet", "town", "category"], name="place_by_town_and_kind"
            ),
        ]
        ordering = ["municipality", "name_kana", "number"]

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> uuid.UUID:
        """The id by which devices and roles are bound to this place."""
        return self.id
