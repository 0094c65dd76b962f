"""What each scorer found for each application of a round."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from childcare.models.applications import Application
from childcare.models.facilities import Facility
from childcare.models.rounds import Round
from childcare.models.rule_sets import RuleSet
from core.encrypted import EncryptedJSONField
from core.ids import uuid7


class Scorer(models.TextChoices):
    """Two programs that share no code score each round; both must agree before notice."""

    FIRST = "first", _("1つめの計算")
    SECOND = "second", _("2つめの計算")


class ScoreSheet(models.Model):
    """One application's score by one scorer: rewritten whenever the round is scored again.

    The sheet without a facility holds for every facility that has no sheet of its own (a sibling
    there, a linked nursery). Order of children: lower ``rank`` first (1 is the best, none where
    the rule set has no ranks), then more points, then ``tie_keys`` as lists, larger first.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="score_sheets")
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="score_sheets"
    )
    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="+")
    scorer = models.CharField(max_length=6, choices=Scorer)
    rank = models.PositiveSmallIntegerField(null=True)
    # Half points as an exact fraction: a mean of two parents or of siblings may not be whole.
    points_numerator = models.BigIntegerField()
    points_denominator = models.PositiveIntegerField()
    tie_keys = models.JSONField(default=list)  # whole numbers, the last one unique in the round
    # Purpose: to explain the score; source: the application's facts.
    # [{"row", "subject", "points": half points, "facts": [fact, ...]}, ...]
    lines = EncryptedJSONField()
    # Facts that did not count because their period does not hold the reference date.
    left_out = EncryptedJSONField(null=True)
    term_until = models.DateField(null=True)  # the last day of admission, where it is limited
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "application", "facility", "scorer"],
                name="score_sheet_is_one_a_facility_and_scorer",
            ),
            models.UniqueConstraint(
                fields=["round", "application", "scorer"],
                condition=Q(facility__isnull=True),
                name="score_sheet_is_one_a_scorer_without_facility",
            ),
            models.CheckConstraint(
                condition=Q(points_denominator__gte=1), name="score_sheet_denominator_is_positive"
            ),
        ]
