"""Events in the shape of イベント一覧."""

from django.db import models
from django.db.models import F, Q

from core.ids import uuid7
from places.models.located import Located, Reachable, point_rule
from places.models.place import Place


class Event(Located, Reachable):
    """One event. Without days it is held yearly, or its days are not known: `when_note` says."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    number = models.CharField(max_length=20)  # NO (ID) of the sheet
    title = models.CharField(max_length=120)
    title_kana = models.CharField(max_length=120, blank=True)
    title_en = models.CharField(max_length=120, blank=True)
    category = models.CharField(max_length=60, blank=True)
    place = models.ForeignKey(
        Place, on_delete=models.SET_NULL, null=True, blank=True, related_name="events"
    )
    place_name = models.CharField(max_length=120, blank=True)  # 場所名称
    # Civil dates in Japan, both ends included; both or none.
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    opens = models.TimeField(null=True, blank=True)
    closes = models.TimeField(null=True, blank=True)
    is_yearly = models.BooleanField(default=False)  # 毎年開催
    when_note = models.TextField(blank=True)  # 開始日時特記事項
    description = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    fee_yen = models.PositiveIntegerField(null=True, blank=True)
    fee_note = models.TextField(blank=True)
    organiser = models.CharField(max_length=120, blank=True)  # 主催者
    contact_name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    apply_until = models.DateField(null=True, blank=True)
    how_to_apply = models.TextField(blank=True)
    url = models.URLField(blank=True)
    image_url = models.URLField(max_length=400, blank=True)
    image_licence = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True)
    source = models.TextField(blank=True)
    extra = models.JSONField(default=dict, blank=True)  # as in Place
    is_example = models.BooleanField(default=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "number"], name="event_number_is_unique_in_its_city"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True, ends_on__isnull=True)
                | Q(starts_on__lte=F("ends_on")),
                name="event_starts_before_it_ends",
            ),
            point_rule("event_has_a_whole_point_or_none"),
        ]
        indexes = [models.Index(fields=["municipality", "ends_on"], name="event_by_last_day")]
        ordering = ["municipality", "starts_on", "title_kana", "number"]

    def __str__(self) -> str:
        return self.title
