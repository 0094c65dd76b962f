"""Nurseries and kindergartens: the childcare side of a place.

``Facility`` is what a nursery is; what changes from a day on stands in ``FacilityTerms``, what
changes by the school year in ``ClassCapacity`` and ``PublishedCutoff``.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from core.ids import uuid7
from places.models import Place


class FacilityKind(models.TextChoices):
    """What the law calls it (児童福祉法, 認定こども園法)."""

    NURSERY = "nursery", _("認可保育所")
    KODOMOEN = "kodomoen", _("認定こども園")
    SMALL = "small", _("小規模保育")
    HOME = "home", _("家庭的保育")
    WORKPLACE = "workplace", _("事業所内保育")
    KINDERGARTEN = "kindergarten", _("幼稚園")
    UNLICENSED = "unlicensed", _("認可外保育施設")


class Operator(models.TextChoices):
    """Who runs it; empty where it is not known."""

    PUBLIC = "public", _("公立")
    PRIVATE = "private", _("私立")


class Facility(models.Model):
    """One facility that takes children; name, address and point stand in its place."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    place = models.OneToOneField(Place, on_delete=models.PROTECT, related_name="childcare")
    kind = models.CharField(max_length=20, choices=FacilityKind)
    run_by = models.CharField(max_length=8, choices=Operator, blank=True, default="")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    def __str__(self) -> str:
        return self.place.name


class FacilityTerms(models.Model):
    """What a facility offers from ``valid_from`` to ``valid_until`` (both ends included).

    ``None`` says that nobody told us: it is shown as "not known" and never as "no".
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="terms")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)  # empty: until further notice
    capacity = models.PositiveSmallIntegerField(null=True, blank=True)  # 利用定員, all classes
    youngest = models.CharField(max_length=60, blank=True)  # 受入年齢 in the source's own words
    open_days = models.CharField(max_length=7, blank=True)  # of 月火水木金土日
    opens = models.TimeField(null=True, blank=True)  # 開所時間, extended care included
    closes = models.TimeField(null=True, blank=True)
    takes_1 = models.BooleanField(null=True, blank=True)  # 1号 (教育)
    takes_2 = models.BooleanField(null=True, blank=True)  # 2号 (保育, 3 and over)
    takes_3 = models.BooleanField(null=True, blank=True)  # 3号 (保育, under 3)
    extended = models.BooleanField(null=True, blank=True)  # 延長保育
    holiday = models.BooleanField(null=True, blank=True)  # 休日保育
    temporary = models.BooleanField(null=True, blank=True)  # 一時預かり
    sick_child = models.BooleanField(null=True, blank=True)  # 病児保育
    medical_care = models.BooleanField(null=True, blank=True)  # 医療的ケア児の受け入れ
    disability = models.BooleanField(null=True, blank=True)  # 障がい児保育
    allergy = models.BooleanField(null=True, blank=True)  # アレルギー食
    yard = models.BooleanField(null=True, blank=True)  # 園庭
    meals = models.BooleanField(null=True, blank=True)  # 給食を園で作る
    languages = models.JSONField(default=list, blank=True)  # ["ja", "vi"]: spoken by the staff
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["facility", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "valid_from"], name="facility_terms_start_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_from__lte=F("valid_until")),
                name="facility_terms_start_before_they_end",
            ),
        ]


class ClassCapacity(models.Model):
    """The seats of one class of one school year, with the floor and the staff they stand on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="capacities")
    fiscal_year = models.PositiveSmallIntegerField()
    class_age = models.PositiveSmallIntegerField()  # age on 1 April: 0 to 5
    seats = models.PositiveSmallIntegerField()
    # Floor of the room in hundredths of a square metre (1.98 m2 is 198): no float decides.
    area_dm2 = models.PositiveIntegerField(null=True, blank=True)
    staff = models.PositiveSmallIntegerField(null=True, blank=True)  # 保育士 of the class
    # Class ages that are one group, "3-4-5", and the most that all of them take together, the same
    # in each of its rows (異年齢保育): the nursery's own word.
    shared_group = models.CharField(max_length=20, blank=True)
    shared_seats = models.PositiveSmallIntegerField(null=True, blank=True)
    # The facility said that this is right; a round refuses what it has not confirmed.
    confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["facility", "fiscal_year", "class_age"]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "fiscal_year", "class_age"], name="class_capacity_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(class_age__lte=5), name="class_capacity_class_age_is_0_to_5"
            ),
            models.CheckConstraint(
                condition=Q(shared_group="", shared_seats__isnull=True)
                | (~Q(shared_group="") & Q(shared_seats__gte=1)),
                name="class_capacity_group_has_seats",
            ),
        ]


class PublishedCutoff(models.Model):
    """The lowest score that was admitted to a class, as a round of last year left it.

    Kept with how many were admitted: `childcare.selectors.lowest_admitted` shows it only from five.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="cutoffs")
    fiscal_year = models.PositiveSmallIntegerField()
    class_age = models.PositiveSmallIntegerField()
    half_points = models.IntegerField()
    admitted = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "fiscal_year", "class_age"], name="published_cutoff_is_unique"
            ),
        ]
