"""Shapes of claims, wallets and redemptions. All amounts are whole yen."""

from typing import Any

from rest_framework import serializers

from tourism.coupon_rules import BILL_YEN_MAX
from tourism.models import PendingState, RedemptionWay, WalletState
from tourism.stays import GUESTS_MAX, NIGHTS_MAX
from tourism.wallet_codes import TEXT_CHARS_MAX


class StrictYen(serializers.IntegerField):
    """A JSON integer: no text, no fraction, no boolean."""

    def to_internal_value(self, data: Any) -> int:
        """Return the amount, or fail as ``invalid``."""
        if type(data) is not int:
            self.fail("invalid")
        return super().to_internal_value(data)


class CouponTierOutput(serializers.Serializer[Any]):
    """One coupon: from this bill on, worth this much."""

    min_spend_yen = serializers.IntegerField()
    value_yen = serializers.IntegerField()


class CouponCampaignOutput(serializers.Serializer[Any]):
    """A campaign as anybody may see it. Days are civil dates in Japan, both included."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.JSONField(help_text="by language")
    state = serializers.CharField()
    claim_by = serializers.CharField()
    per_person_yen = serializers.IntegerField()
    rate_basis_points = serializers.IntegerField(allow_null=True)
    uses_per_shop_and_day = serializers.IntegerField(allow_null=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    tiers = CouponTierOutput(many=True)
    left_yen = serializers.IntegerField(help_text="of the budget, now")


class ClaimCodeInput(serializers.Serializer[Any]):
    """The code of a letter or of a stay."""

    code = serializers.CharField(max_length=40)


class WalletOutput(serializers.Serializer[Any]):
    """A wallet; ``state`` tells ``expired`` and ``empty`` too."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    campaign = serializers.UUIDField()
    campaign_name = serializers.JSONField()
    state = serializers.ChoiceField(choices=WalletState.choices)
    remaining_yen = serializers.IntegerField()
    granted_yen = serializers.IntegerField()
    valid_until = serializers.DateField()


class WalletCodeOutput(serializers.Serializer[Any]):
    """The text of the QR that the wallet shows now."""

    text = serializers.CharField()
    renew_seconds = serializers.IntegerField()


class SpentOutput(serializers.Serializer[Any]):
    """One redemption in a list."""

    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    shop = serializers.UUIDField()
    shop_name = serializers.CharField()
    bill_yen = serializers.IntegerField()
    coupon_yen = serializers.IntegerField()
    way = serializers.ChoiceField(choices=RedemptionWay.choices)
    is_reversed = serializers.BooleanField()


class CouponOfferInput(serializers.Serializer[Any]):
    """What the camera read, and the bill with tax before any discount."""

    code = serializers.CharField(max_length=TEXT_CHARS_MAX)
    bill_yen = StrictYen(min_value=1, max_value=BILL_YEN_MAX)
    shop = serializers.UUIDField(required=False, help_text="who calls without a device says it")


class CouponOfferOutput(serializers.Serializer[Any]):
    """Coupons that fit the bill, the largest first; empty: none."""

    offered_yen = serializers.ListField(child=serializers.IntegerField())
    campaign_name = serializers.JSONField()


class RedemptionInput(CouponOfferInput):
    """Spend one coupon on one bill."""

    coupon_yen = StrictYen(min_value=1, max_value=BILL_YEN_MAX)


class CouponReceiptOutput(serializers.Serializer[Any]):
    """The receipt: the full price, and who pays which part. The same for every retry."""

    id = serializers.UUIDField()
    campaign = serializers.UUIDField()
    shop = serializers.UUIDField()
    bill_yen = serializers.IntegerField()
    coupon_yen = serializers.IntegerField()
    to_pay_yen = serializers.IntegerField()
    left_yen = serializers.IntegerField(help_text="in the wallet afterwards")
    funding = serializers.CharField(help_text="`public`: the city pays as a third party")
    at = serializers.DateTimeField()


class DayQuery(serializers.Serializer[Any]):
    """Which day of which shop."""

    day = serializers.DateField(required=False)
    shop = serializers.UUIDField(required=False)


class CouponReversalInput(serializers.Serializer[Any]):
    """Why a redemption is taken back."""

    reason = serializers.ChoiceField(choices=["mistake", "returned-goods", "other"])
    shop = serializers.UUIDField(required=False)


class CouponReversalOutput(serializers.Serializer[Any]):
    """What came back."""

    redemption = serializers.UUIDField()
    coupon_yen = serializers.IntegerField()
    at = serializers.DateTimeField()


class AskShopInput(serializers.Serializer[Any]):
    """The tourist scanned a shop's poster and chose a coupon."""

    shop = serializers.UUIDField()
    bill_yen = StrictYen(min_value=1, max_value=BILL_YEN_MAX)
    coupon_yen = StrictYen(min_value=1, max_value=BILL_YEN_MAX)


class PendingOutput(serializers.Serializer[Any]):
    """A sale that waits for the shop; ``number`` stands on both screens."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    shop = serializers.UUIDField()
    bill_yen = serializers.IntegerField()
    coupon_yen = serializers.IntegerField()
    state = serializers.ChoiceField(choices=PendingState.choices)
    expires_at = serializers.DateTimeField()
    redemption = serializers.UUIDField(allow_null=True)


class LeaseInput(serializers.Serializer[Any]):
    """For which campaign the device asks."""

    campaign = serializers.UUIDField()


class LeaseOutput(serializers.Serializer[Any]):
    """A lease and its signed statement; ``next_number`` is that of the next sale to upload."""

    id = serializers.UUIDField()
    campaign = serializers.UUIDField()
    amount_yen = serializers.IntegerField()
    state = serializers.CharField()
    expires_at = serializers.DateTimeField()
    token = serializers.CharField()
    keys = serializers.JSONField(help_text="public JWK by kid: wallets' codes are checked with it")
    issued_at = serializers.DateTimeField()
    next_number = serializers.IntegerField()
    sold_yen = serializers.IntegerField(help_text="uploaded and paid")
    campaign_name = serializers.JSONField(help_text="by language")
    tiers = CouponTierOutput(many=True)
    rate_basis_points = serializers.IntegerField(allow_null=True)
    unit_yen = serializers.IntegerField()
    uses_per_shop_and_day = serializers.IntegerField(allow_null=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class LeaseOfferOutput(serializers.Serializer[Any]):
    """A campaign for which the device may prepare."""

    campaign = serializers.UUIDField()
    campaign_name = serializers.JSONField(help_text="by language")
    offline_limit_yen = serializers.IntegerField()


class LeasesOutput(serializers.Serializer[Any]):
    """What the device may prepare for, and what it has not brought home yet."""

    offered = LeaseOfferOutput(many=True)
    leases = LeaseOutput(many=True)


class OfflineCouponInput(serializers.Serializer[Any]):
    """One sale as the device kept it."""

    number = serializers.IntegerField(min_value=1, max_value=100_000)
    code = serializers.CharField(max_length=TEXT_CHARS_MAX)
    bill_yen = StrictYen(min_value=1, max_value=BILL_YEN_MAX)
    coupon_yen = StrictYen(min_value=1, max_value=BILL_YEN_MAX)
    sold_at = serializers.DateTimeField(help_text="the device's clock; decides nothing")


class OfflineUploadInput(serializers.Serializer[Any]):
    """Sales in order, at most 200 a request."""

    sales = serializers.ListField(child=OfflineCouponInput(), max_length=200)


class OfflineSaleOutput(serializers.Serializer[Any]):
    """What became of one."""

    number = serializers.IntegerField()
    outcome = serializers.CharField()
    code = serializers.CharField(allow_blank=True)
    redemption = serializers.UUIDField(allow_null=True)


class OfflineUploadOutput(serializers.Serializer[Any]):
    """What became of each."""

    sales = OfflineSaleOutput(many=True)


class CheckInInput(serializers.Serializer[Any]):
    """Guests who stand at the lodging's desk now."""

    campaign = serializers.UUIDField()
    guests = serializers.IntegerField(min_value=1, max_value=GUESTS_MAX)
    nights = serializers.IntegerField(min_value=1, max_value=NIGHTS_MAX)
    place = serializers.UUIDField(required=False, help_text="who calls without a device says it")


class StayCodeOutput(serializers.Serializer[Any]):
    """One guest's code, told this once."""

    grant = serializers.UUIDField()
    code = serializers.CharField()
    value_yen = serializers.IntegerField()
    expires_on = serializers.DateField()


class CheckInOutput(serializers.Serializer[Any]):
    """A code for each guest."""

    codes = StayCodeOutput(many=True)


class WhyInput(serializers.Serializer[Any]):
    """Why the office does it: for the audit trail, so no name and no contact."""

    reason = serializers.CharField(max_length=40)


class ReversalRequestOutput(serializers.Serializer[Any]):
    """A redemption that one officer wants taken back; another decides."""

    id = serializers.UUIDField()
    redemption = serializers.UUIDField(source="redemption_id")
    coupon_yen = serializers.IntegerField(source="redemption.coupon_yen")
    reason = serializers.CharField()
    asked_at = serializers.DateTimeField()
    declined_at = serializers.DateTimeField(allow_null=True)
    decline_reason = serializers.CharField(allow_blank=True, help_text="the shop reads it")


class LateReversalOutput(serializers.Serializer[Any]):
    """What came back, by two officers; a shop that was paid already gets less next time."""

    redemption = serializers.UUIDField(source="redemption_id")
    coupon_yen = serializers.IntegerField(source="redemption.coupon_yen")
    at = serializers.DateTimeField()


class WalletStateOutput(serializers.Serializer[Any]):
    """Whether a wallet can be used."""

    id = serializers.UUIDField()
    state = serializers.CharField(help_text="of the wallet: active, blocked, ...")
