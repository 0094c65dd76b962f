"""What looks like misuse, for a person to look at."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.ids import uuid7
from tourism.models.campaigns import Campaign


class FlagState(models.TextChoices):
    """A flag blocks nothing by itself: a person decides."""

    OPEN = "open", _("見ていない")
    CLEARED = "cleared", _("問題なし")
    CONFIRMED = "confirmed", _("不正の疑い")


class RiskFlag(models.Model):
    """One rule found one subject in one window; the same finding is kept once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="flags")
    rule = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=10)  # device | wallet | pair
    subject = models.CharField(max_length=80)  # ids, never a name
    window_starts_at = models.DateTimeField()
    facts = models.JSONField()  # counts and yen: why the rule found it
    state = models.CharField(max_length=9, choices=FlagState, default="open")
    found_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "rule", "subject", "window_starts_at"],
                name="risk_flag_is_kept_once",
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(decided_by__isnull=False),
                name="risk_flag_is_decided_by_a_person",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "state", "found_at"], name="risk_queue")]
