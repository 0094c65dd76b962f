"""What waits for a member of staff today: one line a kind of work, with how much of it there is.

A line is shown to who may do that work; its number counts only rows that they may see.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext

from accounts.protection import waiting_lifts
from childcare.models import (
    Application,
    CapacityImport,
    CapacityImportState,
    Offer,
    OperatorChange,
    ParentAnswer,
    Round,
    RoundState,
    RuleSet,
    RuleSetStatus,
    RunState,
    StateOfApplication,
)
from core import policy
from core.actor import Actor
from core.refusals import gettext_noop as _
from disability_card.models import LedgerImport, LedgerImportState
from tourism.models import (
    BatchState,
    Campaign,
    CampaignState,
    FlagState,
    PayoutBatch,
    RiskFlag,
    Shop,
    ShopState,
)
from web.doors import address_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One kind of work: the page where it is done, who does it, the rows that wait."""

    route: str
    icon: str
    title: str
    action: str
    rows: Callable[[datetime], QuerySet[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One kind of work as the page of today shows it."""

    address: str
    icon: str
    title: str
    count: int


_WORK: Final = (
    Work(
        route="staff-protection-lifts",
        icon="people",
        title=_("2人めを待っている、守りの終わり"),
        action="staff.protection.decide",
        rows=lambda now: waiting_lifts(now=now),
    ),
    Work(
        route="staff-childcare-applications",
        icon="document",
        title=_("確かめる入園の申しこみ"),
        action="staff.childcare.application.read",
        rows=lambda _now: Application.objects.filter(
            state__in=(
                StateOfApplication.SUBMITTED,
                StateOfApplication.DOCUMENTS_MISSING,
                StateOfApplication.UNDER_REVIEW,
            )
        ),
    ),
    Work(
        route="staff-admission",
        icon="family",
        title=_("席を決める入園の回"),
        action="staff.childcare.round.run",
        rows=lambda _now: Round.objects.filter(
            state__in=(RoundState.REVIEW, RoundState.SELECTION)
        ).exclude(runs__state__in=(RunState.CERTIFIED, RunState.APPROVED_ONCE, RunState.APPROVED)),
    ),
    Work(
        route="staff-admission",
        icon="family",
        title=_("承認を待っている入所の決定"),
        action="staff.childcare.round.approve",
        rows=lambda _now: Round.objects.filter(
            runs__state__in=(RunState.CERTIFIED, RunState.APPROVED_ONCE)
        ).distinct(),
    ),
    Work(
        route="staff-admission",
        icon="family",
        title=_("家族に知らせるのを待っている入所の決定"),
        action="staff.childcare.round.publish",
        rows=lambda _now: Round.objects.filter(runs__state=RunState.APPROVED).distinct(),
    ),
    Work(
        route="staff-childcare-placing",
        icon="family",
        title=_("家族が承諾して、入園の決定を待っている子ども"),
        action="staff.childcare.offer.admit",
        rows=lambda _now: Offer.objects.filter(
            answer=ParentAnswer.ACCEPTED, application__state=StateOfApplication.ACCEPTED
        ),
    ),
    Work(
        route="staff-seats",
        icon="family",
        title=_("承認を待っている定員の表"),
        action="capacity.approve",
        rows=lambda _now: CapacityImport.objects.filter(state=CapacityImportState.CHECKED),
    ),
    Work(
        route="staff-rule-sets",
        icon="document",
        title=_("公開を待っている点数表"),
        action="staff.rule-set.publish",
        rows=lambda _now: RuleSet.objects.filter(status=RuleSetStatus.DRAFT),
    ),
    Work(
        route="staff-operator-changes",
        icon="people",
        title=_("承認を待っている園の引きつぎ"),
        action="staff.childcare.operator.change.decide",
        rows=lambda _now: OperatorChange.objects.filter(decision=""),
    ),
    Work(
        route="staff-ledger",
        icon="upload",
        title=_("承認を待っている台帳"),
        action="ledger.approve",
        rows=lambda _now: LedgerImport.objects.filter(state=LedgerImportState.CHECKED),
    ),
    Work(
        route="staff-campaigns",
        icon="ticket",
        title=_("2人めの確認を待っているクーポン事業"),
        action="campaign.review",
        rows=lambda _now: Campaign.objects.filter(
            state=CampaignState.DRAFT, submitted_at__isnull=False
        ),
    ),
    Work(
        route="staff-shop-applications",
        icon="shop",
        title=_("お店からの申しこみ"),
        action="shop.application.decide",
        rows=lambda _now: Shop.objects.filter(
            state__in=(ShopState.APPLIED, ShopState.UNDER_REVIEW)
        ),
    ),
    Work(
        route="staff-settlements",
        icon="yen",
        title=_("承認を待っている精算"),
        action="settlement.approve",
        rows=lambda _now: PayoutBatch.objects.filter(state=BatchState.DRAFT),
    ),
    Work(
        route="staff-risk",
        icon="alert",
        title=_("見てほしいクーポンの使われ方"),
        action="risk.decide",
        rows=lambda _now: RiskFlag.objects.filter(state=FlagState.OPEN),
    ),
)


def waiting_for(actor: Actor, *, now: datetime) -> list[Waiting]:
    """Return what waits for ``actor``, in the order of the menu, without what has no row."""
    return [
        Waiting(address=address, icon=work.icon, title=gettext(work.title), count=count)
        for work in _WORK
        if policy.may(actor, work.action)
        and (address := address_of(work.route))
        and (count := policy.allowed(actor, work.action, work.rows(now)).count())
    ]
