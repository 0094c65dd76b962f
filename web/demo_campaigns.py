"""The demo's coupon campaign and its shops: generated, marked デモ, made by the real processes.

One clerk makes the campaign and a second one reviews it; each shop applies and is accepted.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from accounts.members import make_member
from accounts.models import OrganisationRole, User
from core.audit import SYSTEM
from jp.clock import civil_date
from tourism.campaign_editing import CampaignText, make_campaign, review_campaign, submit_campaign
from tourism.campaign_life import schedule_campaign
from tourism.campaign_plan import CampaignPlan, FundingPlan, TierPlan
from tourism.models import Campaign, CampaignState, Shop, ShopKind
from tourism.shop_applications import (
    BankFields,
    ShopForm,
    accept_application,
    apply_shop,
)
from tourism.shop_life import add_clerk

SLUG: Final = "demo-saku"
SHOPS: Final = 700
SHOP_OWNER: Final = "shop@demo.example"
SHOP_CLERK: Final = "clerk@demo.example"
LODGING_CLERK: Final = "lodging@demo.example"
BUDGET_YEN: Final = 50_000_000
_DAYS_BEFORE, _DAYS_AFTER = 21, 37  # 59 days in all, as 39QR had
_TIERS: Final = ((500, 100), (1_000, 200), (2_500, 500), (5_000, 1_000), (10_000, 2_000))
_TOWNS: Final = (
    "中込", "岩村田", "臼田", "望月", "浅科", "野沢", "平賀", "小田井", "猿久保", "長土呂",
    "佐久平駅東", "取出町", "三塚", "常和", "根岸",
)  # fmt: skip
# What a shop is called, its kind, how many of a hundred.
_TRADES: Final = (
    ("食堂", "ショクドウ", ShopKind.RESTAURANT, 18),
    ("そば店", "ソバテン", ShopKind.RESTAURANT, 12),
    ("菓子店", "カシテン", ShopKind.RETAIL, 12),
    ("酒店", "サケテン", ShopKind.RETAIL, 10),
    ("青果店", "セイカテン", ShopKind.RETAIL, 14),
    ("雑貨店", "ザッカテン", ShopKind.RETAIL, 12),
    ("理容室", "リヨウシツ", ShopKind.SERVICE, 9),
    ("クリーニング店", "クリーニングテン", ShopKind.SERVICE, 5),
    ("旅館", "リョカン", ShopKind.LODGING, 5),
    ("タクシー", "タクシー", ShopKind.TRANSPORT, 3),
)
_BRANCHES: Final = ("381", "382", "383", "389")
_LARGE_EVERY: Final = 20  # every twentieth is a 大型店
Say = Callable[[str], None]


def prepare_campaigns(
    *, municipality: str, first: User, second: User, now: datetime, say: Say
) -> None:
    """Make the campaign and the shops that are not there yet."""
    if not Campaign.objects.filter(municipality=municipality, slug=SLUG).exists():
        _make_campaign(municipality, first=first, second=second, now=now)
    made = Shop.objects.filter(municipality=municipality, place__name__startswith="デモ").count()
    if made < SHOPS:
        say(f"Letting {SHOPS - made} demo shops apply and be accepted ...")
        with transaction.atomic():
            for form in list(_forms())[made:]:
                _open_shop(form, municipality=municipality, accepted_by=second, now=now)


def _make_campaign(municipality: str, *, first: User, second: User, now: datetime) -> None:
    today = civil_date(now)
    plan = CampaignPlan(
        cap="redemption",
        budget_yen=BUDGET_YEN,
        per_person_yen=10_000,
        rate_basis_points=2_000,
        tiers=tuple(TierPlan(min_spend_yen=bill, value_yen=value) for bill, value in _TIERS),
        uses_per_shop_and_day=1,
        starts_on=today - timedelta(days=_DAYS_BEFORE),
        ends_on=today + timedelta(days=_DAYS_AFTER),
        offline_limit_yen=30_000,
        has_paper=True,
        funding=(
            FundingPlan(name="国の交付金（デモ）", amount_yen=30_000_000),
            FundingPlan(name="市の一般財源（デモ）", amount_yen=20_000_000),
        ),
    )
    text = CampaignText(
        name={
            "ja": "デモ 佐久めぐり割",
            "ja-easy": "デモ {佐久|さく}めぐり{割|わり}",
            "en": "Demo: Saku Meguri discount",
        },
        text={
            "ja": "佐久のお店で使えるクーポンです。デモなので、本当のお金ではありません。",
            "ja-easy": "{佐久|さく}の {店|みせ}で {使|つか}える クーポンです。デモです。",
            "en": "Coupons for shops in Saku. This is a demo; no real money moves.",
        },
    )
    with transaction.atomic():
        draft = make_campaign(
            plan, municipality=municipality, slug=SLUG, text=text, made_by=first, actor=SYSTEM,
            now=now, is_demo=True,
        )  # fmt: skip
        submit_campaign(draft, actor=SYSTEM, now=now)
        reviewed = review_campaign(draft, reviewed_by=second, actor=SYSTEM, now=now)
        opened = schedule_campaign(reviewed, actor=SYSTEM, now=now)
        if opened.state != CampaignState.OPEN:
            raise ValueError("the demo campaign did not open")


def _forms() -> Iterator[ShopForm]:
    trades = [trade for trade in _TRADES for _one in range(trade[3])]
    for number in range(1, SHOPS + 1):
        # 37 has no factor in common with 100: every trade comes in its share, well mixed.
        word, kana, kind, _share = trades[number * 37 % len(trades)]
        town = _TOWNS[number % len(_TOWNS)]
        yield ShopForm(
            shop_name=f"デモ{word} {town}{number}号店",
            kind=kind,
            address=f"長野県佐久市{town}{number}番地（デモ）",
            phone="0267000000",
            contact_name="デモ",
            email=_email(number, kind),
            is_local=number % _LARGE_EVERY != 0,
            bank=BankFields(
                bank_code="0143",
                branch_code=_BRANCHES[number % len(_BRANCHES)],
                number=f"{number:07}",
                holder_kana=f"デモ{kana} {number}",
            ),
        )


def _email(number: int, kind: ShopKind) -> str:
    """The first shop is the one whose owner a visitor may be; one owner has all the others."""
    if number == 1:
        return SHOP_OWNER
    return LODGING_CLERK if kind == ShopKind.LODGING else "shops@demo.example"


def _open_shop(form: ShopForm, *, municipality: str, accepted_by: User, now: datetime) -> None:
    applied = apply_shop(form, municipality=municipality, actor=SYSTEM, now=now)
    shop = accept_application(applied, decided_by=accepted_by, actor=SYSTEM, now=now)
    if form.email == SHOP_OWNER:
        add_clerk(shop, email=SHOP_CLERK, actor=SYSTEM, now=now)
    if form.kind == ShopKind.LODGING:
        role = OrganisationRole.LODGING_CLERK
        make_member(shop.organisation, email=LODGING_CLERK, role=role, now=now)
