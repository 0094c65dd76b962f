"""Who stands at a till: a clerk's PIN, and for how long a till knows which clerk it is."""

from django.db import models
from django.db.models import Q

from accounts.models.devices import Device
from accounts.models.people import User
from accounts.models.privacy import Membership
from core.encrypted import EncryptedTextField
from core.ids import uuid7

PIN_FAILURES_MAX = 5


class ClerkPin(models.Model):
    """The PIN of one member of an organisation, set by its owner; never the PIN itself.

    ``name`` is what the till calls the clerk (a first name): purpose: to choose oneself on the
    till; retention: with the membership; source: the owner.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    membership = models.OneToOneField(
        Membership, on_delete=models.PROTECT, related_name="clerk_pin"
    )
    name = EncryptedTextField()
    salt = models.BinaryField(max_length=16)
    digest = models.BinaryField(max_length=32)
    failures = models.PositiveSmallIntegerField(default=0)  # wrong tries since the last right one
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(failures__lte=PIN_FAILURES_MAX), name="clerk_pin_locks_after_five"
            ),
        ]

    @property
    def is_locked(self) -> bool:
        """Say whether the owner has to set a new PIN."""
        return self.failures >= PIN_FAILURES_MAX


class ClerkSession(models.Model):
    """One clerk at one till, until the shift is over. Its token stands here as SHA-256 only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="clerk_sessions")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    token_digest = models.BinaryField(max_length=32, unique=True)
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
