"""Refunds of sets that were bought and not used: the notice, and who asked in its time."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.encrypted import EncryptedJSONField
from core.ids import uuid7
from tourism.models.campaigns import Campaign
from tourism.models.wallets import Wallet


class RefundState(models.TextChoices):
    """The life of a campaign's refund."""

    DRAFT = "draft", _("1人めが用意")
    ANNOUNCED = "announced", _("公告ずみ")
    LISTED = "listed", _("払う一覧を確定")
    PAID = "paid", _("払いもどしずみ")


class RefundShare(models.TextChoices):
    """What of the unused value comes back."""

    PAID = "paid", _("払った分（上乗せ分をのぞく）")
    WHOLE = "whole", _("使っていない金額の全部")


class Refund(models.Model):
    """One campaign's refund: a notice with a period of sixty days or more, then one payment.

    Purpose of its claims: to pay; retention: with the settlement's papers.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    campaign = models.OneToOneField(Campaign, on_delete=models.PROTECT, related_name="refund")
    state = models.CharField(max_length=9, choices=RefundState, default="draft")
    share = models.CharField(max_length=5, choices=RefundShare)
    claims_until = models.DateField()  # the last day, included
    contact = models.CharField(max_length=200)  # office and telephone, for the notice
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    announced_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    announced_at = models.DateTimeField(null=True)  # claims are taken from this day on
    listed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    listed_at = models.DateTimeField(null=True)
    paid_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    paid_at = models.DateTimeField(null=True)
    payer = models.JSONField(default=dict)  # the payer's settings when the list was made
    pay_on = models.DateField(null=True)  # a bank business day

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(announced_by__isnull=True) | ~Q(announced_by=F("made_by")),
                name="refund_is_announced_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(paid_by__isnull=True) | ~Q(paid_by=F("listed_by")),
                name="refund_is_paid_by_a_second_person",
            ),
        ]


class RefundRound(models.Model):
    """Claims that are paid while others may still ask; one at a time waits to be paid."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()  # 1, 2, 3, ... of its refund
    listed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    listed_at = models.DateTimeField()
    payer = models.JSONField()  # the payer's settings when the round was made
    pay_on = models.DateField()  # a bank business day
    paid_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    paid_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["refund", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["refund", "number"], name="refund_round_has_its_number_once"
            ),
            models.UniqueConstraint(
                fields=["refund"],
                condition=Q(paid_at__isnull=True),
                name="refund_has_one_open_round",
            ),
            models.CheckConstraint(
                condition=Q(paid_by__isnull=True) | ~Q(paid_by=F("listed_by")),
                name="refund_round_is_paid_by_a_second_person",
            ),
        ]


class RefundWay(models.TextChoices):
    """How a refund reaches whoever asked."""

    BANK = "bank", _("振りこみ")
    CASH = "cash", _("窓口で現金")


class RefundClaim(models.Model):
    """One wallet or sheet whose holder asked in time. The amount stands from then on.

    ``account`` holds bank, branch, kind, number and the holder's kana.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="claims")
    wallet = models.OneToOneField(Wallet, on_delete=models.PROTECT, related_name="refund_claim")
    round = models.ForeignKey(  # empty: it waits for the next round, or for the last list
        RefundRound, on_delete=models.PROTECT, null=True, related_name="claims"
    )
    unused_yen = models.PositiveIntegerField()
    refund_yen = models.PositiveIntegerField()
    way = models.CharField(max_length=4, choices=RefundWay)
    account = EncryptedJSONField(null=True)
    claimed_at = models.DateTimeField()
    claimed_by = models.UUIDField()  # the user: the holder, or the officer at the counter

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(refund_yen__gt=0) & Q(refund_yen__lte=F("unused_yen")),
                name="refund_is_of_what_was_not_used",
            ),
            models.CheckConstraint(
                condition=Q(way="cash") | Q(account__isnull=False),
                name="refund_by_bank_has_an_account",
            ),
        ]
