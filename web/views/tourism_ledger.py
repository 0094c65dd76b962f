"""The auditor's pages: all yen of a campaign, the four invariants, a sample for the hand."""

import csv
import secrets
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from core import audit, policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import gettext_noop as _
from tourism.ledger_audit import INVARIANTS, audit_ledger, draw_sample, yen_by_invariant
from tourism.models import AccountKind, Campaign, Posting
from tourism.money_flow import money_flow, waits_for_payday
from web.money_picture import HEIGHT, WIDTH, draw
from web.views.tourism_insight import name_of

INVARIANT_WORDS = {
    "no_lost_yen": _("なくなったお金"),
    "no_doubled_yen": _("二重に使ったお金"),
    "no_unfunded_yen": _("もとのないお金"),
    "no_homeless_yen": _("行き先のないお金"),
}
_ON_ITS_WAY = _("銀行に出した（支払いの日を待っている）")
PLACE_WORDS = {
    AccountKind.BUDGET: (_("予算"), _("まだ配っていない")),
    AccountKind.WALLET: (_("財布"), _("市民と旅行者がもっている")),
    AccountKind.LEASE: (_("オフラインの店"), _("ネットのない店に先にわたした")),
    AccountKind.RESERVE: (_("そなえ"), _("二重に使われたときに払う")),
    AccountKind.SHOP: (_("お店"), _("これから払う")),
    AccountKind.BANK_OUT: (_("銀行"), _("お店に払った")),
    AccountKind.EXPIRED: (_("期限切れ"), _("市にもどす")),
}


def _campaigns(request: HttpRequest) -> Any:
    rows = Campaign.objects.filter(accounts__isnull=False).distinct().order_by("-starts_on", "slug")
    return policy.allowed(actor_of(request), "money.audit", rows)


@requires("money.audit")
def money_list(request: HttpRequest) -> HttpResponse:
    """Choose a campaign; with one, go there."""
    found = list(_campaigns(request)[:100])
    if len(found) == 1:
        return redirect("staff-money-campaign", campaign_id=found[0].pk)
    shown = [{"pk": one.pk, "shown_name": name_of(one)} for one in found]
    return render(request, "web/staff/money_list.html", {"campaigns": shown})


@requires("money.audit")
def money_campaign(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Show that every yen is somewhere, or which is not."""
    campaign = get_object_or_404(_campaigns(request), pk=campaign_id)
    flow, broken = money_flow(campaign), audit_ledger()
    yen, waits = yen_by_invariant(broken), waits_for_payday(campaign)
    page = {
        "campaign": campaign,
        "name": name_of(campaign),
        "flow": flow,
        "is_whole": flow.agrees and not broken,
        "picture": draw(flow, is_paid=not waits),
        "width": WIDTH,
        "height": HEIGHT,
        "places": [
            {"name": PLACE_WORDS[place.kind][0],
             "means": _ON_ITS_WAY if waits and place.kind == AccountKind.BANK_OUT
             else PLACE_WORDS[place.kind][1],
             "yen": place.yen, "postings": place.postings}
            for place in flow.places
        ],
        "postings": sum(place.postings for place in flow.places),
        "promises": [
            {"name": INVARIANT_WORDS[name], "code": name, "yen": yen[name]} for name in INVARIANTS
        ],
        "broken": [
            {"promise": INVARIANT_WORDS[one.invariant], "broken": one} for one in broken
        ],
        "seen_at": timezone.now(),
    }  # fmt: skip
    return render(request, "web/staff/money.html", page)


@requires("money.audit")
@require_POST
def money_draw(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Draw 20 redemptions; that it was done stands in the audit trail."""
    campaign = get_object_or_404(_campaigns(request), pk=campaign_id)
    seed = secrets.token_hex(4)
    audit.record(
        "money.sample", actor=actor_of(request), now=timezone.now(),
        municipality=campaign.municipality, object_type="campaign", object_id=campaign.pk,
        facts={"seed": seed},
    )  # fmt: skip
    return redirect("staff-money-sample", campaign_id=campaign.pk, seed=seed)


@requires("money.audit")
def money_sample(request: HttpRequest, campaign_id: UUID, seed: str) -> HttpResponse:
    """Show the sample of a seed, with each redemption's both sides, to be held beside receipts."""
    campaign = get_object_or_404(_campaigns(request), pk=campaign_id)
    rows = draw_sample(campaign.pk, seed=seed)
    sides: dict[UUID, list[Posting]] = {}
    for one in Posting.objects.filter(txn__in=[row.pk for row in rows]).select_related("account"):
        sides.setdefault(one.txn_id, []).append(one)
    page = {
        "campaign": campaign,
        "name": name_of(campaign),
        "seed": seed,
        "rows": [
            {"redemption": row, "sides": sides.get(row.pk, []),
             "sums": sum(side.amount_yen for side in sides.get(row.pk, [])) == 0}
            for row in rows
        ],
    }  # fmt: skip
    return render(request, "web/staff/money_sample.html", page)


@requires("money.audit")
def money_record(request: HttpRequest, campaign_id: UUID) -> StreamingHttpResponse:
    """Give the campaign's postings as CSV, each movement a line a side; no person is in it."""
    campaign = get_object_or_404(_campaigns(request), pk=campaign_id)
    answer = StreamingHttpResponse(_lines(campaign), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="ledger-{campaign.slug}.csv"'
    return answer


class _Line:
    """A file whose ``write`` gives the line back."""

    def write(self, line: str) -> str:
        return line


def _lines(campaign: Campaign) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff"
    yield writer.writerow(["at", "txn", "kind", "account", "of", "yen"])
    rows = Posting.objects.filter(txn__campaign=campaign).order_by("txn_id", "account_id")
    names = ("txn__at", "txn_id", "txn__kind", "account__kind", "account__ref", "amount_yen")
    for at, *rest in rows.values_list(*names).iterator(chunk_size=2_000):
        yield writer.writerow([at.isoformat(), *rest])
