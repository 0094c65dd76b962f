"""Campaigns that are open, shops, wallets and sales for tests of the ledger."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from accounts.models import Device, DeviceProfile, Organisation, OrganisationKind, Person, User
from core.audit import SYSTEM
from core.ids import digest_of
from places.models import Place
from tourism import ledger
from tourism.models import (
    Account,
    AccountKind,
    Campaign,
    CampaignState,
    CapKind,
    ClaimBy,
    RedemptionWay,
    Shop,
    ShopState,
    Tier,
    Txn,
    TxnKind,
    Wallet,
)
from tourism.redemption import Sale

CITY = "202177"
NOW = datetime(2026, 6, 10, 3, 0, tzinfo=UTC)  # noon in Japan
_numbers = count(1)
TIERS = ((500, 100), (1_000, 200), (2_500, 500), (5_000, 1_000), (10_000, 2_000))


def today() -> date:
    """The day in Japan on the real clock: most tests let it run."""
    return (datetime.now(UTC) + timedelta(hours=9)).date()


def make_money_campaign(*, tiers: tuple[tuple[int, int], ...] = (), **override: Any) -> Campaign:
    """An open campaign that ran since a month, funded; redemption-capped unless said otherwise."""
    good: dict[str, Any] = {
        "municipality": CITY,
        "slug": f"money-{next(_numbers)}",
        "name": {"ja": "デモ割", "ja-easy": "デモわり", "en": "Demo"},
        "state": CampaignState.OPEN,
        "cap": CapKind.REDEMPTION,
        "budget_yen": 1_000_000,
        "per_person_yen": 10_000,
        "starts_on": today() - timedelta(days=30),
        "ends_on": today() + timedelta(days=30),
    }
    campaign = Campaign.objects.create(**(good | override))
    for bill, value in tiers:
        Tier.objects.create(campaign=campaign, min_spend_yen=bill, value_yen=value)
    ledger.open_campaign_account(campaign, actor=SYSTEM, now=NOW)
    return campaign


def make_place(**override: Any) -> Place:
    number = next(_numbers)
    good: dict[str, Any] = {
        "municipality": CITY, "number": f"M{number}", "name": f"デモ店{number}",
    }  # fmt: skip
    return Place.objects.create(**(good | override))


def make_money_shop(**override: Any) -> Shop:
    organisation = override.pop("organisation", None) or Organisation.objects.create(
        municipality=CITY, name="デモ商店", kind=OrganisationKind.SHOP
    )
    good: dict[str, Any] = {
        "municipality": CITY,
        "place": override.pop("place", None) or make_place(),
        "organisation": organisation,
        "state": ShopState.ACTIVE,
    }
    return Shop.objects.create(**(good | override))


def make_tourist(**override: Any) -> Person:
    good: dict[str, Any] = {
        "municipality": CITY,
        "user": override.pop("user", None)
        or User.objects.create_user(f"tourist{next(_numbers)}@example.org"),
    }
    return Person.objects.create(**(good | override))


def make_wallet(campaign: Campaign, *, yen: int = 10_000, **override: Any) -> Wallet:
    """A wallet that holds ``yen``, funded from the budget where the campaign is issue-capped."""
    good: dict[str, Any] = {
        "campaign": campaign,
        "person": override.pop("person", None) or make_tourist(),
        "number": f"W{next(_numbers):09}",
        "way": ClaimBy.SIGN_IN,
        "remaining_yen": yen,
        "granted_yen": yen,
        "made_at": NOW,
    }
    wallet = Wallet.objects.create(**(good | override))
    if campaign.cap == CapKind.ISSUE:
        held = ledger.account_of(campaign.pk, AccountKind.WALLET, wallet.pk)
        budget = ledger.account_of(campaign.pk, AccountKind.BUDGET)
        ledger.post(
            TxnKind.CLAIM,
            f"test:{wallet.pk}",
            [ledger.Move(account=budget, yen=-yen), ledger.Move(account=held, yen=yen)],
            campaign_id=campaign.pk,
        )
    return wallet


def make_till(shop: Shop, *, token: str = "", **override: Any) -> Device:
    number = next(_numbers)
    good: dict[str, Any] = {
        "municipality": shop.municipality,
        "name": "レジ",
        "profile": DeviceProfile.TILL,
        "place_id": shop.place_id,
        "token_digest": digest_of(token or f"token-{number}"),
        "token_expires_at": datetime.now(UTC) + timedelta(days=30),
        "created_by": User.objects.create_user(f"till{number}@city.example"),
    }
    return Device.objects.create(**(good | override))


def make_sale(wallet: Wallet, shop: Shop, **override: Any) -> Sale:
    good: dict[str, Any] = {
        "campaign_id": wallet.campaign_id,
        "wallet_id": wallet.pk,
        "shop_id": shop.pk,
        "device_id": shop.pk,
        "key": f"key-{next(_numbers)}",
        "bill_yen": 3_000,
        "coupon_yen": 500,
        "way": RedemptionWay.SHOP_SCANS,
    }
    return Sale(**(good | override))


def yen_in(campaign: Campaign, kind: AccountKind, ref: Any = None) -> int:
    return ledger.balance_yen(campaign.pk, kind, ref)


def postings_of(campaign: Campaign) -> int:
    """How many transactions a campaign has, to see that nothing was posted."""
    return Txn.objects.filter(campaign=campaign).count()


def account_ids(campaign: Campaign) -> list[Any]:
    return list(Account.objects.filter(campaign=campaign).values_list("pk", flat=True))
