"""What follows a result: the offered seat with its answers, and the certification."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from childcare.models.applications import Application, Child
from childcare.models.facilities import Facility
from childcare.models.runs import Decision
from core.encrypted import EncryptedTextField
from core.ids import uuid7


class FacilityAnswer(models.TextChoices):
    """What the nursery says to a child that was placed with it."""

    WAITING = "waiting", _("園の返事を待っています")
    CONFIRMED = "confirmed", _("受け入れます")
    REFUSED = "refused", _("受け入れられません")


class ParentAnswer(models.TextChoices):
    """What the family says to the seat."""

    WAITING = "waiting", _("返事を待っています")
    ACCEPTED = "accepted", _("承諾")
    DECLINED = "declined", _("辞退")
    LAPSED = "lapsed", _("期限が過ぎました")


class Offer(models.Model):
    """One seat offered to one application, and the two answers to it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="offers")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="offers")
    # The result that it follows; empty where a seat came free afterwards.
    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="offer"
    )
    class_age = models.PositiveSmallIntegerField()
    offered_at = models.DateTimeField()
    answer_by = models.DateTimeField()  # the first instant that is too late
    # Why this child and not the first of the line, for a seat that came free.
    out_of_turn = EncryptedTextField(null=True)
    facility_answer = models.CharField(max_length=10, choices=FacilityAnswer, default="waiting")
    facility_reason = EncryptedTextField(blank=True, default="")  # it may speak of a child
    facility_answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    facility_answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=10, choices=ParentAnswer, default="waiting")
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    admitted_at = models.DateTimeField(null=True)  # the day on the letter of admission

    class Meta:
        ordering = ["-offered_at"]
        indexes = [models.Index(fields=["facility", "class_age"], name="offer_by_class")]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(answer__in=("waiting", "accepted"))
                & Q(facility_answer__in=("waiting", "confirmed")),
                name="offer_is_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(answer="accepted") | Q(facility_answer="confirmed"),
                name="offer_is_accepted_after_the_facility",
            ),
        ]


class CertificationClass(models.TextChoices):
    """認定区分 (子ども・子育て支援法19条)."""

    FIRST = "1", _("1号")
    SECOND = "2", _("2号")
    THIRD = "3", _("3号")


class CareAmount(models.TextChoices):
    """保育必要量 (子ども・子育て支援法施行規則4条): 2号 and 3号 only."""

    NONE = "", _("なし")
    STANDARD = "standard", _("保育標準時間")
    SHORT = "short", _("保育短時間")


class CertificationChange(models.TextChoices):
    """異動区分: what made the row what it is."""

    NEW = "new", _("新しい認定")
    CHANGED = "changed", _("変更")
    CANCELLED = "cancelled", _("終わりにした")
    VOID = "void", _("使わない")  # it never began to hold: replaced, or ended before it began


class EndReason(models.TextChoices):
    """Why a certification ends before its time (子ども・子育て支援法 24条)."""

    MOVED = "moved", _("市の外へ引っこした")  # 24条1項2号
    NO_NEED = "no_need", _("保育がいらなくなった")  # 24条1項1号
    ASKED = "asked", _("家族が終わりにしたいと言った")
    OTHER = "other", _("そのほか")


class Certification(models.Model):
    """教育・保育給付認定 of one child; a change ends one row and begins another."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    number = models.CharField(max_length=16)  # 認定者番号, with a check digit
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="certifications")
    class_code = models.CharField(max_length=1, choices=CertificationClass)
    care_amount = models.CharField(max_length=10, choices=CareAmount, blank=True, default="")
    need_reason = EncryptedTextField(blank=True, default="")  # 保育を必要とする事由's code
    valid_from = models.DateField()  # both ends included
    valid_to = models.DateField()
    change = models.CharField(max_length=10, choices=CertificationChange, default="new")
    issued_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    issued_at = models.DateTimeField()
    # Of an end before its time: what the family reads. It may speak of a parent's illness.
    end_reason = EncryptedTextField(null=True)  # an `EndReason`
    end_words = EncryptedTextField(null=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["child", "valid_from", "issued_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "number", "valid_from", "issued_at"],
                name="certification_number_is_unique",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__lte=models.F("valid_to")),
                name="certification_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=(Q(class_code="1") & Q(care_amount=""))
                | (Q(class_code__in=("2", "3")) & ~Q(care_amount="")),
                name="certification_has_an_amount_with_care_only",
            ),
        ]

    @property
    def why_ended(self) -> str:
        """Return the reason of the end in the reader's language; empty where it did not end."""
        return str(EndReason(self.end_reason).label) if self.end_reason else ""

    @property
    def may_end(self) -> bool:
        """Say whether it can be ended: not where it was, or never held."""
        return self.change in (CertificationChange.NEW, CertificationChange.CHANGED)
