"""Issued credentials and the numbered status lists that they point into."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7
from disability_card.models.card import Card, Holding

STATUS_LIST_ENTRIES = 2**17


class StatusList(models.Model):
    """One Token Status List (2 bits an entry); a new one opens when 70 % is drawn."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    number = models.PositiveIntegerField()
    # Paper lives for a year, a phone's batch for a fortnight: mixed, every list would stay in
    # the verifiers' bundle for a year.
    is_paper = models.BooleanField(default=False)
    entries = models.PositiveIntegerField(default=STATUS_LIST_ENTRIES)
    drawn = models.PositiveIntegerField(default=0)
    last_exp = models.DateTimeField(null=True)  # of the credentials that point into it
    # Raised in the transaction that changes an entry: the published token is older until rebuilt.
    version = models.PositiveIntegerField(default=0)
    token = models.TextField(blank=True)  # the published statuslist+jwt
    token_version = models.PositiveIntegerField(default=0)
    token_iat = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "number"], name="status_list_number_is_unique_in_its_city"
            ),
            models.CheckConstraint(
                condition=Q(drawn__lte=models.F("entries")), name="status_list_is_not_overdrawn"
            ),
        ]


class CredentialKind(models.TextChoices):
    """The two credential configurations of a phone, and the paper twin."""

    VENUE = "venue", _("お店に見せる画面")
    FULL = "full", _("くわしい画面")
    PAPER = "paper", _("紙のカード")


class CredentialState(models.TextChoices):
    """``superseded`` by a routine refresh keeps status 0: flipping a batch would link visits."""

    ISSUED = "issued", _("発行済み")
    SUPERSEDED = "superseded", _("更新済み")
    SUSPENDED = "suspended", _("一時停止")
    REVOKED = "revoked", _("失効")


class Credential(models.Model):
    """One signed credential: its status index and its end. The credential itself is not kept."""

    id = models.BigAutoField(primary_key=True)
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="credentials")
    holding = models.ForeignKey(Holding, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=5, choices=CredentialKind)
    batch = models.UUIDField()
    status_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="+")
    status_index = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=CredentialState)
    issued_at = models.DateTimeField()
    exp = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["status_list", "status_index"], name="credential_index_is_drawn_once"
            ),
        ]
        indexes = [
            # The status list is built from the few rows that are not valid.
            models.Index(
                fields=["status_list"],
                condition=Q(state__in=["suspended", "revoked"]),
                name="credential_not_valid",
            ),
            models.Index(fields=["card", "state"], name="credential_by_card"),
        ]
