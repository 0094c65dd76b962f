"""Tables that every service writes to: audit trail, idempotency keys, tries, notices."""

from django.db import models
from django.db.models import Q

from core.encrypted import EncryptedJSONField
from core.ids import uuid7


class AuditEvent(models.Model):
    """One thing that somebody did or read. Append-only: triggers refuse change and removal.

    Holds ids and field *names*, never a sensitive value.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField()
    municipality = models.CharField(max_length=6, blank=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    on_behalf_of = models.UUIDField(null=True)
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=40, default="done")
    reason = models.CharField(max_length=120, blank=True)  # the rule or relation that allowed it
    facts = models.JSONField(default=dict)  # counts, codes, names of changed fields
    subject_id = models.UUIDField(null=True)  # whose file it is about: they may read this event
    device_id = models.UUIDField(null=True)
    request_id = models.UUIDField(null=True)  # the same in the server's log

    class Meta:
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="audit_event_by_object"),
            models.Index(fields=["subject_id", "-id"], name="audit_event_by_subject"),
        ]


class AuditSeal(models.Model):
    """One link of the chain over the audit trail; its head is published outside the database."""

    number = models.PositiveBigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    events = models.PositiveIntegerField()
    previous_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)


class AuditLeaf(models.Model):
    """The hash of one sealed event, in its place: finds exactly which row was changed or removed.

    No foreign key: an event that somebody removed must leave its leaf behind.
    """

    event_id = models.UUIDField(primary_key=True)
    seal_number = models.PositiveBigIntegerField()
    position = models.PositiveIntegerField()
    row_hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seal_number", "position"], name="audit_leaf_has_its_place"
            ),
        ]


class IdempotencyKey(models.Model):
    """The first answer to a request, for whoever sends it again with the same key (48 hours)."""

    actor = models.CharField(max_length=120)
    key = models.CharField(max_length=100)
    request_hash = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(null=True)  # empty while the first one runs
    answer = EncryptedJSONField(null=True)  # it may name people
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "key"], name="idempotency_key_is_used_once_an_actor"
            ),
        ]


class TryCount(models.Model):
    """How often one key was tried until its window ends (`core.throttles`); swept by night.

    The digest is of the limit and the key: nobody's address or id stands here.
    """

    digest = models.CharField(max_length=32, primary_key=True)
    tries = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)


class Notice(models.Model):
    """A message that waits to be delivered, or was. Texts are chosen by code, never sensitive."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    person_id = models.UUIDField()
    kind = models.CharField(max_length=40)  # names the text; the text says only "there is news"
    link = models.CharField(max_length=200)
    facts = EncryptedJSONField(default=dict)
    dedupe_key = models.CharField(max_length=100, unique=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    # When it was decided on which ways it goes out; empty: nobody has looked at it yet.
    planned_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    mail_failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "-created_at"], name="notice_newest"),
            models.Index(
                fields=["created_at"], condition=Q(mailed_at__isnull=True), name="notice_waiting"
            ),
            models.Index(
                fields=["created_at"], condition=Q(planned_at__isnull=True), name="notice_unplanned"
            ),
        ]


class NoticeChannel(models.TextChoices):
    """A way out of the app; inside it every notice is read anyway."""

    MAIL = "mail", "mail"
    LINE = "line", "LINE"
    WEB_PUSH = "web_push", "web push"
    LETTER = "letter", "letter"


class NoticeDelivery(models.Model):
    """One notice on its way to one address. The address itself is looked up when it is sent.

    ``due_at`` is when to try (again); while somebody is trying it stands a few minutes ahead.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=NoticeChannel)
    target = models.CharField(max_length=40)  # which of the person's addresses, by an id
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    gave_up_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=40, blank=True)  # of the last try, a code

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "channel", "target"], name="notice_goes_to_an_address_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(sent_at__isnull=True, gave_up_at__isnull=True),
                name="notice_delivery_due",
            ),
        ]
