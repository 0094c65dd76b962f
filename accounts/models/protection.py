"""How a protective block ends: one officer asks, a second one decides."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import ProtectiveBlock, User
from core.ids import uuid7


class LiftReason(models.TextChoices):
    """Why a protection may end; a closed list, so that nobody writes down what happened."""

    PERSON_ASKED = "person-asked", _("守られている本人が、望んだ")
    PERIOD_OVER = "period-over", _("支援措置の期間が終わり、延長の申し出がない")
    COURT = "court", _("裁判所か、相談機関の文書を見た")
    MISTAKE = "mistake", _("まちがえて登録した")


class LiftDecision(models.TextChoices):
    """How a request ended: by the second officer, by who asked, or by itself."""

    CONFIRMED = "confirmed", _("守りを終わりにした")
    DECLINED = "declined", _("守りをつづける")
    WITHDRAWN = "withdrawn", _("頼んだ人が取り消した")
    LAPSED = "lapsed", _("期限までに決まらなかった")


class ProtectionLift(models.Model):
    """One request to end a protective block (支援措置); until it is confirmed, the block stands."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    block = models.ForeignKey(ProtectiveBlock, on_delete=models.PROTECT, related_name="lifts")
    reason = models.CharField(max_length=12, choices=LiftReason)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decision = models.CharField(max_length=9, choices=LiftDecision, blank=True)  # empty: open
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(decision=LiftDecision.CONFIRMED)
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
                name="protection_lift_is_confirmed_by_a_second_person",
            ),
            models.UniqueConstraint(
                fields=["block"],
                condition=Q(decision=""),
                name="protection_lift_is_open_once",
            ),
        ]
