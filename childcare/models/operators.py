"""A nursery goes from one operator to another, once a second officer confirms it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from childcare.models.facilities import Facility
from core.ids import uuid7


class ChangeDecision(models.TextChoices):
    """What became of a change that was entered."""

    CONFIRMED = "confirmed", _("引きついだ")
    DECLINED = "declined", _("取りやめた")


class OperatorChange(models.Model):
    """One wish to hand one nursery on; until it is confirmed, nothing changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, related_name="operator_changes"
    )
    old_operator = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    new_operator = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decision = models.CharField(max_length=9, choices=ChangeDecision, blank=True)  # empty: waits
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(decision=ChangeDecision.CONFIRMED)
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
                name="operator_change_is_confirmed_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(old_operator=F("new_operator")),
                name="operator_change_is_between_two_operators",
            ),
            models.UniqueConstraint(
                fields=["facility"],
                condition=Q(decision=""),
                name="operator_change_waits_once",
            ),
        ]
