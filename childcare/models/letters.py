"""Which letters of a round were printed: by whom, when, in which file."""

from django.db import models

from accounts.models import User
from childcare.models.applications import Application
from childcare.models.rounds import Round
from core.ids import uuid7


class LetterHeap(models.TextChoices):
    """A heap of letters of one kind; a family is told once of each thing."""

    OFFERED = "offered"  # 内定
    NOT_PLACED = "not_placed"  # 保留
    HELD = "held"  # 転園保留
    SEAT = "seat"  # 内定 of a seat that came free
    ADMISSION = "admission"  # 承諾


class LetterRun(models.Model):
    """One file for the printer. No number: a gap would tell of a file that one may not see."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="letter_runs")
    heap = models.CharField(max_length=10, choices=LetterHeap)
    printed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    printed_at = models.DateTimeField()

    class Meta:
        ordering = ["printed_at", "pk"]


class PrintedLetter(models.Model):
    """One letter of a file. ``about`` is the decision or the offer that it tells."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(LetterRun, on_delete=models.PROTECT, related_name="letters")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+")
    heap = models.CharField(max_length=10, choices=LetterHeap)
    about = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["heap", "about"], name="letter_is_printed_once"),
        ]
