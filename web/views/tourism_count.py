"""町をよくするための集計: three answers and receipts, freely given."""

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.consents import has_consented
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from tourism.models import Campaign, Receipt, Shop, ShopState, StudyArm, VisitorProfile, Wallet
from tourism.models.visitors import AgeBand, Origin, Party
from tourism.visitor_answers import PURPOSE, answer_profile, keep_receipt
from tourism.wallet_reading import public_campaigns
from web.coupons import campaign_name
from web.forms.visitors import ProfileForm, ReceiptForm
from web.person_first import person_first
from web.refusal_words import in_words

CITY: Final = settings.DEFAULT_MUNICIPALITY


def _campaign(person: UUID) -> Campaign | None:
    """Return the newest campaign in which the person drew a lot or holds coupons."""
    mine = set(Wallet.objects.filter(person=person).values_list("campaign", flat=True))
    mine |= set(StudyArm.objects.filter(person=person).values_list("campaign", flat=True))
    return public_campaigns(CITY).filter(pk__in=mine).first()


def _receipt_form(data: Any = None) -> ReceiptForm:
    form = ReceiptForm(data)
    shops = Shop.objects.filter(municipality=CITY, state=ShopState.ACTIVE).select_related("place")
    form.fields["shop"].queryset = shops.order_by("place__name")  # type: ignore[attr-defined]
    return form


@person_first
@requires("coupon.claim")
@require_http_methods(["GET", "HEAD", "POST"])
def count(request: HttpRequest) -> HttpResponse:
    """Say who one is, once a campaign; then the receipts."""
    actor, now = actor_of(request), timezone.now()
    person = actor.person_id
    campaign = _campaign(person) if person and actor.on_behalf_of is None else None
    if person is None or campaign is None:
        return render(request, "web/tourism/count_none.html")
    profile = VisitorProfile.objects.filter(person=person, campaign=campaign).first()
    initial = {} if profile is None else {
        "origin": profile.origin, "age_band": profile.age_band, "party": profile.party,
    }  # fmt: skip
    form = ProfileForm(request.POST or None, initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        answer_profile(
            person, campaign, origin=Origin(given["origin"]), age_band=AgeBand(given["age_band"]),
            party=Party(given["party"]), actor=actor, now=now,
        )  # fmt: skip
        messages.success(request, _("ありがとうございます。集計に入れました。"))
        return redirect("coupon-count")
    page = {
        "form": form,
        "name": campaign_name(campaign),
        "is_counted": profile is not None and has_consented(person, PURPOSE),
        "receipt_form": _receipt_form(),
        "receipts": Receipt.objects.filter(person=person, campaign=campaign).count(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "web/tourism/count.html", page, status=status)


@person_first
@requires("coupon.claim")
@require_POST
def receipt(request: HttpRequest) -> HttpResponse:
    """Keep one bill for the count."""
    actor, now = actor_of(request), timezone.now()
    person = actor.person_id
    campaign = _campaign(person) if person and actor.on_behalf_of is None else None
    form = _receipt_form(request.POST)
    if person is not None and campaign is not None and form.is_valid():
        try:
            keep_receipt(person, campaign, now=now, **form.cleaned_data)
        except Refusal as refusal:
            messages.error(request, in_words(refusal))
        else:
            messages.success(request, _("レシートを入れました。"))
    else:
        messages.error(request, _("お店、金額、日を書いてください。"))
    return redirect("coupon-count")
