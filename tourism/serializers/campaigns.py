"""Shapes of campaigns as configuration."""

from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from tourism.campaign_catalogue import REASONS, plan_from
from tourism.campaign_editing import CampaignText, plan_of
from tourism.campaign_plan import CampaignPlan, issue_of
from tourism.campaign_preview import Preview, preview
from tourism.models import Campaign, CapKind, ClaimBy, Issuer, SetMedium, ShopKind
from tourism.prepaid_law import WORDS, NeedsRegistration, standing

_YEN_MAX = 10**12


def _yen(**more: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=_YEN_MAX, **more)


def _optional(most: int) -> serializers.IntegerField:
    return serializers.IntegerField(
        min_value=0, max_value=most, required=False, allow_null=True, default=None
    )


class TierShape(serializers.Serializer[Any]):
    """One coupon: from this bill on, worth this much."""

    min_spend_yen = _yen()
    value_yen = _yen()


class SetShape(serializers.Serializer[Any]):
    """One kind of set for sale."""

    sold_on = serializers.ChoiceField(choices=SetMedium.choices, source="medium")
    price_yen = _yen()
    value_yen = _yen()
    sets_total = serializers.IntegerField(min_value=0, max_value=10**7)


class FundingShape(serializers.Serializer[Any]):
    """Whose money, how much."""

    name = serializers.CharField(max_length=120)
    amount_yen = _yen()


class PlanShape(serializers.Serializer[Any]):
    """A campaign's configuration; days are civil dates in Japan, both ends included."""

    cap = serializers.ChoiceField(choices=CapKind.choices)
    budget_yen = _yen()
    per_person_yen = _yen()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    per_household_yen = _optional(_YEN_MAX)
    rate_basis_points = _optional(1_000_000)
    unit_yen = serializers.IntegerField(min_value=0, max_value=1_000_000, default=1)
    uses_per_shop_and_day = _optional(1_000)
    uses_per_day = _optional(1_000)
    valid_days = _optional(3_650)
    offline_limit_yen = _optional(10_000_000)
    issuer = serializers.ChoiceField(choices=Issuer.choices, default=Issuer.CITY)
    issuer_name = serializers.CharField(max_length=120, allow_blank=True, default="")
    issuer_registration = serializers.CharField(max_length=60, allow_blank=True, default="")
    claim_by = serializers.ChoiceField(choices=ClaimBy.choices, default=ClaimBy.SIGN_IN)
    residents_only = serializers.BooleanField(default=False)
    resident_on = serializers.DateField(required=False, allow_null=True, default=None)
    age_min = _optional(120)
    proof_level_min = serializers.IntegerField(min_value=0, max_value=2, default=0)
    shop_kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=ShopKind.choices), default=list
    )
    local_shops_only = serializers.BooleanField(default=False)
    sets_per_person = _optional(1_000)
    programme_sets_per_person = _optional(1_000)
    hold_out_basis_points = serializers.IntegerField(min_value=0, max_value=10_000, default=0)
    has_app = serializers.BooleanField(default=True)
    has_paper = serializers.BooleanField(default=False)
    settlement_days = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=31), default=lambda: [10, 25]
    )
    tiers = TierShape(many=True, default=list)
    sets = SetShape(many=True, default=list)
    funding = FundingShape(many=True, default=list)

    def plan(self) -> CampaignPlan:
        """Return what was sent as a plan; its faults are for ``check_plan``."""
        return plan_from(self.validated_data)


class WordsShape(serializers.Serializer[Any]):
    """One text in each language."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return a field a language; their names are no Python names."""
        return {
            "ja": serializers.CharField(max_length=2_000),
            "ja-easy": serializers.CharField(max_length=2_000, required=False, allow_blank=True),
            "en": serializers.CharField(max_length=2_000, required=False, allow_blank=True),
        }


class CampaignInput(serializers.Serializer[Any]):
    """A campaign as it is made or changed."""

    slug = serializers.SlugField(max_length=60)
    programme = serializers.SlugField(max_length=60, required=False, allow_blank=True, default="")
    name = WordsShape()
    text = WordsShape(required=False)
    plan = PlanShape()

    def campaign_text(self) -> CampaignText:
        """Return what stands around the plan."""
        given = self.validated_data
        return CampaignText(
            name=given["name"], text=given.get("text", {}), programme=given["programme"]
        )

    def campaign_plan(self) -> CampaignPlan:
        """Return the plan."""
        return plan_from(self.validated_data["plan"])


class BillShape(serializers.Serializer[Any]):
    """What a bill costs with a coupon."""

    bill_yen = serializers.IntegerField()
    coupon_yen = serializers.IntegerField()
    own_yen = serializers.IntegerField()


class PreviewOutput(serializers.Serializer[Any]):
    """What a person can get, and when it stops."""

    examples = BillShape(many=True)
    person_yen = serializers.IntegerField()
    person_pays_yen = serializers.IntegerField()
    bill_for_all_yen = serializers.IntegerField(allow_null=True)
    people_full = serializers.IntegerField()
    days = serializers.IntegerField()
    first_use_on = serializers.DateField()
    last_use_on = serializers.DateField()
    stops_when_spent = serializers.BooleanField()
    law = serializers.SerializerMethodField()

    def get_law(self, _shown: Preview) -> str:
        """Say why the coupons may be issued (資金決済法)."""
        return law_words(self.context["plan"])


def law_words(plan: CampaignPlan) -> str:
    """Return the sentence on 資金決済法 for a plan."""
    try:
        return gettext(WORDS[standing(issue_of(plan))])
    except NeedsRegistration as refusal:
        return gettext(refusal.title)


class AssumptionShape(serializers.Serializer[Any]):
    """A value that the source does not give (仮定)."""

    field = serializers.CharField()
    value = serializers.CharField()
    reason = serializers.SerializerMethodField()

    def get_reason(self, assumption: dict[str, str]) -> str:
        return gettext(REASONS.get(assumption["reason"], assumption["reason"]))


class CampaignOutput(serializers.ModelSerializer[Campaign]):
    """A campaign: its state, configuration, what it gives, and what was assumed."""

    plan = serializers.SerializerMethodField()
    preview = serializers.SerializerMethodField()
    assumptions = AssumptionShape(many=True)

    class Meta:
        model = Campaign
        fields = [
            "id",
            "municipality",
            "slug",
            "programme",
            "name",
            "text",
            "state",
            "version",
            "submitted_at",
            "reviewed_at",
            "sent_back_note",
            "is_demo",
            "sources",
            "assumptions",
            "plan",
            "preview",
        ]

    @extend_schema_field(PlanShape)
    def get_plan(self, campaign: Campaign) -> object:
        return PlanShape(plan_of(campaign)).data

    @extend_schema_field(PreviewOutput)
    def get_preview(self, campaign: Campaign) -> object:
        plan = plan_of(campaign)
        return PreviewOutput(preview(plan), context={"plan": plan}).data


class NoteInput(serializers.Serializer[Any]):
    """The reason that the other side reads."""

    note = serializers.CharField(max_length=200)
