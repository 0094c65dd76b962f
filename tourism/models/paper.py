"""Paper coupons: sheets that are printed, handed over, used or made void."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.ids import uuid7
from tourism.models.campaigns import Campaign
from tourism.models.shops import Shop


class SheetState(models.TextChoices):
    """The life of a sheet."""

    PRINTED = "printed", _("印刷ずみ")
    HANDED = "handed", _("わたした")
    VOID = "void", _("無効")


class PaperState(models.TextChoices):
    """The life of one coupon of a sheet."""

    PRINTED = "printed", _("印刷ずみ")
    HANDED = "handed", _("わたした")
    USED = "used", _("使われた")
    VOID = "void", _("無効")
    EXPIRED = "expired", _("期限切れ")


class PaperSheet(models.Model):
    """One sheet of single-use coupons. It is worth nothing before it is handed over.

    Its money is one wallet account of the ledger under the sheet's id: handing over funds it,
    voiding and expiry empty it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="sheets")
    serial = models.CharField(max_length=12, unique=True)  # with check character, read aloud
    state = models.CharField(max_length=8, choices=SheetState, default="printed")
    value_yen = models.PositiveIntegerField()
    price_yen = models.PositiveIntegerField(default=0)  # what its buyer pays
    expires_on = models.DateField()  # the last day, included
    printed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    printed_at = models.DateTimeField()
    # Who it was handed to, where the campaign counts by person: of accounts.Person.
    person_id = models.UUIDField(null=True, blank=True)
    # The lost sheet whose coupons that were not used are on this one.
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replacement"
    )
    handed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    handed_at = models.DateTimeField(null=True)
    void_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    void_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="handed") | Q(handed_at__isnull=False),
                name="sheet_was_handed_at_an_instant",
            ),
        ]
        indexes = [models.Index(fields=["campaign", "state"], name="sheet_by_state")]


class PaperCoupon(models.Model):
    """One coupon: good once, whole, to the last second of ``expires_on`` of its sheet."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sheet = models.ForeignKey(PaperSheet, on_delete=models.PROTECT, related_name="coupons")
    number = models.PositiveSmallIntegerField()  # 1, 2, ... on its sheet
    face_yen = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=PaperState, default="printed")
    used_at = models.DateTimeField(null=True)
    used_in = models.ForeignKey(Shop, on_delete=models.PROTECT, null=True, related_name="+")
    redemption_id = models.UUIDField(null=True, unique=True)

    class Meta:
        ordering = ["sheet", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "number"], name="paper_coupon_is_unique_on_its_sheet"
            ),
            models.CheckConstraint(
                condition=Q(state="used", used_at__isnull=False)
                | (~Q(state="used") & Q(used_at__isnull=True)),
                name="paper_coupon_was_used_at_an_instant",
            ),
        ]
