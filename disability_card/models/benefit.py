"""Where the card counts: venues and what each gives (割引・免除), as data edited by staff."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7
from places.models import Place


class Venue(models.Model):
    """The card's side of a place: the eight-character code of its counter."""

    place = models.OneToOneField(Place, on_delete=models.PROTECT, primary_key=True)
    code = models.CharField(max_length=8, unique=True)  # Crockford, the last a check character
    is_active = models.BooleanField(default=True)


class OfferKind(models.TextChoices):
    """How a price is said: nothing to pay, a price in yen, a share of the usual price."""

    FREE = "free", _("無料")
    PRICE = "price", _("決まった料金")
    PERCENT_OFF = "percent_off", _("割引率")
    NONE = "none", _("割引なし")


class Benefit(models.Model):
    """One benefit at one or more venues.

    ``classes`` are the discount classes it serves (0, 1, 2). ``conditions`` by kind and grade of
    handbook cannot be answered by the default screen: the holder shows the full one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    venues = models.ManyToManyField(Venue, related_name="benefits")
    title = models.JSONField()  # {"ja", "ja-easy", "en"}
    text = models.JSONField(default=dict, blank=True)
    classes = models.JSONField(default=list)
    # {"physical": ["1", "2"], ...}, matched on the full credential; empty: every handbook.
    conditions = models.JSONField(default=dict, blank=True)
    usual_yen = models.PositiveIntegerField(null=True, blank=True)
    holder_kind = models.CharField(max_length=11, choices=OfferKind)
    holder_yen = models.PositiveIntegerField(null=True, blank=True)
    holder_percent_off = models.PositiveSmallIntegerField(null=True, blank=True)
    caregivers_max = models.PositiveSmallIntegerField(default=0)
    caregiver_kind = models.CharField(max_length=11, choices=OfferKind, default=OfferKind.NONE)
    caregiver_yen = models.PositiveIntegerField(null=True, blank=True)
    caregiver_percent_off = models.PositiveSmallIntegerField(null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)  # both ends included
    valid_until = models.DateField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_published = models.BooleanField(default=True)
    is_example = models.BooleanField(default=False)  # invented for the demo, and said so
    edited_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(holder_kind="price") | Q(holder_yen__isnull=False),
                name="benefit_holder_price_is_given",
            ),
            models.CheckConstraint(
                condition=~Q(holder_kind="percent_off") | Q(holder_percent_off__range=(1, 100)),
                name="benefit_holder_percent_is_given",
            ),
            models.CheckConstraint(
                condition=~Q(caregiver_kind="price") | Q(caregiver_yen__isnull=False),
                name="benefit_caregiver_price_is_given",
            ),
            models.CheckConstraint(
                condition=~Q(caregiver_kind="percent_off")
                | Q(caregiver_percent_off__range=(1, 100)),
                name="benefit_caregiver_percent_is_given",
            ),
        ]
        ordering = ["position", "id"]
