"""Files of sales that a stopped till could not upload: brought by the shop, recorded by two."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.encrypted import EncryptedJSONField
from core.ids import uuid7


class HandoverState(models.TextChoices):
    """What became of a file."""

    WAITING = "waiting", _("もう1人の確認まち")
    RECORDED = "recorded", _("記録ずみ")
    DECLINED = "declined", _("記録しない")


class OfflineHandover(models.Model):
    """What a till kept and could not send, as one officer entered it; another has it recorded.

    Its sales stand here until somebody decides, and no longer: what counts is `OfflineSale`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    reason = models.CharField(max_length=40)  # why the till did not send it itself
    content = EncryptedJSONField()  # [{"lease", "sales": [...]}]; empty once decided
    digest = models.BinaryField(max_length=32)
    sales = models.PositiveIntegerField()
    coupon_yen = models.PositiveBigIntegerField()  # as the till says
    state = models.CharField(max_length=8, choices=HandoverState, default="waiting")
    entered_by = models.UUIDField()
    entered_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    outcomes = models.JSONField(default=dict)  # {"posted": 3, "lease-over": 1}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "digest"],
                condition=Q(state="waiting"),
                name="handover_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("entered_by"))
                | Q(state="declined"),
                name="handover_is_recorded_by_another_person",
            ),
        ]  # fmt: skip
