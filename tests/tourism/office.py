"""The campaign office at its desk, and what it looks at: one coupon spent at one shop."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client

from accounts.models import Membership, OrganisationRole, Person, User
from tests.tourism.money_factories import (
    make_money_campaign,
    make_money_shop,
    make_sale,
    make_wallet,
)
from tourism.models import Redemption, Shop
from tourism.redemption import redeem

STAFF = "/api/v1/staff"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(client: Client, path: str, body: Any = None) -> Any:
    return client.post(f"{STAFF}/{path}", body or {}, content_type="application/json")


def make_spent(**campaign: Any) -> Redemption:
    """500 yen of a wallet, spent a moment ago."""
    wallet = make_wallet(make_money_campaign(**campaign))
    receipt = redeem(make_sale(wallet, make_money_shop(), coupon_yen=500))
    return Redemption.objects.select_related("wallet", "campaign", "shop").get(
        pk=receipt.redemption_id
    )


def make_owner(shop: Shop) -> User:
    user = User.objects.create_user(f"owner-{shop.pk}@shop.example")
    Person.objects.get_or_create(user=user, defaults={"municipality": shop.municipality})
    Membership.objects.create(
        organisation=shop.organisation, user=user, role=OrganisationRole.SHOP_OWNER,
        valid_from=datetime.now(UTC) - timedelta(days=1),
    )  # fmt: skip
    return user
