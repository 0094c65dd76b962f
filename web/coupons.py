"""Coupons in words: the tickets of a wallet, and what a campaign gives."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import get_language, gettext as _

from disability_card.benefit_forms import in_language
from jp.clock import civil_date
from tourism.day_limits import uses_left
from tourism.models import Campaign, CampaignState, Shop, Tier, Wallet, WalletState
from tourism.refusals import DailyLimit, DayLimit, TooFast
from tourism.wallet_reading import last_day, shown_state, spendable_yen
from tourism.why_refused import why_not_here
from web.refusal_words import in_words

SOON_DAYS: Final = 8  # under so many the last day is said with the days that are left
_ENDED_WORDS: Final = (WalletState.EXPIRED, WalletState.EMPTY, WalletState.BLOCKED)


def campaign_name(campaign: Campaign) -> str:
    """Return a campaign's name in the reader's language."""
    return in_language(campaign.name, get_language() or "ja")


def ticket_of(
    campaign: Campaign, *, yen: int, min_spend_yen: int, until: date, today: date, address: str = ""
) -> dict[str, Any]:
    """Return one coupon as ``parts/ticket.html`` shows it."""
    days_left = (until - today).days
    return {
        "yen": yen,
        "name": campaign_name(campaign),
        "min_spend_yen": min_spend_yen,
        "until": until,
        "days_left": days_left,
        "is_soon": days_left < SOON_DAYS,
        "address": address,
    }


def tickets_of(wallet: Wallet, *, now: datetime) -> list[dict[str, Any]]:
    """Return what the wallet can still pay, the largest first: its tiers, or its whole rest."""
    today, left = civil_date(now), spendable_yen(wallet)
    if shown_state(wallet, today=today) != WalletState.ACTIVE or left == 0:
        return []
    address = reverse("wallet-show", kwargs={"wallet_id": wallet.pk})
    tiers: Iterable[Tier] = wallet.campaign.tiers.all()
    offers = [(tier.value_yen, tier.min_spend_yen) for tier in tiers] or [(left, 0)]
    return [
        ticket_of(
            wallet.campaign, yen=yen, min_spend_yen=least, until=last_day(wallet), today=today,
            address=address,
        )
        for yen, least in sorted(offers, reverse=True)
        if yen <= left
    ]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponHere:
    """A wallet at a shop today, in words; ``why`` is empty where it can be used."""

    wallet: Wallet
    name: str
    left_yen: int
    uses_left: int | None  # at this shop today; ``None``: as often as one likes
    why: str


def coupons_here(wallets: Iterable[Wallet], *, shop: Shop, at: datetime) -> list[CouponHere]:
    """Return the wallets that still hold something, each with what stands in its way here."""
    today = civil_date(at)
    return [
        CouponHere(
            wallet=wallet,
            name=campaign_name(wallet.campaign),
            left_yen=spendable_yen(wallet),
            uses_left=uses_left(wallet, shop=shop, day=today).here,
            why=_why_not_here(wallet, shop, at=at),
        )
        for wallet in wallets
        if tickets_of(wallet, now=at)
    ]


def _why_not_here(wallet: Wallet, shop: Shop, *, at: datetime) -> str:
    refusal = why_not_here(wallet, shop=shop, at=at)
    match refusal:
        case None:
            return ""
        case DailyLimit() | DayLimit():  # what comes next is the customer's, not the clerk's
            if civil_date(at) >= last_day(wallet):
                return _(refusal.title)
            return in_words(refusal, next_step=_(DayLimit.next_step))
        case TooFast():
            return in_words(refusal)
        case _:
            return _(refusal.title)


def wallet_page(wallets: Iterable[Wallet], *, now: datetime) -> dict[str, Any]:
    """Return a person's wallets as a page shows them: tickets, their sum, and what is over."""
    today = civil_date(now)
    tickets: list[dict[str, Any]] = []
    total, ended, first = 0, [], None
    for wallet in wallets:
        found = tickets_of(wallet, now=now)
        if found:
            tickets += found
            total += spendable_yen(wallet)
            first = first or wallet
        else:
            ended.append({"name": campaign_name(wallet.campaign), "why": _why(wallet, today)})
    return {
        "tickets": tickets,
        "total_yen": total,
        "ended": ended,
        "show_address": reverse("wallet-show", kwargs={"wallet_id": first.pk}) if first else "",
    }


def _why(wallet: Wallet, today: date) -> str:
    state = shown_state(wallet, today=today)
    if state in _ENDED_WORDS:
        return str(state.label)
    return _("予算が終わりました")


def kept_list(page: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a device may keep to show without a network: words, and no code to pay."""
    return {
        "total_yen": page["total_yen"],
        "tickets": [
            {
                name: ticket[name].isoformat() if name == "until" else ticket[name]
                for name in ("yen", "name", "min_spend_yen", "until")
            }
            for ticket in page["tickets"]
        ],
    }


def campaign_page(campaign: Campaign, *, now: datetime) -> dict[str, Any]:
    """Return a campaign as a stranger reads it."""
    today = civil_date(now)
    is_open = campaign.state == CampaignState.OPEN and (
        campaign.starts_on <= today <= campaign.ends_on
    )
    return {
        "campaign": campaign,
        "name": campaign_name(campaign),
        "text": in_language(campaign.text, get_language() or "ja") if campaign.text else "",
        "is_open": is_open,
        "address": reverse("coupon", kwargs={"slug": campaign.slug}),
        "tickets": [
            ticket_of(campaign, yen=tier.value_yen, min_spend_yen=tier.min_spend_yen,
                      until=campaign.ends_on, today=today)
            for tier in sorted(campaign.tiers.all(), key=lambda one: -one.value_yen)
        ],
        "percent": campaign.rate_basis_points / 100 if campaign.rate_basis_points else None,
        "state": campaign.get_state_display(),
    }  # fmt: skip
