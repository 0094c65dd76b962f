"""Vacancies as of a day, and days on which a nursery may be visited."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, User
from childcare.models.facilities import Facility
from core.encrypted import EncryptedTextField
from core.ids import uuid7


class VacancyState(models.TextChoices):
    """Whether a class has room: 可, 一部, 否, or nobody said so lately (未更新)."""

    OPEN = "open", _("空きあり")
    SOME = "some", _("一部 空きあり")
    FULL = "full", _("空きなし")
    STALE = "stale", _("未更新")


class VacancySnapshot(models.Model):
    """What was true of one class on one day; a later day adds a row, so that changes can be read.

    A class that no row speaks of, or whose row is older than `childcare.vacancy.FRESH_DAYS`, is
    未更新.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="vacancies")
    class_age = models.PositiveSmallIntegerField()
    as_of = models.DateField()
    state = models.CharField(max_length=5, choices=VacancyState)
    seats = models.PositiveSmallIntegerField(null=True, blank=True)  # empty: not told
    waiting = models.PositiveSmallIntegerField(null=True, blank=True)
    set_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["facility", "class_age", "-as_of"]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "class_age", "as_of"], name="vacancy_is_one_a_class_and_day"
            ),
            models.CheckConstraint(
                condition=Q(class_age__lte=5), name="vacancy_class_age_is_0_to_5"
            ),
            models.CheckConstraint(
                condition=~Q(state="full") | Q(seats__isnull=True) | Q(seats=0),
                name="vacancy_full_has_no_seats",
            ),
        ]


class VisitDay(models.Model):
    """One time at which families may come and look."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="visit_days")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    families_max = models.PositiveSmallIntegerField()
    # Kept with the bookings in one transaction; the database refuses one too many.
    families_booked = models.PositiveSmallIntegerField(default=0)
    note = models.JSONField(default=dict, blank=True)  # {"ja": ..., "ja-easy": ..., "en": ...}
    is_cancelled = models.BooleanField(default=False)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "starts_at"], name="visit_day_starts_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(families_booked__lte=F("families_max")),
                name="visit_day_is_not_overbooked",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="visit_day_starts_before_it_ends"
            ),
        ]

    @property
    def places_left(self) -> int:
        """How many families may still book."""
        return self.families_max - self.families_booked


class VisitBooking(models.Model):
    """A family that comes. Purpose: to expect them; retention: 90 days after; source: the family.

    ``reference`` is what the family keeps: who knows it may look at the booking and take it back.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    visit_day = models.ForeignKey(VisitDay, on_delete=models.PROTECT, related_name="bookings")
    reference = models.CharField(max_length=16, unique=True)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="visit_bookings"
    )
    name = EncryptedTextField()
    contact = EncryptedTextField()  # telephone or mail
    children = models.PositiveSmallIntegerField(default=1)
    made_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
