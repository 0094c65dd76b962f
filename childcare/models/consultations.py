"""広域利用: what two cities agree about one child."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from childcare.models.applications import Application, Exchange
from core.encrypted import EncryptedTextField
from core.ids import uuid7


class ConsultationState(models.TextChoices):
    """A request goes out and is answered by the other city, or came in and is answered by us."""

    PREPARED = "prepared", _("送る前")
    SENT = "sent", _("相手の返事待ち")
    RECEIVED = "received", _("こちらの返事待ち")
    AGREED = "agreed", _("承諾")
    REFUSED = "refused", _("不承諾")


class Consultation(models.Model):
    """One consultation (協議) about one application; the other city's code stands there."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="consultation"
    )
    direction = models.CharField(max_length=3, choices=Exchange)
    other_name = models.CharField(max_length=60)  # 小諸市: the letter goes to its mayor
    facility_name = models.CharField(max_length=120, blank=True)  # theirs; of a child going out
    state = models.CharField(max_length=10, choices=ConsultationState)
    reason = EncryptedTextField(blank=True, default="")  # of a refusal: it may speak of a child
    opened_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["opened_at"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(direction="out", state__in=("prepared", "sent", "agreed", "refused"))
                    | Q(direction="in", state__in=("received", "agreed", "refused"))
                ),
                name="consultation_state_fits_its_direction",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=False, state__in=("agreed", "refused"))
                | (Q(answered_at__isnull=True) & ~Q(state__in=("agreed", "refused"))),
                name="consultation_answer_has_its_time",
            ),
        ]
