"""How a sign-in goes on: the refresh token of an app, and how a way back is found."""

from django.db import models

from accounts.models.people import User
from core.ids import uuid7


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
