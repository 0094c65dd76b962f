"""What the demo's coupons have to show: visitors who said who they are, a lodging, a refund.

Everything goes through the real functions; only the dates of the ended campaign are put back after
its sets were sold, for a demo does not wait for midnight.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from accounts.models import Person, User
from accounts.people import person_of
from core.audit import SYSTEM
from jp.clock import civil_date
from tourism.campaign_editing import CampaignText, make_campaign, review_campaign, submit_campaign
from tourism.campaign_life import move_due_campaigns, schedule_campaign
from tourism.campaign_plan import CampaignPlan, FundingPlan, SetPlan
from tourism.claims import Asking, claim_by_sign_in, sell_set
from tourism.expiry import expire
from tourism.insight.export import export_campaign
from tourism.models import (
    Campaign,
    RedemptionWay,
    RefundShare,
    Shop,
    ShopKind,
    ShopState,
    VisitorProfile,
    Wallet,
)
from tourism.models.visitors import AgeBand, Origin, Party
from tourism.redemption import Sale, redeem
from tourism.refund_rules import CLAIM_DAYS_MIN
from tourism.refunds import announce_refund, prepare_refund
from tourism.visitor_answers import answer_profile, keep_receipt

STAY: Final = "demo-stay"
SOLD: Final = "demo-sets"
VISITORS: Final = 160
_BILLS: Final = ((2_800, 500), (5_400, 1_000), (1_200, 200), (10_500, 2_000), (600, 100))
_ORIGINS: Final = (Origin.KANTO,) * 5 + (Origin.PREFECTURE,) * 3 + (Origin.CHUBU, Origin.CITY)
_AGES: Final = (AgeBand.THIRTIES, AgeBand.FORTIES, AgeBand.FIFTIES, AgeBand.OLDER)
_PARTIES: Final = (Party.FAMILY, Party.COUPLE, Party.FRIENDS)


def prepare_money(
    *, municipality: str, first: User, second: User, tourist: User, now: datetime
) -> None:
    """Make what is not there yet."""
    main = Campaign.objects.get(municipality=municipality, slug="demo-saku")
    if not VisitorProfile.objects.filter(campaign=main).exists():
        _let_visitors_come(main, now=now)
    if not Campaign.objects.filter(municipality=municipality, slug=STAY).exists():
        _open(_stay_plan(now), STAY, _STAY_TEXT, (first, second), municipality, now=now)
    if not Campaign.objects.filter(municipality=municipality, slug=SOLD).exists():
        with transaction.atomic():
            _sell_and_end(municipality, (first, second), tourist, now=now)


# -- visitors who came and said so --------------------------------------------------------------


def _let_visitors_come(campaign: Campaign, *, now: datetime) -> None:
    """Claim, answer, and spend at several shops: enough of each kind for insight to answer."""
    shops = list(
        Shop.objects.filter(
            municipality=campaign.municipality, state=ShopState.ACTIVE,
            kind__in=[ShopKind.RESTAURANT, ShopKind.RETAIL],
        ).select_related("place").order_by("number")[1:41]
    )  # fmt: skip
    for number in range(VISITORS):
        person = _person(campaign.municipality, f"visitor{number:03}@demo.example")
        asking = Asking(person=person, actor=SYSTEM, now=now)
        wallet = claim_by_sign_in(campaign, asking)
        answer_profile(
            person.pk, campaign, origin=_ORIGINS[number % 10], age_band=_AGES[number // 10 % 4],
            party=_PARTIES[number // 40 % 3], actor=SYSTEM, now=now,
        )  # fmt: skip
        for turn in range(1 + number % 3):
            shop = shops[(number * 7 + turn * 13) % len(shops)]
            _spend(campaign, wallet, shop, turn=number + turn, now=now)
    export_campaign(campaign, actor=SYSTEM, now=now)


def _spend(campaign: Campaign, wallet: Wallet, shop: Shop, *, turn: int, now: datetime) -> None:
    bill, coupon = _BILLS[turn % len(_BILLS)]
    redeem(
        Sale(
            campaign_id=campaign.pk, wallet_id=wallet.pk, shop_id=shop.pk, device_id=shop.pk,
            key=f"demo-{wallet.pk}-{turn}", bill_yen=bill, coupon_yen=coupon,
            way=RedemptionWay.SHOP_SCANS,
        )
    )  # fmt: skip
    if wallet.person_id is not None:
        keep_receipt(
            wallet.person_id, campaign, shop=shop, bill_yen=bill, spent_on=civil_date(now), now=now
        )


def _person(municipality: str, email: str) -> Person:
    user = User.objects.filter(email=email).first() or User.objects.create_user(email)
    return person_of(user, municipality=municipality)


# -- a lodging, and sets that were sold -----------------------------------------------------------


def _open(
    plan: CampaignPlan, slug: str, text: CampaignText, officers: tuple[User, User],
    municipality: str, *, now: datetime,
) -> Campaign:  # fmt: skip
    first, second = officers
    with transaction.atomic():
        draft = make_campaign(
            plan, municipality=municipality, slug=slug, text=text, made_by=first, actor=SYSTEM,
            now=now, is_demo=True,
        )  # fmt: skip
        submit_campaign(draft, actor=SYSTEM, now=now)
        reviewed = review_campaign(draft, reviewed_by=second, actor=SYSTEM, now=now)
        return schedule_campaign(reviewed, actor=SYSTEM, now=now)


def _stay_plan(now: datetime) -> CampaignPlan:
    today = civil_date(now)
    return CampaignPlan(
        cap="issue", budget_yen=2_000_000, per_person_yen=2_000, unit_yen=500, claim_by="stay",
        starts_on=today, ends_on=today + timedelta(days=60), valid_days=1,
        shop_kinds=("retail", "restaurant"),
        funding=(FundingPlan(name="市の一般財源（デモ）", amount_yen=2_000_000),),
    )  # fmt: skip


def _sell_and_end(
    municipality: str, officers: tuple[User, User], tourist: User, *, now: datetime
) -> None:
    """Sell two sets, end the campaign, and put its refund's notice up."""
    today = civil_date(now)
    plan = CampaignPlan(
        cap="issue", budget_yen=200_000, per_person_yen=24_000, unit_yen=500, claim_by="sale",
        starts_on=today, ends_on=today, sets_per_person=2,
        sets=(SetPlan(medium="digital", price_yen=10_000, value_yen=12_000, sets_total=100),),
        funding=(FundingPlan(name="市の一般財源（デモ）", amount_yen=200_000),),
    )  # fmt: skip
    campaign = _open(plan, SOLD, _SOLD_TEXT, officers, municipality, now=now)
    buyers = [person_of(tourist, municipality=municipality)]
    buyers += [_person(municipality, f"visitor{number:03}@demo.example") for number in range(3)]
    for person in buyers:
        asking = Asking(person=person, actor=SYSTEM, now=now)
        sell_set(campaign.sets.get(), asking, key=f"demo-{person.pk}")
    yesterday = today - timedelta(days=1)
    Campaign.objects.filter(pk=campaign.pk).update(
        starts_on=yesterday - timedelta(days=90), ends_on=yesterday
    )
    move_due_campaigns(actor=SYSTEM, now=now)
    ended = Campaign.objects.get(pk=campaign.pk)
    expire(ended)
    first, second = officers
    refund = prepare_refund(
        ended, share=RefundShare.PAID, claims_until=today + timedelta(days=CLAIM_DAYS_MIN + 5),
        contact="佐久市 商工振興課（デモ） 0267-00-0000", made_by=first, actor=SYSTEM, now=now,
    )  # fmt: skip
    announce_refund(refund, announced_by=second, actor=SYSTEM, now=now)


_STAY_TEXT: Final = CampaignText(
    name={
        "ja": "デモ 佐久に泊まる割",
        "ja-easy": "デモ {佐久|さく}に {泊|と}まる {割引|わりびき}",
        "en": "Demo: stay in Saku",
    },
    text={
        "ja": "佐久に泊まった人が、次の日までお店で使えます。",
        "ja-easy": "{佐久|さく}に {泊|と}まったら、{次|つぎ}の {日|ひ}まで {使|つか}えます。",
        "en": "For people who stay a night in Saku: good until the next day.",
    },
)
_SOLD_TEXT: Final = CampaignText(
    name={
        "ja": "デモ 佐久プレミアム券",
        "ja-easy": "デモ {佐久|さく}プレミアム{券|けん}",
        "en": "Demo: Saku premium sets",
    },
    text={
        "ja": "10,000円で 12,000円分使えるセットです。もう終わりました。",
        "ja-easy": "10,000{円|えん}で 12,000{円|えん} {使|つか}えました。もう {終|お}わりました。",
        "en": "A set worth 12,000 yen for 10,000. It is over.",
    },
)
