"""Campaigns, shops and the city's people for tests: functions with a good default."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from accounts.models import Role, RoleAssignment, User
from core.actor import Actor, ActorKind, RoleGrant
from core.audit import SYSTEM
from tourism.campaign_catalogue import KnownCampaign
from tourism.campaign_editing import CampaignText, make_campaign, review_campaign, submit_campaign
from tourism.campaign_plan import CampaignPlan, FundingPlan, TierPlan
from tourism.models import Campaign, Shop, ShopApplication, ShopKind
from tourism.shop_applications import BankFields, ShopForm, accept_application, apply_shop

CITY = "202177"
NOW = datetime(2026, 12, 4, 3, 0, tzinfo=UTC)  # noon in Japan
_numbers = count(1)

TIERS = tuple(
    TierPlan(min_spend_yen=bill, value_yen=value)
    for bill, value in ((500, 100), (1_000, 200), (2_500, 500), (5_000, 1_000), (10_000, 2_000))
)


def make_plan(**override: Any) -> CampaignPlan:
    """Like 39QR, smaller."""
    good: dict[str, Any] = {
        "cap": "redemption",
        "budget_yen": 1_000_000,
        "per_person_yen": 10_000,
        "rate_basis_points": 2_000,
        "tiers": TIERS,
        "starts_on": date(2026, 12, 1),
        "ends_on": date(2027, 1, 31),
    }
    made = good | override
    made.setdefault("funding", (FundingPlan(name="市", amount_yen=made["budget_yen"]),))
    return CampaignPlan(**made)


def make_text(**override: Any) -> CampaignText:
    good: dict[str, Any] = {"name": {"ja": "デモ割", "ja-easy": "デモわり", "en": "Demo discount"}}
    return CampaignText(**(good | override))


def make_officer(*roles: Role, municipality: str = CITY) -> User:
    user = User.objects.create_user(f"officer{next(_numbers)}@city.example", is_staff=True)
    for role in roles:
        RoleAssignment.objects.create(
            user=user,
            role=role,
            municipality=municipality,
            valid_from=datetime(2020, 1, 1, tzinfo=UTC),
        )
    return user


def actor_of(user: User, *roles: Role, municipality: str = CITY) -> Actor:
    return Actor(
        kind=ActorKind.USER,
        user_id=user.pk,
        municipality=municipality,
        roles=frozenset(RoleGrant(role=role, municipality=municipality) for role in roles),
        assurance=2,
    )


def make_draft(plan: CampaignPlan | None = None, **override: Any) -> Campaign:
    good: dict[str, Any] = {
        "municipality": CITY,
        "slug": f"campaign-{next(_numbers)}",
        "text": make_text(),
        "made_by": override.pop("made_by", None) or make_officer(Role.CAMPAIGN_CLERK),
        "actor": SYSTEM,
        "now": NOW,
    }
    return make_campaign(plan or make_plan(), **(good | override))


def make_known(known: KnownCampaign, **override: Any) -> Campaign:
    """A draft as the form of the office keeps it: with what had to be assumed."""
    text = make_text(
        name=known.name,
        programme=known.programme,
        sources=known.sources,
        assumptions=[one.as_json() for one in known.assumptions],
    )
    return make_draft(known.plan, **({"slug": known.slug, "text": text} | override))


def make_reviewed(plan: CampaignPlan | None = None, **override: Any) -> Campaign:
    draft = submit_campaign(make_draft(plan, **override), actor=SYSTEM, now=NOW)
    return review_campaign(
        draft, reviewed_by=make_officer(Role.CAMPAIGN_APPROVER), actor=SYSTEM, now=NOW
    )


def make_bank(**override: Any) -> BankFields:
    good: dict[str, Any] = {
        "bank_code": "0143",
        "branch_code": "382",
        "number": f"{next(_numbers):07}",
        "holder_kana": "カ）デモショウテン",
    }
    return BankFields(**(good | override))


def make_shop_form(**override: Any) -> ShopForm:
    number = next(_numbers)
    good: dict[str, Any] = {
        "shop_name": f"デモ商店{number}",
        "kind": ShopKind.RETAIL,
        "address": "長野県佐久市中込1番地",
        "phone": "0267-62-1111",
        "contact_name": "デモ 花子",
        "email": f"owner{number}@shop.example",
        "bank": override.pop("bank", None) or make_bank(),
    }
    return ShopForm(**(good | override))


def make_application(**override: Any) -> ShopApplication:
    municipality = override.pop("municipality", CITY)
    form = make_shop_form(**override)
    return apply_shop(form, municipality=municipality, actor=SYSTEM, now=NOW)


def make_shop(**override: Any) -> Shop:
    return accept_application(
        make_application(**override),
        decided_by=make_officer(Role.CAMPAIGN_APPROVER),
        actor=SYSTEM,
        now=NOW,
    )
