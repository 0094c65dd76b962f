"""A town for the browser: a tourist with a wallet, a clerk with a shop, and their phones."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page

from accounts.models import Membership, OrganisationRole, User
from tests.browser.harness import new_context, session_of
from tests.tourism.campaign_factories import make_officer
from tests.tourism.money_factories import (
    NOW,
    TIERS,
    make_money_campaign,
    make_money_shop,
    make_wallet,
)
from tourism.claims import expire_wallet
from tourism.models import Campaign, CapKind, ClaimBy, CouponSet, Refund, RefundState, Shop, Wallet

SignedIn = Callable[..., Page]


class Town:
    """A tourist with a wallet and a clerk with a shop."""

    def __init__(self) -> None:
        self.campaign = make_money_campaign(
            tiers=TIERS,
            name={"ja": "デモ 秋の佐久めぐり", "ja-easy": "デモ {秋|あき}の {佐久|さく}",
                  "en": "Demo autumn"},
            text={"ja": "佐久のお店で使えます。", "ja-easy": "{佐久|さく}で {使|つか}えます。",
                  "en": "For shops in Saku."},
        )  # fmt: skip
        self.wallet: Wallet = make_wallet(self.campaign)
        self.shop: Shop = make_money_shop()
        assert self.wallet.person is not None
        assert self.wallet.person.user is not None
        self.tourist: User = self.wallet.person.user
        self.refunded = self._refund()
        self.clerk = User.objects.create_user("clerk@example.org")
        Membership.objects.create(
            organisation=self.shop.organisation, user=self.clerk, place_id=self.shop.place_id,
            role=OrganisationRole.SHOP_CLERK, valid_from=NOW,
        )  # fmt: skip

    def _refund(self) -> Campaign:
        """A campaign that is over, its refund announced, with something left for the tourist."""
        made = make_money_campaign(cap=CapKind.ISSUE, claim_by=ClaimBy.SALE)
        CouponSet.objects.create(
            campaign=made, medium="digital", price_yen=10_000, value_yen=12_000, sets_total=9
        )
        wallet = make_wallet(made, yen=12_000, person=self.wallet.person, sets=1,
                             valid_until=NOW.date() - timedelta(days=900))  # fmt: skip
        expire_wallet(wallet)
        Refund.objects.create(
            municipality=made.municipality, campaign=made, state=RefundState.ANNOUNCED,
            share="paid", claims_until=date(2099, 1, 1), contact="デモ 0267-00-0000",
            made_by=make_officer(), made_at=NOW, announced_at=NOW,
        )  # fmt: skip
        return made


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def signed_in(browser: Browser, live_server: Any) -> Iterator[SignedIn]:
    """Give a function that opens ``path`` for a user who signed in with a passkey."""
    contexts: list[BrowserContext] = []

    def open_page(user: User, path: str, *, of: Browser = browser, **options: Any) -> Page:
        context = new_context(of, base_url=live_server.url, **options)
        contexts.append(context)
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": passkey_session(user),
              "url": live_server.url}]
        )  # fmt: skip
        page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def passkey_session(user: User) -> str:
    key = session_of(user)
    store = import_module(settings.SESSION_ENGINE).SessionStore(key)
    store["account_authentication_methods"] = [{"method": "mfa", "type": "webauthn"}]
    store.save()
    return key
