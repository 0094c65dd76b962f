"""Rule sets as the city adopted them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.ids import uuid7


class RuleSetStatus(models.TextChoices):
    """A reference set may be looked at and tried; a round takes published ones only."""

    DRAFT = "draft", _("下書き")
    REFERENCE = "reference", _("参考")
    PUBLISHED = "published", _("公開")


class RuleSet(models.Model):
    """One version of a city's point table; a published one never changes, its end alone may."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    name = models.CharField(max_length=120)
    version = models.CharField(max_length=40)
    status = models.CharField(max_length=10, choices=RuleSetStatus, default="draft")
    content = models.TextField()  # the file's text, byte for byte
    sha256 = models.CharField(max_length=64)
    effective_from = models.DateField(null=True)  # civil dates, both ends included
    effective_to = models.DateField(null=True)
    is_demo = models.BooleanField(default=False)
    submitted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "name", "version"], name="rule_set_version_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class EndingDecision(models.TextChoices):
    """What became of a wish to end a table early."""

    CONFIRMED = "confirmed", _("早く終わりにした")
    DECLINED = "declined", _("終わりにしなかった")


class RuleSetEnding(models.Model):
    """One wish to end a published table before its time; until it is confirmed, nothing changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="endings")
    ends_on = models.DateField()  # the last day in force, in Japan
    was_to = models.DateField()  # the last day as it stood
    reason = models.CharField(max_length=400)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decision = models.CharField(max_length=9, choices=EndingDecision, blank=True)  # empty: waits
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(decision=EndingDecision.CONFIRMED)
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
                name="rule_set_ending_is_confirmed_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__lt=F("was_to")), name="rule_set_ending_is_before_its_time"
            ),
            models.UniqueConstraint(
                fields=["rule_set"], condition=Q(decision=""), name="rule_set_ending_waits_once"
            ),
        ]
