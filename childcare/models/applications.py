"""Households, children and what they applied for."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, User
from childcare.models.facilities import Facility
from childcare.models.rounds import Round
from core.encrypted import EncryptedDateField, EncryptedJSONField, EncryptedTextField
from core.ids import uuid7


class Household(models.Model):
    """A family as an applicant: its siblings are placed together or apart as it wishes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    # Who applied, if by an account; a household on paper may have none.
    applicant = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="households"
    )
    # Purpose: letters; source: the application.
    address = EncryptedTextField(null=True)
    phone = EncryptedTextField(null=True)
    created_at = models.DateTimeField()
    forgotten_at = models.DateTimeField(null=True)  # 保存年限 over: see `childcare.retention`


class Guardian(models.Model):
    """A parent or whoever stands for one; ``number`` is the subject ``guardian:1`` of facts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="guardians")
    number = models.PositiveSmallIntegerField()  # 1 or 2
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = EncryptedTextField(blank=True, default="")
    relation = models.CharField(max_length=20, blank=True)  # 続柄: mother, father, other

    class Meta:
        ordering = ["household", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "number"], name="guardian_number_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(number__in=(1, 2)), name="guardian_is_the_first_or_the_second"
            ),
        ]


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


class StateOfApplication(models.TextChoices):
    """The words of ``applying.states.ApplicationState``."""

    DRAFT = "draft", _("下書き")
    SUBMITTED = "submitted", _("申しこみ済み")
    DOCUMENTS_MISSING = "documents_missing", _("書類が足りません")
    UNDER_REVIEW = "under_review", _("確認しています")
    VERIFIED = "verified", _("確認が終わりました")
    IN_SELECTION = "in_selection", _("選考中")
    OFFERED = "offered", _("内定")
    CONFIRMED = "confirmed", _("内定・園の確認済み")
    ACCEPTED = "accepted", _("承諾済み")
    DECLINED = "declined", _("辞退")
    ADMITTED = "admitted", _("入園決定")
    NOT_PLACED = "not_placed", _("保留")
    WITHDRAWN = "withdrawn", _("取り下げ")


class Channel(models.TextChoices):
    """How words reached the city."""

    ONLINE = "online", _("オンライン")
    PAPER = "paper", _("紙")
    COUNTER = "counter", _("窓口")
    PHONE = "phone", _("電話")


class Exchange(models.TextChoices):
    """広域利用: a child of this city goes elsewhere, or one from elsewhere comes here."""

    NONE = "", _("市の中")
    OUT = "out", _("市の外の園へ")
    IN = "in", _("市の外から")


class Application(models.Model):
    """One child's application in one round; what it says stands in its versions."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="applications")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="applications")
    # Read aloud, so with a check digit; given when the application is submitted.
    receipt_number = models.CharField(max_length=16, null=True, unique=True)  # noqa: DJ001  none yet
    state = models.CharField(max_length=20, choices=StateOfApplication, default="draft")
    # Counts every change of the row: the ETag of whoever edits it.
    revision = models.PositiveIntegerField(default=1)
    # What was not submitted yet, first or anew: facts, preferences, siblings, the last step.
    draft = EncryptedJSONField(null=True)
    draft_saved_at = models.DateTimeField(null=True)
    # The newest version: what counts. Null while nothing was submitted.
    current = models.ForeignKey(
        "childcare.ApplicationVersion",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    # 転園: the seat that the child keeps unless it gets a better one.
    held_facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    exchange = models.CharField(max_length=3, choices=Exchange, blank=True, default="")
    exchange_municipality = models.CharField(max_length=6, blank=True)  # the other city
    submitted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["round", "state"], name="application_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "child"], name="application_is_one_a_child_and_round"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "withdrawn")) | Q(current__isnull=False),
                name="application_says_something_once_submitted",
            ),
            models.CheckConstraint(
                condition=Q(exchange="", exchange_municipality="")
                | (~Q(exchange="") & ~Q(exchange_municipality="")),
                name="application_exchange_names_the_other_city",
            ),
        ]


class WhyAVersion(models.TextChoices):
    """What made the version."""

    SUBMITTED = "submitted", _("申しこみ")
    CHANGED = "changed", _("変更")
    WITHDRAWN = "withdrawn", _("取り下げ")
    SHARED = "shared", _("家族のほかの届けから")
    CORRECTED = "corrected", _("確認で直した")
    DOCUMENT = "document", _("書類から入れた")
    CARRIED = "carried", _("前の回から")


class ApplicationVersion(models.Model):
    """What an application said from ``at`` on. Append-only: triggers refuse change and removal.

    ``facts`` is a list of ``{"subject", "name", "value", "from", "to", "document"}`` with subject
    ``household``, ``guardian:1``, ``guardian:2``, ``child`` or ``facility:<uuid>``; days are ISO
    civil dates, both ends included, or null.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()  # 1 is the first submission
    facts = EncryptedJSONField()
    preferences = models.JSONField(default=list)  # facility ids, best first
    siblings = models.JSONField(default=dict)  # box, same_first, one_alone
    held_facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    why = models.CharField(max_length=10, choices=WhyAVersion)
    channel = models.CharField(max_length=10, choices=Channel)
    entered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # 代理入力: for whom a member of staff typed.
    on_behalf_of = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["application", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "number"], name="application_version_number_is_unique"
            ),
        ]


class Preference(models.Model):
    """One wish of an application as its newest version has it, best first."""

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


class SiblingBox(models.TextChoices):
    """The three boxes of the sibling form (as 小平市 has them)."""

    A = "A", _("同じ園に、いっしょに入るときだけ")
    B = "B", _("いっしょに入れれば、ちがう園でもよい")
    C = "C", _("ひとりだけでも入る")


class SiblingPolicy(models.Model):
    """How the siblings of a household want to be placed in one round."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="sibling_policies"
    )
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    box = models.CharField(max_length=1, choices=SiblingBox)
    same_first = models.BooleanField(default=False)  # one facility before several
    one_alone = models.CharField(max_length=7, blank=True)  # elder | younger | either, in box C

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household", "round"], name="sibling_policy_is_one_a_household_and_round"
            ),
            models.CheckConstraint(
                condition=Q(box="C", one_alone__in=("elder", "younger", "either"))
                | (~Q(box="C") & Q(one_alone="")),
                name="sibling_policy_names_who_alone_in_box_c_only",
            ),
        ]
