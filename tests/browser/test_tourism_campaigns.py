"""Pages of campaigns, shops, settlement and paper: read by axe, on a desk and on a phone."""

from datetime import UTC, datetime

import pytest

from accounts.models import Membership, Role, User
from core.audit import SYSTEM
from tests.browser.harness import (
    OpenPage,
    assert_no_axe_violations,
    assert_no_sideways_scroll,
    assert_targets_are_big,
    needs_chromium,
)
from tests.tourism.campaign_factories import (
    NOW,
    make_application,
    make_bank,
    make_officer,
    make_plan,
    make_reviewed,
    make_shop,
)
from tests.tourism.money_factories import make_sale, make_wallet
from tourism.campaign_life import schedule_campaign
from tourism.models import Campaign, RiskFlag, ShopBankAccount
from tourism.paper_sheets import print_sheets
from tourism.redemption import redeem
from tourism.settlement import freeze_demo
from tourism.shop_accounts import propose_account

pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.django_db(transaction=True)]


def make_city() -> tuple[list[str], list[str], User]:
    """The staff's pages with something on each, the shop's pages, and its owner."""
    plan = make_plan(has_paper=True, per_person_yen=10_000)
    campaign = schedule_campaign(make_reviewed(plan, is_demo=True), actor=SYSTEM, now=NOW)
    Campaign.objects.update(
        starts_on="2026-01-01", ends_on="2099-12-31",
        assumptions=[{"field": "ends_on", "value": "2026-12-31", "reason": "no-end"}],
    )  # fmt: skip
    shop = make_shop(email="owner@shop.example")
    ShopBankAccount.objects.update(counts_from=datetime(2026, 1, 1, tzinfo=UTC))
    Membership.objects.update(valid_from=datetime(2026, 1, 1, tzinfo=UTC))
    propose_account(shop, make_bank(), proposed_by=make_officer(), actor=SYSTEM, now=NOW)
    wallet = make_wallet(campaign)
    redeem(make_sale(wallet, shop, coupon_yen=500, bill_yen=3_000))
    print_sheets(campaign, count=2, printed_by=make_officer(), actor=SYSTEM, now=NOW)
    batch = freeze_demo(campaign, made_by=make_officer(), actor=SYSTEM, now=datetime.now(UTC))
    RiskFlag.objects.create(
        municipality=campaign.municipality, campaign=campaign, rule="wallet-many-shops",
        subject_kind="wallet", subject=str(wallet.pk), window_starts_at=NOW, found_at=NOW,
        facts={"others": 5, "uses": 5, "yen": 500},
    )  # fmt: skip
    staff = [
        "/staff/campaigns/",
        f"/staff/campaigns/{campaign.pk}/",
        "/staff/campaigns/new/?like=komapay-2021-local",
        f"/staff/campaigns/{campaign.pk}/paper/",
        f"/staff/campaigns/{campaign.pk}/refund/",
        "/staff/listings/courses/new/",
        "/staff/shop-applications/",
        f"/staff/shop-applications/{make_application().pk}/",
        "/staff/shops/",
        f"/staff/shops/{shop.pk}/",
        "/staff/settlements/",
        f"/staff/settlements/{batch.pk}/",
        "/staff/misuse/",
        "/staff/wallets/",
        "/staff/offline-sales/",
    ]
    return staff, [f"/shop/own/{shop.pk}/"], User.objects.get(email="owner@shop.example")


@pytest.mark.parametrize(
    ("scheme", "width", "lang"),
    [("light", 1280, "ja"), ("dark", 320, "en"), ("light", 320, "ja-easy")],
)
def test_every_page_of_campaigns_can_be_read_and_reached(
    page_at: OpenPage, scheme: str, width: int, lang: str
) -> None:
    staff, own, owner = make_city()
    clerk = make_officer(Role.CAMPAIGN_CLERK, Role.CAMPAIGN_APPROVER, Role.TOURISM_EDITOR)
    for user, paths in ((clerk, staff), (owner, own)):
        page = page_at(paths[0], scheme=scheme, width=width, lang=lang, user=user)
        for path in [*paths, "/shop/apply/"]:
            answer = page.goto(path)
            assert answer is not None
            assert answer.ok, path
            assert_no_axe_violations(page)
            assert_no_sideways_scroll(page)
            assert_targets_are_big(page)
