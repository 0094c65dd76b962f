"""Look for misuse in what was spent, keep what was found once, and let a person decide.

Run it as often as liked: the same finding is the same row. Reading is a stream or one grouped
query, so that memory does not grow with the number of sales.
"""

from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.db import transaction
from django.db.models import Count, Min, Sum

from accounts.models import User
from core import audit
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _
from jp.clock import civil_date, start_of_day
from tourism.claims import block_wallet
from tourism.models import Campaign, FlagState, Redemption, RiskFlag, Wallet
from tourism.risk_rules import (
    CrowdRule,
    Finding,
    PairRule,
    ShopUses,
    Use,
    crowds,
    pairs,
    rules,
)

_COLUMN: Final = {"device": "device_id", "wallet": "wallet_id", "shop": "shop_id"}


class FlagDecided(Refusal):
    code = "risk-flag-decided"
    title = _("この気になる利用は、もう判断されています")
    next_step = _("一覧をもう一度ひらいてください。")
    status = HTTPStatus.CONFLICT


class FlagNoteNeeded(Refusal):
    code = "risk-flag-note-needed"
    title = _("判断した理由がありません")
    next_step = _("たしかめたことを書いてください。")


def detect(campaign: Campaign, *, since: datetime, now: datetime) -> int:
    """Apply every rule to what was spent since an instant; return how many findings are new."""
    new = 0
    for rule in rules():
        # All before the first is kept: SQLite does not read and write through one cursor.
        for finding in list(_findings(campaign, rule, since=since)):
            new += _keep(campaign, rule, finding, now=now)
    return new


def decide_flag(
    flag: RiskFlag,
    *,
    is_misuse: bool,
    note: str,
    decided_by: User,
    actor: Actor,
    now: datetime,
) -> RiskFlag:
    """Say whether it was misuse; a wallet is blocked then, by this person's decision."""
    if not note.strip():
        raise FlagNoteNeeded
    with transaction.atomic():
        locked = RiskFlag.objects.select_for_update().get(pk=flag.pk)
        if locked.state != FlagState.OPEN:
            raise FlagDecided
        locked.state = FlagState.CONFIRMED if is_misuse else FlagState.CLEARED
        locked.decided_by, locked.decided_at, locked.note = decided_by, now, note[:200]
        locked.save()
        if is_misuse and locked.subject_kind == "wallet":
            wallet = Wallet.objects.get(pk=locked.subject)
            block_wallet(wallet, reason=locked.rule, actor=actor, now=now)
        audit.record(
            "risk.decide",
            actor=actor,
            now=now,
            municipality=locked.municipality,
            object_type="risk-flag",
            object_id=locked.pk,
            outcome=locked.state,
        )
    return locked


def _findings(
    campaign: Campaign, rule: CrowdRule | PairRule, *, since: datetime
) -> Iterator[Finding]:
    match rule:
        case CrowdRule():
            return crowds(_uses(campaign, rule, since=since), rule)
        case PairRule():
            return pairs(_shop_uses(campaign, rule), rule)


def _uses(campaign: Campaign, rule: CrowdRule, *, since: datetime) -> Iterator[Use]:
    subject, counted = _COLUMN[rule.subject], _COLUMN[rule.counts]
    rows = (
        Redemption.objects.filter(campaign=campaign, at__gte=since)
        .order_by(subject, "at")
        .values_list(subject, counted, "at", "coupon_yen")
    )
    for one, other, at, yen in rows.iterator(chunk_size=2_000):
        yield Use(subject=one, counted=other, at=at, yen=yen)


def _shop_uses(campaign: Campaign, rule: PairRule) -> Iterator[ShopUses]:
    spent = Redemption.objects.filter(campaign=campaign)
    loyal = (
        spent.order_by()
        .values("wallet_id")
        .annotate(shops=Count("shop_id", distinct=True), uses=Count("pk"))
        .filter(shops=1, uses__gte=rule.uses_min)
        .values("wallet_id")
    )
    by_shop = {
        row["shop_id"]: row
        for row in spent.filter(wallet_id__in=loyal)
        .order_by()
        .values("shop_id")
        .annotate(
            loyal_uses=Count("pk"),
            loyal_wallets=Count("wallet_id", distinct=True),
            loyal_yen=Sum("coupon_yen"),
        )
    }
    rows = spent.order_by().values("shop_id").annotate(uses=Count("pk"), first_at=Min("at"))
    for row in rows.filter(shop_id__in=list(by_shop)):
        kept = by_shop[row["shop_id"]]
        yield ShopUses(
            shop=row["shop_id"],
            uses=row["uses"],
            loyal_uses=kept["loyal_uses"],
            loyal_wallets=kept["loyal_wallets"],
            loyal_yen=kept["loyal_yen"],
            # One finding a shop and day: what goes on is said again tomorrow, not each hour.
            first_at=start_of_day(civil_date(row["first_at"])),
        )


def _keep(
    campaign: Campaign, rule: CrowdRule | PairRule, finding: Finding, *, now: datetime
) -> bool:
    _flag, is_new = RiskFlag.objects.get_or_create(
        campaign=campaign,
        rule=rule.name,
        subject=str(finding.subject),
        window_starts_at=finding.starts_at,
        defaults={
            "municipality": campaign.municipality,
            "subject_kind": rule.subject,
            "facts": dict(finding.facts),
            "found_at": now,
        },
    )
    return is_new
