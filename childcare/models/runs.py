"""Admission runs: what was computed, who stood by it, what each family was told."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, User
from childcare.models.applications import Application, Household
from childcare.models.facilities import Facility
from childcare.models.rounds import Round
from core.encrypted import EncryptedJSONField
from core.ids import uuid7


class RunState(models.TextChoices):
    """Where a run stands. Only a certified run can be approved, only an approved one published."""

    DRAFT = "draft", _("計算した")
    CERTIFIED = "certified", _("証明した")
    APPROVED_ONCE = "approved_once", _("1人が承認")
    APPROVED = "approved", _("2人が承認")
    PUBLISHED = "published", _("知らせた")
    VOID = "void", _("取り消し")


class Run(models.Model):
    """One computation of a round, from a frozen snapshot.

    The snapshot and the result lie as files beside the documents, outside the web root; their
    hashes stand here, so that anybody can check that what was computed is what was published.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="runs")
    number = models.PositiveSmallIntegerField()  # 1, 2, ... in its round
    state = models.CharField(max_length=14, choices=RunState, default="draft")
    market_sha256 = models.CharField(max_length=64)
    result_sha256 = models.CharField(max_length=64)
    rule_sha256 = models.CharField(max_length=64)
    solver = models.CharField(max_length=40)
    method = models.CharField(max_length=40)
    # Code in the snapshot -> [facility, class age]: random for each run.
    slot_codes = models.JSONField()
    children = models.PositiveIntegerField()
    families = models.PositiveIntegerField()
    seats = models.PositiveIntegerField()  # offered, without those held by transfers
    placed = models.PositiveIntegerField()
    blocking_families = models.PositiveIntegerField()
    duration_ms = models.PositiveIntegerField()
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    chain_sha256 = models.CharField(max_length=64, blank=True)  # score sheets to notices
    void_reason = models.CharField(max_length=200, blank=True)
    # Why the scores are right though they are unlike the round before (甲賀 2023).
    scores_explained = models.CharField(max_length=400, blank=True)
    scores_explained_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    scores_explained_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="run_number_is_unique"),
            models.UniqueConstraint(
                fields=["round"], condition=Q(state="published"), name="run_is_published_once"
            ),
            models.CheckConstraint(
                condition=Q(placed__lte=F("children")), name="run_places_no_more_than_apply"
            ),
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False)
                | (~Q(state="published") & Q(published_at__isnull=True)),
                name="run_published_has_its_time",
            ),
        ]


class Allocation(models.Model):
    """What a run gives one child; append-only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="allocations")
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="allocations"
    )
    code = models.CharField(max_length=16)  # the child in the snapshot: random for each run
    class_age = models.PositiveSmallIntegerField()
    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    wish_rank = models.PositiveSmallIntegerField(null=True)  # empty: not placed, or seat kept
    is_held = models.BooleanField(default=False)  # a transfer that keeps its seat

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "application"], name="allocation_is_one_an_application"
            ),
            models.UniqueConstraint(fields=["run", "code"], name="allocation_code_is_unique"),
            models.CheckConstraint(
                condition=Q(facility__isnull=False) | Q(wish_rank__isnull=True, is_held=False),
                name="allocation_without_seat_has_no_wish",
            ),
        ]


class BlockingFamily(models.Model):
    """A family that the result passes over, for the committee; append-only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="blocking")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+")
    # The joint option that it could have: [[application, facility], ...].
    option = models.JSONField()


class Approval(models.Model):
    """One officer's word for a run; two different people are needed. Append-only.

    ``person`` is whom the officer's account belongs to after merges, so that a second account of
    the same person is not a second person.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="approvals")
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "officer"], name="approval_is_one_an_officer"),
            models.UniqueConstraint(fields=["run", "person"], name="approval_is_one_a_person"),
        ]


class Outcome(models.TextChoices):
    """What a family is told of one child."""

    OFFERED = "offered", _("内定")
    HELD = "held", _("今の園のまま")
    NOT_PLACED = "not_placed", _("保留")


class Decision(models.Model):
    """The city's answer to one application, made when a run is published; append-only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="decisions")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=10, choices=Outcome)
    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    class_age = models.PositiveSmallIntegerField()
    reason = EncryptedJSONField()  # childcare.admission.explanation.as_reason
    notice_sha256 = models.CharField(max_length=64)  # of what the notice says
    sent_at = models.DateTimeField()
    answer_by = models.DateTimeField(null=True)  # the first instant that is too late; offers only

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "application"], name="decision_is_one_an_application"
            ),
            models.CheckConstraint(
                condition=Q(outcome="not_placed", facility__isnull=True)
                | (~Q(outcome="not_placed") & Q(facility__isnull=False)),
                name="decision_names_a_facility_if_placed",
            ),
        ]
