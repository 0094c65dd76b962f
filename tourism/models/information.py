"""What the city says to visitors about a place or an event, and when it says so."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.ids import uuid7
from places.models import Event, Place


class Listing(models.Model):
    """One place or event as visitors meet it. What it says stands in its versions."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    place = models.OneToOneField(
        Place, on_delete=models.CASCADE, null=True, blank=True, related_name="listing"
    )
    event = models.OneToOneField(
        Event, on_delete=models.CASCADE, null=True, blank=True, related_name="listing"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(place__isnull=True) ^ Q(event__isnull=True),
                name="listing_is_of_one_thing",
            ),
        ]


class ListingVersion(models.Model):
    """What a listing says from an instant on, until another version takes over.

    Versions are never changed: what was to be read on a day can be shown. ``is_shown`` false
    takes the thing off the pages from that instant.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="versions")
    lead = models.JSONField(default=dict)  # {"ja": ..., "ja-easy": ..., "en": ...}: one sentence
    text = models.JSONField(default=dict)
    is_shown = models.BooleanField(default=True)
    shows_from = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["listing", "shows_from"], name="listing_by_its_instant")]


class Course(models.Model):
    """Several spots in an order, for half a day or a day."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    slug = models.SlugField(max_length=60)
    title = models.JSONField()  # {"ja": ..., "ja-easy": ..., "en": ...}
    text = models.JSONField(default=dict)
    starts = models.TimeField()  # when one sets out, in Japan
    shows_from = models.DateTimeField()
    is_shown = models.BooleanField(default=True)
    is_example = models.BooleanField(default=False)  # デモ
    version = models.PositiveIntegerField(default=1)  # for If-Match; counts edits

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "slug"], name="course_slug_is_unique_in_its_city"
            ),
        ]


class Travel(models.TextChoices):
    """How one goes to the next stop."""

    WALK = "walk", _("歩く")
    CAR = "car", _("車")
    BUS = "bus", _("バス")
    TRAIN = "train", _("電車")


class CourseStop(models.Model):
    """One stop: how long one stays, and how one came there from the stop before."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="stops")
    order = models.PositiveSmallIntegerField()
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    travel = models.CharField(max_length=5, choices=Travel, default="car")
    travel_minutes = models.PositiveSmallIntegerField(default=0)  # from the stop before
    stay_minutes = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["course", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "order"], name="course_stop_is_unique_by_its_order"
            ),
        ]
