"""The desk of a lodging: attest guests who stand there, hand each a code for the coupon."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from jp.clock import civil_date
from tourism.models import Campaign, CampaignState, Grant, Shop
from tourism.models.campaigns import ClaimBy, ShopKind
from tourism.stays import attest_check_in
from web.coupons import campaign_name
from web.forms.visitors import CheckInForm
from web.refusal_words import in_words
from web.spots import name_of


def _lodgings(request: HttpRequest) -> QuerySet[Shop]:
    rows = Shop.objects.filter(kind=ShopKind.LODGING).select_related("place")
    return policy.allowed(actor_of(request), "coupon.attest-stay", rows).order_by("place__name")


def _campaigns(municipalities: set[str], now: datetime) -> QuerySet[Campaign]:
    today = civil_date(now)
    return Campaign.objects.filter(
        municipality__in=municipalities, claim_by=ClaimBy.STAY, state=CampaignState.OPEN,
        starts_on__lte=today, ends_on__gte=today,
    ).order_by("slug")  # fmt: skip


@requires("coupon.attest-stay")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def lodging(request: HttpRequest) -> HttpResponse:
    """Attest a check-in. The codes are shown this once: nobody can read them again."""
    now, houses = timezone.now(), list(_lodgings(request))
    campaigns = list(_campaigns({house.municipality for house in houses}, now))
    form = CheckInForm(
        request.POST or None,
        houses=[(str(house.pk), name_of(house.place)) for house in houses],
        campaigns=[(str(one.pk), campaign_name(one)) for one in campaigns],
    )
    page: dict[str, Any] = {"form": form, "houses": houses, "campaigns": campaigns}
    if form.is_valid():
        house = get_object_or_404(_lodgings(request), pk=form.cleaned_data["house"])
        campaign = next(one for one in campaigns if str(one.pk) == form.cleaned_data["campaign"])
        try:
            page["codes"] = attest_check_in(
                campaign,
                place_id=house.place_id,
                guests=form.cleaned_data["guests"],
                nights=form.cleaned_data["nights"],
                actor=actor_of(request),
                now=now,
            )
        except Refusal as refusal:
            form.add_error(None, in_words(refusal))
        else:
            page["campaign_name"] = campaign_name(campaign)
            return render(request, "web/tourism/lodging_codes.html", page)
    page["today"] = Grant.objects.filter(
        place__in=[house.place_id for house in houses], stay_from=civil_date(now)
    ).count()
    status = 422 if form.is_bound else 200
    return render(request, "web/tourism/lodging.html", page, status=status)
