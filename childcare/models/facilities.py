"""Nurseries and kindergartens: the childcare side of a place."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.ids import uuid7
from places.models import Place


class FacilityKind(models.TextChoices):
    """What the law calls it (児童福祉法, 認定こども園法)."""

    NURSERY = "nursery", _("認可保育所")
    KODOMOEN = "kodomoen", _("認定こども園")
    SMALL = "small", _("小規模保育")
    HOME = "home", _("家庭的保育")
    WORKPLACE = "workplace", _("事業所内保育")
    KINDERGARTEN = "kindergarten", _("幼稚園")
    UNLICENSED = "unlicensed", _("認可外保育施設")


class Facility(models.Model):
    """One facility that takes children; name, address and point stand in its place."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    place = models.OneToOneField(Place, on_delete=models.PROTECT, related_name="childcare")
    kind = models.CharField(max_length=20, choices=FacilityKind)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    def __str__(self) -> str:
        return self.place.name
