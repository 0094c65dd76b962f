"""How a person's identity was proved, when, by whom, and until when it counts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Person, User
from core.encrypted import EncryptedJSONField
from core.ids import uuid7


class ProofSource(models.TextChoices):
    """Where the identity was proved."""

    ONLINE = "online", _("本人確認のアプリ")
    COUNTER = "counter", _("窓口")
    LETTER = "letter", _("手紙")


class IdentityProof(models.Model):
    """One proof of one person. ``claims`` are what was said, encrypted; the rest is how.

    Purpose: to let a person do what needs a proven identity; retention: with the person.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="proofs")
    level = models.PositiveSmallIntegerField()  # 1 a letter's code, 2 the counter or the provider
    source = models.CharField(max_length=10, choices=ProofSource)
    provider = models.CharField(max_length=200, blank=True)  # its issuer
    subject = models.CharField(max_length=255, blank=True)
    acr = models.CharField(max_length=200, blank=True)
    auth_time = models.DateTimeField(null=True)
    proofed_at = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    officer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    claims = EncryptedJSONField(default=dict)
    claims_digest = models.BinaryField(max_length=32)  # keyed: has what was said changed?

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "subject"],
                condition=Q(source="online"),
                name="identity_of_a_provider_is_one_persons",
            ),
        ]
        indexes = [models.Index(fields=["person", "-proofed_at"], name="proof_newest")]
