"""Admission rounds and the seats that they fill."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from childcare.models.facilities import Facility
from childcare.models.rule_sets import RuleSet
from core.ids import uuid7


class RoundKind(models.TextChoices):
    """The April round has autumn applications; the others go month by month."""

    APRIL = "april", _("4月入園")
    MONTHLY = "monthly", _("月ごとの入園")


class RoundState(models.TextChoices):
    """Where a round stands."""

    PREPARED = "prepared", _("準備中")
    OPEN = "open", _("受付中")
    REVIEW = "review", _("確認中")
    SELECTION = "selection", _("選考中")
    NOTIFIED = "notified", _("結果を知らせた")
    CLOSED = "closed", _("終了")


class Round(models.Model):
    """One round of one city: applications until ``closes_at``, admission from ``starts_on``."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    fiscal_year = models.PositiveSmallIntegerField()  # of April: class ages go by it
    kind = models.CharField(max_length=10, choices=RoundKind)
    starts_on = models.DateField()  # the first day at the nursery
    reference_on = models.DateField()  # facts and rule set are those of this day (基準日)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()  # the first instant that is too late
    state = models.CharField(max_length=10, choices=RoundState, default="prepared")
    rule_set = models.ForeignKey(
        RuleSet, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_demo = models.BooleanField(default=False)
    # Tells apart rounds of one first day: a second call, a practice round of the demo.
    name = models.CharField(max_length=60, blank=True)
    # Why the seats are right though they are far from last year's (豊橋 2024), and which seats were
    # meant: [facility, class age or null, was, now]. Other seats ask anew.
    seats_explained = models.CharField(max_length=400, blank=True)
    seats_explained_for = models.JSONField(default=list, blank=True)
    seats_explained_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    seats_explained_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "starts_on", "name"], name="round_is_unique_in_its_city"
            ),
            models.CheckConstraint(
                condition=Q(opens_at__lt=models.F("closes_at")), name="round_opens_before_it_closes"
            ),
        ]


class Slot(models.Model):
    """The seats of one class of one facility in one round."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="slots")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="slots")
    class_age = models.PositiveSmallIntegerField()  # age on 1 April: 0 to 5
    offered = models.PositiveSmallIntegerField()  # seats, without those held by transfers
    shared_group = models.CharField(max_length=20, blank=True)  # class ages that share seats
    # The seats of the whole group, the same in each of its slots; empty without a group.
    shared_seats = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "facility", "class_age"], name="slot_is_unique_in_its_round"
            ),
            models.CheckConstraint(condition=Q(class_age__lte=5), name="slot_class_age_is_0_to_5"),
        ]
