"""How a sign-in goes on: the refresh token of an app, and how a way back is found."""

from django.db import models

from accounts.models.people import User
from core.ids import uuid7


class AccountRecovery(models.Model):
    """The way back for who lost every key: two officers, a document seen, the old address told.

    For 24 hours after the approval nothing is paid out to the account.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recoveries")
    new_email = models.EmailField(blank=True)  # empty: the address stays
    document = models.CharField(max_length=40)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True)
                | ~models.Q(approved_by=models.F("requested_by")),
                name="recovery_is_approved_by_a_second_person",
            ),
        ]


class RefreshFamily(models.Model):
    """The one refresh token of one sign-in of an app, by its id; never the token itself.

    ``previous_jti`` is answered for a short while after a rotation: the answer may have been lost.
    Anything else that was signed for this sign-in ends it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    session_digest = models.BinaryField(max_length=32, unique=True)  # SHA-256 of the session key
    current_jti = models.CharField(max_length=32)
    previous_jti = models.CharField(max_length=32, blank=True, default="")
    rotated_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)


class PasskeyCounter(models.Model):
    """The last counter of a passkey, by the SHA-256 of its id; one that goes back was copied."""

    credential_digest = models.BinaryField(max_length=32, primary_key=True)
    counter = models.PositiveBigIntegerField()
