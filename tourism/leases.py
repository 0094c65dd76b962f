"""Sell without a network: a lease bounds the loss before, the upload settles it after.

A lease sets money of the budget aside twice: LEASE for the sales themselves, and as much in
RESERVE for the case that each of them turns out to be spent elsewhere as well. The device gets a
signed statement of it, checks the city's signature on each wallet's QR, and stops at the amount.

A lease that is over does not end because the next one is taken: its sales may come for seven days.
Until then what it did not bring is taken off the next one's amount, so that a device never holds
more than the campaign's limit in all.
"""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet, Sum

from accounts.models import Device
from core import audit
from core.actor import Actor
from core.database_clock import database_now
from core.refusals import Refusal, gettext_noop as _
from jp.clock import civil_date
from signing import jws
from tourism import ledger
from tourism.campaign_shops import takes_part
from tourism.coupon_keys import active_signer
from tourism.ledger import Move
from tourism.models import (
    AccountKind,
    Campaign,
    CampaignState,
    Lease,
    LeaseState,
    OfflineOutcome,
    OfflineSale,
    Shop,
    ShopState,
    TxnKind,
)
from tourism.refusals import NotOpen, ShopNotActive, ShopNotInCampaign

LEASE_LIVES: Final = timedelta(hours=12)
UPLOAD_GRACE: Final = timedelta(days=7)  # after which what nobody brought goes back
SALES_MAY_COME: Final = (LeaseState.OPEN, LeaseState.LATE)
TYP: Final = "kaiteki-lease+jwt"


class NoOfflineSales(Refusal):
    code = "offline-not-offered"
    title = _("この事業では、ネットのないところでは使えません")
    next_step = _("ネットにつながるところで使ってください。")


class LateSalesFirst(Refusal):
    """What the device has not brought home is the whole limit."""

    code = "offline-late-sales-first"
    title = _("前に預けた分の取引が、まだとどいていません")
    next_step = _("前の取引を送ってから、もう一度行ってください。")
    status = HTTPStatus.CONFLICT


def issue_lease(
    campaign: Campaign, *, shop: Shop, device: Device, actor: Actor, now: datetime
) -> Lease:
    """Set money aside for one device; its open lease comes back where it has one.

    One that is over waits for its sales, and the new one is so much smaller.
    """
    if campaign.offline_limit_yen is None:
        raise NoOfflineSales
    if shop.state != ShopState.ACTIVE or shop.municipality != campaign.municipality:
        raise ShopNotActive
    if not takes_part(shop, campaign):
        raise ShopNotInCampaign
    with transaction.atomic():
        instant = database_now(connection)
        if campaign.state != CampaignState.OPEN or civil_date(instant) > campaign.ends_on:
            raise NotOpen
        Device.objects.select_for_update().get(pk=device.pk)
        open_one = Lease.objects.filter(
            campaign=campaign, device_id=device.pk, state=LeaseState.OPEN
        ).first()
        if open_one is not None:
            if open_one.expires_at > instant:
                return open_one
            _let_wait(open_one, actor=actor, now=now)
        amount_yen = campaign.offline_limit_yen - _not_home_yen(campaign, device)
        if amount_yen < 1:
            raise LateSalesFirst
        lease = Lease.objects.create(
            campaign=campaign,
            shop=shop,
            device_id=device.pk,
            amount_yen=amount_yen,
            issued_at=instant,
            expires_at=instant + LEASE_LIVES,
            token="",
        )
        lease.token = _signed(lease, now=now)
        lease.save(update_fields=["token"])
        _set_aside(lease)
        _audit("lease.issue", lease, actor=actor, now=now, yen=lease.amount_yen)
    return lease


def settle_lease(lease: Lease, *, actor: Actor, now: datetime) -> Lease:
    """End a lease: what it did not spend, and its share of the reserve, go back to the budget."""
    with transaction.atomic():
        locked = Lease.objects.select_for_update().get(pk=lease.pk)
        if locked.state == LeaseState.SETTLED:
            return locked
        campaign_id = locked.campaign_id
        held = ledger.account_of(campaign_id, AccountKind.LEASE, locked.pk)
        reserve = ledger.account_of(campaign_id, AccountKind.RESERVE)
        budget = ledger.account_of(campaign_id, AccountKind.BUDGET)
        rest = ledger.balance_yen(campaign_id, AccountKind.LEASE, locked.pk)
        share = locked.amount_yen - _paid_from_reserve(locked)
        ledger.post(
            TxnKind.LEASE_BACK,
            str(locked.pk),
            [
                Move(account=held, yen=-rest),
                Move(account=reserve, yen=-share),
                Move(account=budget, yen=rest + share),
            ],
            campaign_id=campaign_id,
        )
        locked.state, locked.settled_at = LeaseState.SETTLED, database_now(connection)
        locked.save(update_fields=["state", "settled_at"])
        _audit("lease.settle", locked, actor=actor, now=now, yen=rest + share)
    return locked


def _let_wait(lease: Lease, *, actor: Actor, now: datetime) -> None:
    """Keep the money of a lease that is over for its late sales; past the grace it ends."""
    locked = Lease.objects.select_for_update().get(pk=lease.pk)
    if locked.expires_at < database_now(connection) - UPLOAD_GRACE:
        settle_lease(locked, actor=actor, now=now)
        return
    locked.state = LeaseState.LATE
    locked.save(update_fields=["state"])
    _audit("lease.wait", locked, actor=actor, now=now, yen=locked.amount_yen - sold_yen(locked))


def _not_home_yen(campaign: Campaign, device: Device) -> int:
    """Return what the device may still bring of leases that are over; each upload waits for it.

    Their rows are locked: a sale that comes at the same instant is counted, or sees the new lease.
    """
    late = Lease.objects.select_for_update().filter(
        campaign=campaign, device_id=device.pk, state=LeaseState.LATE
    )
    return sum(lease.amount_yen - sold_yen(lease) for lease in late.order_by("pk"))


def settle_old_leases(campaign: Campaign, *, actor: Actor, now: datetime) -> int:
    """Settle what nobody brought home within the grace; return how many."""
    before = database_now(connection) - UPLOAD_GRACE
    old = Lease.objects.filter(campaign=campaign, state__in=SALES_MAY_COME, expires_at__lt=before)
    return len([settle_lease(lease, actor=actor, now=now) for lease in old])


def _set_aside(lease: Lease) -> None:
    campaign_id = lease.campaign_id
    ledger.post(
        TxnKind.LEASE,
        str(lease.pk),
        [
            Move(account=ledger.account_of(campaign_id, AccountKind.LEASE, lease.pk),
                 yen=lease.amount_yen),
            Move(account=ledger.account_of(campaign_id, AccountKind.RESERVE),
                 yen=lease.amount_yen),
            Move(account=ledger.account_of(campaign_id, AccountKind.BUDGET),
                 yen=-2 * lease.amount_yen),
        ],
        campaign_id=campaign_id,
    )  # fmt: skip


def _signed(lease: Lease, *, now: datetime) -> str:
    claims: dict[str, object] = {
        "lease": str(lease.pk),
        "campaign": str(lease.campaign_id),
        "shop": str(lease.shop_id),
        "device": str(lease.device_id),
        "yen": lease.amount_yen,
        "iat": int(lease.issued_at.timestamp()),
        "exp": int(lease.expires_at.timestamp()),
    }
    return jws.sign(claims, typ=TYP, signer=active_signer(lease.campaign.municipality, now=now))


def _audit(action: str, lease: Lease, *, actor: Actor, now: datetime, yen: int) -> None:
    audit.record(
        action, actor=actor, now=now, municipality=lease.campaign.municipality,
        object_type="lease", object_id=lease.pk, facts={"yen": yen},
    )  # fmt: skip


def lease_of(lease_id: UUID, device: Device) -> Lease | None:
    """Return the device's own lease; a shop's other devices have theirs."""
    return Lease.objects.filter(pk=lease_id, device_id=device.pk).first()


def offline_campaigns(shop: Shop) -> QuerySet[Campaign]:
    """Return the campaigns that the shop may prepare for now."""
    rows = Campaign.objects.filter(
        municipality=shop.municipality, state=CampaignState.OPEN, offline_limit_yen__isnull=False
    )
    here = [campaign.pk for campaign in rows if takes_part(shop, campaign)]
    return rows.filter(pk__in=here).prefetch_related("tiers").order_by("starts_on", "slug")


def open_leases(device: Device) -> QuerySet[Lease]:
    """Return what the device has not brought home yet."""
    rows = Lease.objects.filter(device_id=device.pk, state=LeaseState.OPEN)
    return rows.select_related("campaign").prefetch_related("campaign__tiers").order_by("pk")


def next_number(lease: Lease) -> int:
    """Return the number with which the upload goes on."""
    return lease.sales.count() + 1


def sold_yen(lease: Lease) -> int:
    """Return what was uploaded and paid."""
    sums = OfflineSale.objects.filter(lease=lease).aggregate(yen=Sum("redemption__coupon_yen"))
    return sums["yen"] or 0


def _paid_from_reserve(lease: Lease) -> int:
    return (
        OfflineSale.objects.filter(lease=lease, outcome=OfflineOutcome.DOUBLE).aggregate(
            yen=Sum("redemption__coupon_yen")
        )["yen"]
        or 0
    )
