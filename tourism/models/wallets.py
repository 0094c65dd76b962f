"""What a person may claim, and what a person may spend: grants and wallets.

The conditions of a claim stand in the campaign; `tourism.claim_rules` reads them.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from core.ids import uuid7
from places.models import Place
from tourism.models.campaigns import Campaign, ClaimBy


class GrantState(models.TextChoices):
    """A grant is offered, and claimed once."""

    OFFERED = "offered", _("受けとれます")
    CLAIMED = "claimed", _("受けとりずみ")
    BLOCKED = "blocked", _("止めています")


class Grant(models.Model):
    """The right to claim once: a code in a letter, or an attested check-in.

    Purpose: one claim per letter and stay; retention: until the campaign is closed; source: the
    list of letters, or the lodging. `household` is a blind index of the letter's household number.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="grants")
    way = models.CharField(max_length=10, choices=ClaimBy)
    state = models.CharField(max_length=8, choices=GrantState, default="offered")
    code_digest = models.BinaryField(max_length=32, unique=True)
    household = models.BinaryField(max_length=16, null=True)
    value_yen = models.PositiveIntegerField()
    place = models.ForeignKey(  # the lodging that attested the stay
        Place, on_delete=models.PROTECT, null=True, related_name="+"
    )
    stay_from = models.DateField(null=True)  # the first night
    nights = models.PositiveSmallIntegerField(null=True)
    made_by = models.UUIDField(null=True)  # the actor: a device, a member, a clerk
    offered_at = models.DateTimeField()
    expires_on = models.DateField(null=True)  # the last day on which it can be claimed
    claimed_at = models.DateTimeField(null=True)
    wallet = models.ForeignKey("Wallet", on_delete=models.PROTECT, null=True, related_name="grants")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="claimed") | Q(wallet__isnull=False),
                name="grant_is_claimed_into_a_wallet",
            ),
        ]
        indexes = [models.Index(fields=["campaign", "household"], name="grant_by_household")]


class WalletState(models.TextChoices):
    """`expired` and `empty` are also true of an active wallet whose day or value is over."""

    ACTIVE = "active", _("使えます")
    BLOCKED = "blocked", _("止めています")
    EXPIRED = "expired", _("期限が切れました")
    EMPTY = "empty", _("使いきりました")


class Wallet(models.Model):
    """A person's coupons of one campaign, or a paper coupon's.

    `remaining_yen` is what can still be spent. In an issue-capped campaign it equals the balance
    of the wallet's account; in a redemption-capped one it is an allowance, and no money.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="wallets")
    person = models.ForeignKey(  # empty: a bearer's paper
        Person, on_delete=models.PROTECT, null=True, related_name="wallets"
    )
    number = models.CharField(max_length=12, unique=True)  # people read it aloud at the counter
    way = models.CharField(max_length=10, choices=ClaimBy)
    state = models.CharField(max_length=7, choices=WalletState, default="active")
    remaining_yen = models.PositiveIntegerField()
    granted_yen = models.PositiveIntegerField()  # all that was ever claimed into it
    valid_until = models.DateField(null=True)  # included, JST; empty: the campaign's last day
    last_qr_at = models.DateTimeField(null=True)  # of the newest QR spent: each is good for one
    sets = models.PositiveSmallIntegerField(default=0)  # bought
    is_assisted = models.BooleanField(default=False)  # claimed at the counter: no phone
    made_at = models.DateTimeField()
    blocked_reason = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "person"], name="wallet_is_one_a_person_and_campaign"
            ),
            models.CheckConstraint(condition=Q(remaining_yen__gte=0), name="wallet_has_enough"),
        ]
