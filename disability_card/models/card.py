"""The card of one handbook, and the phones that hold it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from core.encrypted import EncryptedTextField
from core.ids import uuid7
from disability_card.models.ledger import Handbook


class CardState(models.TextChoices):
    """Life cycle of a card; ``expired`` follows from the handbook's date and is not stored."""

    APPLIED = "applied", _("申請")
    UNDER_REVIEW = "under_review", _("審査中")
    REJECTED = "rejected", _("却下")
    APPROVED = "approved", _("承認")
    OFFERED = "offered", _("発行待ち")
    ACTIVE = "active", _("有効")
    SUSPENDED = "suspended", _("一時停止")
    REVOKED = "revoked", _("失効")
    SUPERSEDED = "superseded", _("再発行済み")


class StateSetBy(models.TextChoices):
    """Who brought about a suspension: what staff suspended, the holder cannot resume."""

    HOLDER = "holder", _("本人・保護者")
    STAFF = "staff", _("職員")
    LEDGER = "ledger", _("台帳")
    ALARM = "alarm", _("複製の疑い")  # of a device: only enrolling it again helps


class Card(models.Model):
    """The city's card for one handbook. A second live card of a handbook cannot exist."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    handbook = models.ForeignKey(Handbook, on_delete=models.PROTECT, related_name="cards")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=CardState)
    state_set_by = models.CharField(max_length=6, choices=StateSetBy, blank=True)
    # Why staff or the ledger changed the state. Free text of an officer may name a diagnosis.
    state_reason = EncryptedTextField(blank=True, default="")
    linked_by = models.CharField(max_length=10)  # identity | letter | counter
    is_default = models.BooleanField(default=False)  # shown first on the holder's home screen
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    created_at = models.DateTimeField()
    state_changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["handbook"],
                condition=~Q(state__in=["rejected", "revoked", "superseded"]),
                name="card_handbook_has_one_live_card",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(is_default=True),
                name="card_person_has_one_default",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "state"], name="card_by_state")]


class HoldingState(models.TextChoices):
    """Whether the card on this phone may be shown and refreshed."""

    ACTIVE = "active", _("使える")
    SUSPENDED = "suspended", _("止めている")
    REVOKED = "revoked", _("取り消した")


class Holding(models.Model):
    """One card on one phone: the holder's own or a guardian's. At most three live ones a card."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="holdings")
    held_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    is_guardian = models.BooleanField(default=False)  # presenter: "guardian" in the credential
    label = models.CharField(max_length=60)  # "Android の Chrome": for the list of my phones
    device_key_thumbprint = models.CharField(max_length=43)  # DPoP key, RFC 7638 SHA-256
    state = models.CharField(max_length=10, choices=HoldingState)
    state_set_by = models.CharField(max_length=6, choices=StateSetBy, blank=True)
    created_at = models.DateTimeField()
    last_refreshed_at = models.DateTimeField(null=True)
    alarm_at = models.DateTimeField(null=True)  # a replaced refresh token came back: cloned?

    class Meta:
        indexes = [models.Index(fields=["card", "state"], name="holding_by_card")]
