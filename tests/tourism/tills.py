"""A till and its clerk, as HTTP sees them."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.test import Client

from accounts.models import (
    ClerkSession,
    DeviceProfile,
    Membership,
    OrganisationRole,
    User,
)
from core.ids import digest_of
from tests.tourism.money_factories import make_till
from tourism.models import Shop, Wallet
from tourism.wallet_codes import wallet_code

_numbers = count(1)
API = "/api/v1/tourism"


class Till:
    """A till that was set up, with a clerk on shift."""

    def __init__(self, shop: Shop, *, profile: DeviceProfile = DeviceProfile.TILL) -> None:
        number = next(_numbers)
        self.shop = shop
        self.token, self.clerk_token = f"till-token-{number}", f"clerk-token-{number}"
        self.device = make_till(shop, token=self.token, profile=profile)
        now = datetime.now(UTC)
        self.clerk = User.objects.create_user(f"clerk{number}@shop.example")
        self.membership = Membership.objects.create(
            organisation=shop.organisation,
            user=self.clerk,
            role=OrganisationRole.SHOP_CLERK,
            place_id=shop.place_id,
            valid_from=now - timedelta(days=1),
        )
        self.session = ClerkSession.objects.create(
            device=self.device,
            membership=self.membership,
            token_digest=digest_of(self.clerk_token),
            opened_at=now,
            ends_at=now + timedelta(hours=8),
        )
        self.client = Client()

    def headers(self, **more: str) -> dict[str, str]:
        return {
            "Authorization": f"Device {self.token}", "Kaiteki-Clerk": self.clerk_token,
        } | more  # fmt: skip

    def post(self, path: str, body: Any = None, *, key: str = "", **more: str) -> Any:
        keyed = {"Idempotency-Key": key} if key else {}
        return self.client.post(
            f"{API}/{path}", body, content_type="application/json",
            headers=self.headers(**more) | keyed,
        )  # fmt: skip

    def get(self, path: str) -> Any:
        return self.client.get(f"{API}/{path}", headers=self.headers())

    def redeem(self, wallet: Wallet, *, key: str, age: int = 0, **body: Any) -> Any:
        shown = wallet_code(wallet, now=datetime.now(UTC) - timedelta(seconds=age))
        good = {"code": shown, "bill_yen": 3_000, "coupon_yen": 500}
        return self.post("redemptions", good | body, key=key)
