"""Coupons spent: redemptions, reversals, sales that wait for the shop, and offline leases."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7
from tourism.models.campaigns import Campaign, Tier
from tourism.models.ledger import Txn
from tourism.models.shops import Shop
from tourism.models.wallets import Wallet


class RedemptionWay(models.TextChoices):
    """How a coupon was spent."""

    SHOP_SCANS = "shop_scans", _("お店が読みとった")
    TOURIST_SCANS = "tourist_scans", _("お客さんが読みとった")
    PAPER = "paper", _("紙")
    OFFLINE = "offline", _("オフライン")


class Redemption(models.Model):
    """One coupon spent at one shop; append-only. Reversed where a `Reversal` names it.

    `device_id` is who made the key: the shop's device, or the user at the shop's page. (device,
    key) is unique for ever: a request sent again years later gets the same answer.
    """

    txn = models.OneToOneField(
        Txn, on_delete=models.PROTECT, primary_key=True, related_name="redemption"
    )
    # As in `Txn.campaign`: checked by the statement that writes it, proved by the audit.
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    wallet = models.ForeignKey(
        Wallet, on_delete=models.PROTECT, related_name="redemptions", db_constraint=False,
        db_index=False,
    )  # fmt: skip
    shop = models.ForeignKey(
        Shop, on_delete=models.PROTECT, related_name="redemptions", db_constraint=False,
        db_index=False,
    )  # fmt: skip
    tier = models.ForeignKey(
        Tier, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False,
        db_index=False,
    )  # fmt: skip
    device_id = models.UUIDField()
    key = models.CharField(max_length=100)
    request_hash = models.BinaryField(max_length=32)
    way = models.CharField(max_length=13, choices=RedemptionWay)
    bill_yen = models.PositiveIntegerField()  # with tax, before any discount
    coupon_yen = models.PositiveIntegerField()
    left_yen = models.PositiveIntegerField()  # in the wallet afterwards: part of the answer
    at = models.DateTimeField()  # the database's clock

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["device_id", "key"], name="redemption_happens_once_for_its_key"
            ),
            models.CheckConstraint(
                condition=Q(coupon_yen__gt=0) & Q(coupon_yen__lte=models.F("bill_yen")),
                name="redemption_is_within_the_bill",
            ),
        ]
        indexes = [
            models.Index(fields=["shop", "at"], name="redemption_by_shop"),
            models.Index(fields=["wallet", "at"], name="redemption_by_wallet"),
        ]


class Reversal(models.Model):
    """A redemption taken back; append-only."""

    redemption = models.OneToOneField(
        Redemption, on_delete=models.PROTECT, primary_key=True, related_name="reversal"
    )
    txn = models.OneToOneField(Txn, on_delete=models.PROTECT, related_name="+")
    by = models.UUIDField()  # the shop's device, its person, or the second clerk
    asked_by = models.UUIDField(null=True)  # the first clerk, where two had to
    reason = models.CharField(max_length=40)
    at = models.DateTimeField()


class ReversalRequest(models.Model):
    """A clerk's wish to take back a redemption whose day is over; a second clerk decides.

    One that was declined stays, with why; new facts make a new wish.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    redemption = models.ForeignKey(Redemption, on_delete=models.PROTECT, related_name="+")
    asked_by = models.UUIDField()
    reason = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    declined_by = models.UUIDField(null=True)
    declined_at = models.DateTimeField(null=True)
    decline_reason = models.CharField(max_length=200, blank=True)  # the shop reads it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["redemption"],
                condition=Q(declined_at=None),
                name="reversal_is_wished_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(declined_at=None, declined_by=None, decline_reason="")
                | (Q(declined_at__isnull=False, declined_by__isnull=False) & ~Q(decline_reason="")),
                name="declined_reversal_says_who_and_why",
            ),
        ]


class DailyUse(models.Model):
    """How often a wallet was used on a day (JST), where the campaign limits that.

    `place` is the shop, for the limit a shop and day, or the campaign, for the limit a day.
    """

    pk = models.CompositePrimaryKey("wallet_id", "place", "day")
    wallet = models.ForeignKey(
        Wallet, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    place = models.UUIDField()
    day = models.DateField()
    uses = models.PositiveSmallIntegerField()
    uses_max = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(uses__lte=models.F("uses_max")), name="daily_use_is_within_its_limit"
            ),
        ]


class PendingState(models.TextChoices):
    """A sale that the tourist started waits three minutes for the shop.

    Taken: the shop pressed, and its coupon is being spent; the tourist can stop it no more.
    """

    WAITING = "waiting", _("お店の確認まち")
    TAKEN = "taken", _("お店が確認しています")
    CONFIRMED = "confirmed", _("確認ずみ")
    REFUSED = "refused", _("お店が断った")
    CANCELLED = "cancelled", _("お客さんがやめた")


class PendingSale(models.Model):
    """The tourist scanned the shop's poster; the shop's device confirms. It reserves nothing."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="pending_sales")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="pending_sales")
    number = models.PositiveSmallIntegerField()  # 3 digits, on both screens
    bill_yen = models.PositiveIntegerField()
    coupon_yen = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=PendingState, default="waiting")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    redemption = models.OneToOneField(
        Redemption, on_delete=models.PROTECT, null=True, related_name="pending_sale"
    )

    class Meta:
        indexes = [models.Index(fields=["shop", "expires_at"], name="pending_sale_by_shop")]


class LeaseState(models.TextChoices):
    """A lease is open until its device brought everything, or the city ended it.

    Late: it is over, its device took the next one, and its sales may still come for some days.
    """

    OPEN = "open", _("使えます")
    LATE = "late", _("期限のあと、取引を待っています")
    SETTLED = "settled", _("精算ずみ")


class Lease(models.Model):
    """Money set aside so that a shop's device can sell without a network: the most it may take."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="leases")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="leases")
    device_id = models.UUIDField()
    amount_yen = models.PositiveIntegerField()
    state = models.CharField(max_length=7, choices=LeaseState, default="open")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()  # no sale is made after it; uploads may come later
    settled_at = models.DateTimeField(null=True)
    token = models.TextField()  # signed: the device checks it without a network

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "device_id"],
                condition=Q(state="open"),
                name="lease_is_open_once_a_device",
            ),
        ]


class OfflineOutcome(models.TextChoices):
    """What became of an uploaded sale."""

    POSTED = "posted", _("記録ずみ")
    DOUBLE = "double", _("二重利用（備えから払う）")
    REFUSED = "refused", _("記録できません")


class OfflineSale(models.Model):
    """One sale made without a network, as uploaded; append-only. (lease, number) comes once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    lease = models.ForeignKey(Lease, on_delete=models.PROTECT, related_name="sales")
    number = models.PositiveIntegerField()  # 1, 2, 3, ...: uploads come in order
    request_hash = models.BinaryField(max_length=32)
    outcome = models.CharField(max_length=7, choices=OfflineOutcome)
    code = models.CharField(max_length=40, blank=True)  # of the refusal
    redemption = models.OneToOneField(
        Redemption, on_delete=models.PROTECT, null=True, related_name="offline_sale"
    )
    shown_at = models.DateTimeField(null=True)  # when the server made the code, where it was read
    sold_at = models.DateTimeField()  # the device's clock, as it said
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lease", "number"], name="offline_sale_comes_once"),
        ]
