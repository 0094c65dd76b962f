"""Files of places that were checked, and what became of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.ids import uuid7
from places.models.place import Sheet


class ImportState(models.TextChoices):
    """A checked file waits for somebody to apply it; a failed one changed nothing."""

    CHECKED = "checked", _("確認ずみ（まだ反映していません）")
    FAILED = "failed", _("直すところがあります")
    APPLIED = "applied", _("反映しました")
    REJECTED = "rejected", _("取り下げました")


class PlaceImport(models.Model):
    """One file of one sheet: what it says, what was repaired, what is wrong."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    sheet = models.CharField(max_length=20, choices=Sheet, blank=True)  # empty: not recognised
    layout = models.CharField(max_length=4, blank=True)  # v1 | v3 | own
    file_name = models.CharField(max_length=255)
    file_sha256 = models.CharField(max_length=64)
    encoding = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=10, choices=ImportState)
    submitted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    problems = models.JSONField(default=list)
    repairs = models.JSONField(default=list)
    rows = models.JSONField(default=list)  # the good rows, as they will be written
    summary = models.JSONField(default=dict)  # {"new": 3, "changed": 1, "same": 10}

    class Meta:
        ordering = ["-submitted_at"]
