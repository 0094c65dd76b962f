"""Settlement: what a shop is owed for a period, and how it was paid."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.encrypted import EncryptedJSONField
from core.ids import uuid7
from tourism.models.campaigns import Campaign
from tourism.models.shops import Shop


class BatchState(models.TextChoices):
    """The life of a payout batch."""

    DRAFT = "draft", _("計算ずみ")
    APPROVED = "approved", _("2人が承認")
    SENT = "sent", _("銀行に出した")
    PAID = "paid", _("支払いずみ")


class PayoutBatch(models.Model):
    """One settlement of one campaign: what happened before ``cut_at``, not yet settled.

    What happened before the cut is locked from then on. The batch and its lines never change but
    for states and approvals, so that every document made of them has the same bytes each time.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.CharField(max_length=6)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="batches")
    number = models.PositiveIntegerField()  # 1, 2, ... in its campaign
    starts_at = models.DateTimeField(null=True)  # the cut before; empty: the first
    cut_at = models.DateTimeField()  # the first instant that is not in it
    pay_on = models.DateField()  # a bank business day
    state = models.CharField(max_length=8, choices=BatchState, default="draft")
    line_count = models.PositiveIntegerField(default=0)
    redemption_count = models.PositiveIntegerField(default=0)
    net_yen = models.BigIntegerField(default=0)  # paid out: the sum of its lines above zero
    payer = models.JSONField(default=dict)  # the payer's settings when it was made
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    first_approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    first_approved_at = models.DateTimeField(null=True)
    second_approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    second_approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    file_digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the bank file

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "number"], name="batch_number_is_unique_in_its_campaign"
            ),
            models.UniqueConstraint(
                fields=["campaign", "cut_at"], name="batch_is_cut_once_at_an_instant"
            ),
            models.CheckConstraint(
                condition=Q(second_approved_by__isnull=True)
                | ~Q(second_approved_by=F("first_approved_by")),
                name="batch_is_approved_by_two_people",
            ),
        ]


class LineState(models.TextChoices):
    """What became of a shop's line."""

    DUE = "due", _("支払う")
    CARRIED = "carried", _("今回は支払いなし")
    HELD = "held", _("口座の確認待ち")
    PAID = "paid", _("支払いずみ")
    RETURNED = "returned", _("銀行からもどった")


class PayoutLine(models.Model):
    """One shop in one batch: ``net = carried + gross - reversed``; paid only where above zero."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    batch = models.ForeignKey(PayoutBatch, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()  # 1, 2, ... in the batch, by shop number
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="payouts")
    redemption_count = models.PositiveIntegerField()
    gross_yen = models.BigIntegerField()
    reversed_yen = models.BigIntegerField()
    carried_yen = models.BigIntegerField()  # owed from before; below zero: owed by the shop
    net_yen = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=LineState)
    # The account as it stood at the cut, so that the bank file never changes afterwards.
    account = EncryptedJSONField(null=True)
    returned_on = models.DateField(null=True)
    return_reason = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["batch", "number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "shop"], name="payout_line_is_one_a_shop"),
            models.UniqueConstraint(
                fields=["batch", "number"], name="payout_line_number_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(net_yen=F("carried_yen") + F("gross_yen") - F("reversed_yen")),
                name="payout_line_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["carried", "held"]) | Q(net_yen__gt=0),
                name="payout_line_pays_only_what_is_owed",
            ),
        ]


class ReturnState(models.TextChoices):
    """A file of returned transfers is entered by one person and confirmed by another."""

    ENTERED = "entered", _("1人めが入力")
    CONFIRMED = "confirmed", _("2人めが確認")
    REJECTED = "rejected", _("取り下げ")


class TransferReturn(models.Model):
    """One file of transfers that the bank gave back, in our own documented columns."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    batch = models.ForeignKey(PayoutBatch, on_delete=models.PROTECT, related_name="returns")
    state = models.CharField(max_length=9, choices=ReturnState, default="entered")
    rows = models.JSONField()  # [{"line": 3, "on": "2026-12-11", "yen": 1200, "reason": "..."}]
    digest = models.CharField(max_length=64)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("entered_by")),
                name="return_is_confirmed_by_a_second_person",
            ),
            models.UniqueConstraint(fields=["batch", "digest"], name="return_file_comes_once"),
        ]
