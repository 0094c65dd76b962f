"""Record what a stopped or broken till sold: one officer enters its file, another has it recorded.

The file goes the way of every upload, so all rules of `tourism.offline_sales` hold: a number of a
lease comes once, whoever brings it, and what was sold after the till was stopped is refused. A
till that is lost with its file has no sales: nobody's word stands for a code that the city signed.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.db import transaction

from accounts.two_people import are_one
from core import audit
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _
from tourism.models import HandoverState, Lease, OfflineHandover
from tourism.offline_sales import OfflineEntry, upload_sales

SALES_MAX: Final = 1_000


class HandoverRefused(Refusal):
    next_step = _("お店に、受けた端末の「ファイルにする」から もう一度出してもらってください。")


class HandoverOfNobody(HandoverRefused):
    """One answer for unknown leases and another city's."""

    code = "handover-unknown-lease"
    title = _("この市の端末のファイルではありません")


class HandoverTooLong(HandoverRefused):
    code = "handover-too-long"
    title = _("1つのファイルで受けとれるのは 1,000件までです")


class HandoverDecided(HandoverRefused):
    code = "handover-decided"
    title = _("このファイルは、もう決まりました")
    next_step = _("一覧で結果を見てください。")
    status = HTTPStatus.CONFLICT


class HandoverSecondPerson(HandoverRefused):
    code = "handover-second-person"
    title = _("入力した人とは別の人が記録します")
    next_step = _("もう一人の担当に、決めてもらってください。")


HANDOVER_REFUSALS: Final = (HandoverOfNobody, HandoverTooLong)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseSales:
    """What a till sold on one of its leases."""

    lease_id: UUID
    entries: Sequence[OfflineEntry]


def enter_handover(
    leases: Sequence[LeaseSales], *, municipalities: frozenset[str], reason: str, actor: Actor,
    now: datetime,
) -> OfflineHandover:  # fmt: skip
    """Keep a till's file for the second officer. The same file that waits already is one."""
    if actor.user_id is None:
        raise ValueError("an officer enters")
    entries = [entry for one in leases for entry in one.entries]
    if len(entries) > SALES_MAX:
        raise HandoverTooLong
    municipality = _city_of(leases, municipalities)
    content = [_as_json(one) for one in leases]
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).digest()
    with transaction.atomic():
        made, is_new = OfflineHandover.objects.get_or_create(
            municipality=municipality,
            digest=digest,
            state=HandoverState.WAITING,
            defaults={
                "reason": reason,
                "content": content,
                "sales": len(entries),
                "coupon_yen": sum(entry.coupon_yen for entry in entries),
                "entered_by": actor.user_id,
                "entered_at": now,
            },
        )
        if is_new:
            _audit("handover.enter", made, actor=actor, now=now)
    return made


def record_handover(handover: OfflineHandover, *, actor: Actor, now: datetime) -> OfflineHandover:
    """Upload the file's sales as the second officer; begun twice, each counts once."""
    if actor.user_id is None or are_one(handover.entered_by, actor.user_id, now=now):
        raise HandoverSecondPerson
    if handover.state != HandoverState.WAITING:
        raise HandoverDecided
    outcomes: Counter[str] = Counter()
    for one in map(_from_json, handover.content):
        outcomes += _upload(one, actor=actor, now=now)
    return _decide(handover, HandoverState.RECORDED, outcomes=outcomes, actor=actor, now=now)


def decline_handover(handover: OfflineHandover, *, actor: Actor, now: datetime) -> OfflineHandover:
    """Leave a file unrecorded: no money moves, so one person is enough."""
    return _decide(handover, HandoverState.DECLINED, outcomes={}, actor=actor, now=now)


def _upload(one: LeaseSales, *, actor: Actor, now: datetime) -> Counter[str]:
    """Return what became of one lease's sales, and for what the others were not taken."""
    lease, found = Lease.objects.get(pk=one.lease_id), Counter[str]()
    for at, entry in enumerate(one.entries):
        try:
            (row,) = upload_sales(lease, [entry], actor=actor, now=now)
        except Refusal as refusal:
            found[refusal.code] += len(one.entries) - at  # the later ones would leave a gap
            break
        found[row.outcome] += 1
    return found


def _decide(
    handover: OfflineHandover, state: HandoverState, *, outcomes: Mapping[str, int], actor: Actor,
    now: datetime,
) -> OfflineHandover:  # fmt: skip
    with transaction.atomic():
        locked = OfflineHandover.objects.select_for_update().get(pk=handover.pk)
        if locked.state != HandoverState.WAITING:
            raise HandoverDecided
        locked.state, locked.outcomes, locked.content = state, dict(outcomes), []
        locked.decided_by, locked.decided_at = actor.user_id, now
        locked.save(update_fields=["state", "outcomes", "content", "decided_by", "decided_at"])
        _audit(f"handover.{state}", locked, actor=actor, now=now)
    return locked


def _city_of(leases: Sequence[LeaseSales], municipalities: frozenset[str]) -> str:
    wanted = {one.lease_id for one in leases}
    rows = Lease.objects.filter(pk__in=wanted, campaign__municipality__in=municipalities)
    cities = list(rows.values_list("campaign__municipality", flat=True))
    if len(cities) != len(wanted) or len(set(cities)) != 1:
        raise HandoverOfNobody
    return cities[0]


def _as_json(one: LeaseSales) -> dict[str, object]:
    sales = [
        {
            "number": entry.number,
            "code": entry.wallet_code,
            "bill_yen": entry.bill_yen,
            "coupon_yen": entry.coupon_yen,
            "sold_at": entry.sold_at.isoformat(),
        }
        for entry in sorted(one.entries, key=lambda entry: entry.number)
    ]
    return {"lease": str(one.lease_id), "sales": sales}


def _from_json(kept: Mapping[str, object]) -> LeaseSales:
    sales = kept["sales"]
    if not isinstance(sales, list):
        raise TypeError("a handover keeps lists of sales")
    return LeaseSales(
        lease_id=UUID(str(kept["lease"])),
        entries=[
            OfflineEntry(
                number=sale["number"],
                wallet_code=sale["code"],
                bill_yen=sale["bill_yen"],
                coupon_yen=sale["coupon_yen"],
                sold_at=datetime.fromisoformat(sale["sold_at"]),
            )
            for sale in sales
        ],
    )


def _audit(action: str, handover: OfflineHandover, *, actor: Actor, now: datetime) -> None:
    audit.record(
        action, actor=actor, now=now, municipality=handover.municipality,
        object_type="handover", object_id=handover.pk,
        facts={"sales": handover.sales, "yen": handover.coupon_yen},
    )  # fmt: skip
