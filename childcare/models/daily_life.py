"""What a day at a nursery is like, told by its own people. Texts in three languages each."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from childcare.models.facilities import Facility
from core.ids import uuid7


class MomentIcon(models.TextChoices):
    """The picture beside a moment of the day."""

    MORNING = "sun", _("朝")
    OUTSIDE = "tree", _("外")
    MEAL = "bowl", _("食事")
    SLEEP = "moon", _("昼寝")
    PLAY = "bag", _("遊び")
    HOME = "home", _("おむかえ")


class DayMoment(models.Model):
    """One line of a day's timeline of one class."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="moments")
    class_age = models.PositiveSmallIntegerField(null=True, blank=True)  # empty: every class
    at = models.TimeField()
    icon = models.CharField(max_length=5, choices=MomentIcon)
    title = models.JSONField()  # {"ja": ..., "ja-easy": ..., "en": ...}
    text = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["at", "id"]


class YearEvent(models.Model):
    """One event of the nursery's year."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="year_events")
    month = models.PositiveSmallIntegerField()  # 1 to 12
    title = models.JSONField()
    text = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["id"]


class MenuDay(models.Model):
    """What there is to eat on one day."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="menu")
    day = models.DateField()
    lunch = models.JSONField()
    snack = models.JSONField(default=dict, blank=True)
    allergens = models.JSONField(default=list, blank=True)  # 特定原材料 by name: ["卵", "乳"]

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["facility", "day"], name="menu_is_one_a_day"),
        ]


class Post(models.Model):
    """A short post by the nursery's staff; a hidden one stays as a record."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="posts")
    title = models.JSONField()
    text = models.JSONField()
    written_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-published_at"]


class Photo(models.Model):
    """A photo with words for who cannot see it; stored outside the web root."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="photos")
    alternative = models.JSONField()  # what it shows, in three languages
    file_sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=20)
    added_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at"]
