"""Papers of an application and the two people who checked what it says."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, User
from childcare.models.applications import Application, ApplicationVersion, Channel
from core.encrypted import EncryptedJSONField, EncryptedTextField
from core.ids import uuid7


class DocumentState(models.TextChoices):
    """A paper that is asked for, until somebody put what it says into the application."""

    MISSING = "missing", _("まだです")
    RECEIVED = "received", _("受け取りました")
    DEFICIENT = "deficient", _("直しが必要です")
    ACCEPTED = "accepted", _("確認しました")


class Document(models.Model):
    """One paper; the file itself is stored encrypted outside the web root.

    Purpose: proof of facts; source: the family; retention: with its application.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=60)  # the document's code in the rule set
    subject = models.CharField(max_length=60)  # whose: household, guardian:1, child
    state = models.CharField(max_length=10, choices=DocumentState, default="missing")
    deficiency = EncryptedTextField(blank=True, default="")  # what is wrong, for the family
    file_name = EncryptedTextField(blank=True, default="")
    media_type = models.CharField(max_length=40, blank=True)  # as sniffed, never as claimed
    size_bytes = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)  # empty: seen on paper
    channel = models.CharField(max_length=10, choices=Channel, blank=True)
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The version that holds what the paper says: nothing is closed without its data effect.
    entered_in = models.ForeignKey(
        ApplicationVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["application", "id"]
        indexes = [models.Index(fields=["application", "state"], name="document_by_state")]
        constraints = [
            # 西成: an updated certificate was filed before anybody had entered it.
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(entered_in__isnull=False),
                name="document_is_accepted_with_its_data",
            ),
        ]


class FactCheck(models.Model):
    """One person held one version against its papers. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(ApplicationVersion, on_delete=models.PROTECT, related_name="checks")
    checker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # The natural person behind the account, merged records followed: two accounts are one.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    agrees = models.BooleanField()
    # Where it does not: [{"subject", "name", "entered", "read"}]. Encrypted: these are facts.
    differences = EncryptedJSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        ordering = ["version", "at"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "checker"], name="fact_check_is_one_a_person"
            ),
        ]
