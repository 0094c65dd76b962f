"""Files of seats as the facilities reported them, waiting for a second person."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.ids import uuid7


class CapacityImportState(models.TextChoices):
    """A checked file waits for the second person; a failed one changed nothing."""

    CHECKED = "checked", _("べつの職員の確認を待っています")
    FAILED = "failed", _("直すところがあります")
    APPLIED = "applied", _("反映しました")
    REJECTED = "rejected", _("取り下げました")


class CapacityImport(models.Model):
    """One file of seats of one school year: its rows, what is wrong, what a person must look at."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    fiscal_year = models.PositiveSmallIntegerField()
    file_name = models.CharField(max_length=255)
    file_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=CapacityImportState)
    rows = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    findings = models.JSONField(default=list)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    # Why the second person takes the findings for right; empty where there were none.
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["-submitted_at"]
