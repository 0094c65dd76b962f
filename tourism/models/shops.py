"""Shops that take coupons."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.ids import uuid7
from places.models import Place


class ShopState(models.TextChoices):
    """The life of a shop in the coupon scheme."""

    APPLIED = "applied", _("申しこみ")
    UNDER_REVIEW = "under_review", _("確認中")
    ACTIVE = "active", _("参加中")
    SUSPENDED = "suspended", _("停止中")
    LEFT = "left", _("参加を終えた")


class Shop(models.Model):
    """One shop; name, address and point stand in its place. A branch is a shop of its own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    place = models.OneToOneField(Place, on_delete=models.PROTECT, related_name="shop")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="shops")
    state = models.CharField(max_length=12, choices=ShopState, default="applied")

    def __str__(self) -> str:
        return self.place.name
