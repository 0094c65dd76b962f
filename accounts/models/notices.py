"""On which ways a person wants to hear that there is news."""

from django.db import models

from accounts.models.people import Person
from core.encrypted import EncryptedJSONField
from core.ids import uuid7


class NoticeChoice(models.Model):
    """What a person chose; without a row it is the mail."""

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, primary_key=True, related_name="notice_choice"
    )
    mail = models.BooleanField(default=True)
    line = models.BooleanField(default=False)
    web_push = models.BooleanField(default=False)
    letter = models.BooleanField(default=False)
    changed_at = models.DateTimeField()


class PushSubscription(models.Model):
    """One browser that asked to be told.

    ``content`` holds the push service's address and the browser's two keys: purpose: to tell it
    that there is news; retention: until it or its owner takes it back; source: the browser.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="push_subscriptions")
    endpoint_digest = models.BinaryField(max_length=32, unique=True)
    content = EncryptedJSONField()
    label = models.CharField(max_length=60)  # "Android · Chrome"
    created_at = models.DateTimeField()
