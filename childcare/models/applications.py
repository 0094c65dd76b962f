"""Households, children and what they applied for."""

from django.db import models

from accounts.models import Person
from childcare.models.facilities import Facility
from childcare.models.rounds import Round
from core.encrypted import EncryptedDateField, EncryptedTextField
from core.ids import uuid7


class Household(models.Model):
    """A family as an applicant: its siblings are placed together or apart as it wishes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    # Who applied, if by an account; a household on paper may have none.
    applicant = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="households"
    )
    created_at = models.DateTimeField()


class Child(models.Model):
    """One child of a household. Purpose: admission; source: the application."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="children")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = EncryptedTextField()
    name_kana = EncryptedTextField(blank=True, default="")
    birth_date = EncryptedDateField()


class Application(models.Model):
    """One child's application in one round; what it says stands in its versions."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="applications")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="applications")
    # Read aloud, so with a check digit; given when the application is submitted.
    receipt_number = models.CharField(max_length=16, null=True, unique=True)  # noqa: DJ001  none yet
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "child"], name="application_is_one_a_child_and_round"
            ),
        ]


class Preference(models.Model):
    """One wish of an application, best first."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="preferences"
    )
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField()  # 1 is the first choice

    class Meta:
        ordering = ["application", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "rank"], name="preference_rank_is_unique"
            ),
            models.UniqueConstraint(
                fields=["application", "facility"], name="preference_facility_is_unique"
            ),
        ]
