"""Paper at the counter: give one sheet to whom an officer serves, print it, end a lost one."""

from typing import Any, Final, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from tourism.models import (
    Campaign,
    CampaignState,
    ClaimBy,
    PaperSheet,
    PaperState,
    SetMedium,
    SheetState,
    Wallet,
    WalletState,
)
from tourism.paper import hand_over, has_its_share, void_sheet
from tourism.paper_counter import give_sheet, replace_sheet
from tourism.paper_printing import render_sheets
from tourism.set_limits import BuyerNotNamed
from tourism.views.paper import person_at_counter, sheets_for
from tourism.views.staff_settlement import download
from tourism.wallet_reading import public_campaigns
from web.coupons import campaign_name
from web.keyed_forms import key_of, new_key
from web.refusal_words import in_words

CITY: Final = settings.DEFAULT_MUNICIPALITY
_SERIAL_CHARS_MAX: Final = 12
_DONE: Final = {
    "hand": gettext_noop("わたしたことを記録しました。"),
    "move": gettext_noop("なくした紙を止めて、のこりを新しい紙にうつしました。印刷します。"),
    "void": gettext_noop("無効にしました。使っていない分は予算にもどりました。"),
}


def _sheets_here(request: HttpRequest) -> QuerySet[PaperSheet]:
    """Return what may be seen at the counter: the served person's sheets, and a bearer's."""
    whose = Q(person_id__isnull=True)
    person = person_at_counter(actor_of(request))
    if person is not None:
        whose |= Q(person_id=person)
    return sheets_for(request).filter(whose)


@requires("paper.give")
@require_safe
@never_cache
def counter_paper(request: HttpRequest) -> HttpResponse:
    """What the served person has on paper, what they may get, and a sheet by its number."""
    person = person_at_counter(actor_of(request))
    serial = request.GET.get("q", "").strip().upper()[:_SERIAL_CHARS_MAX]
    rows = _sheets_here(request)
    mine = list(rows.filter(person_id=person).order_by("-pk")) if person else []
    found = (
        rows.filter(serial=serial).exclude(pk__in=[one.pk for one in mine])
        if serial
        else rows.none()
    )
    page = {
        "has_person": person is not None,
        "serial": serial,
        "sheets": [_shown(sheet) for sheet in [*found, *mine]],
        "offers": [_offer(one) for one in _campaigns(request) if _may_get(one, person)],
        "key": new_key(),
    }
    return render(request, "web/tourism/paper_counter.html", page)


def _campaigns(request: HttpRequest) -> QuerySet[Campaign]:
    rows = public_campaigns(CITY).filter(has_paper=True, state=CampaignState.OPEN)
    return policy.allowed(actor_of(request), "paper.give", rows).order_by("starts_on", "slug")


def _may_get(campaign: Campaign, person_id: UUID | None) -> bool:
    """Say whether a sheet may be offered: given away, one has a sheet or a phone's wallet."""
    if person_id is None:
        return False
    return campaign.claim_by == ClaimBy.SALE or not has_its_share(campaign, person_id)


def _offer(campaign: Campaign) -> dict[str, Any]:
    on_sale = campaign.sets.filter(medium=SetMedium.PAPER).first()
    return {
        "campaign": campaign,
        "name": campaign_name(campaign),
        "value_yen": on_sale.value_yen if on_sale else campaign.per_person_yen,
        "price_yen": on_sale.price_yen if on_sale else 0,
    }


def _shown(sheet: PaperSheet) -> dict[str, Any]:
    wallet = Wallet.objects.filter(pk=sheet.pk).first()
    used = list(
        sheet.coupons.filter(state=PaperState.USED)
        .select_related("used_in__place")
        .order_by("used_at")
    )
    is_handed = sheet.state == SheetState.HANDED
    is_good = is_handed and wallet is not None and wallet.state == WalletState.ACTIVE
    return {
        "row": sheet,
        "name": campaign_name(sheet.campaign),
        "left_yen": wallet.remaining_yen if wallet else 0,
        "used": used,
        "is_stopped": wallet is not None and wallet.state == WalletState.BLOCKED,
        "may_move": is_good and wallet is not None and wallet.remaining_yen > 0,
        "may_print": is_handed and not used,
        "may_hand": sheet.state == SheetState.PRINTED,
    }


@requires("paper.give")
@require_POST
def counter_paper_give(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Print one sheet for the served person and hand it over; a second tap is the same sheet."""
    campaign = get_object_or_404(_campaigns(request), pk=campaign_id)
    actor = actor_of(request)
    try:
        person = person_at_counter(actor)
        if person is None:
            raise BuyerNotNamed
        sheet = give_sheet(
            campaign, person_id=person, key=key_of(request), given_by=cast("User", request.user),
            actor=actor, now=timezone.now(),
        )  # fmt: skip
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        words = _("紙 %(serial)s を作りました。印刷してわたしてください。")
        messages.success(request, words % {"serial": sheet.serial})
    return redirect("counter-paper")


@requires("paper.sheet")
@require_POST
def counter_paper_change(request: HttpRequest, sheet_id: UUID, paper_step: str) -> HttpResponse:
    """Hand a printed sheet over, move the rest of a lost one, or make one void."""
    if paper_step not in _DONE:
        raise Http404
    sheet = get_object_or_404(_sheets_here(request), pk=sheet_id)
    try:
        shown = _change(request, sheet, paper_step)
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
        shown = sheet
    else:
        messages.success(request, _(_DONE[paper_step]))
    return redirect(f"{reverse('counter-paper')}?q={shown.serial}")


def _change(request: HttpRequest, sheet: PaperSheet, step: str) -> PaperSheet:
    actor, now, user = actor_of(request), timezone.now(), cast("User", request.user)
    match step:
        case "hand":
            person = person_at_counter(actor)
            return hand_over(sheet, handed_by=user, actor=actor, now=now, person_id=person)
        case "move":
            return replace_sheet(sheet, given_by=user, actor=actor, now=now)
        case _:
            return void_sheet(sheet, reason=_("なくした"), void_by=user, actor=actor, now=now)


@requires("paper.sheet")
@require_safe
@never_cache
def counter_paper_pdf(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Draw one sheet; drawn again, it is the same sheet."""
    sheet = get_object_or_404(_sheets_here(request).filter(state=SheetState.HANDED), pk=sheet_id)
    pdf = render_sheets([sheet], now=timezone.now())
    return download(pdf, name=f"{sheet.campaign.slug}-{sheet.serial}.pdf", kind="application/pdf")
