"""The closing statement of a campaign as a tagged PDF: every yen by funding line, batch and refund.

It may be drawn from the opening on, and says then that the campaign is not closed.
"""

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from core.pdf import pdf_ua
from core.print_fonts import print_font
from jp.clock import civil_date
from jp.eras import in_words
from tourism.funding_reports import FundingReport, funding_report
from tourism.models import Campaign, CampaignState, Refund, RefundState
from tourism.money_flow import MoneyFlow, money_flow


def closing_pdf(campaign: Campaign, *, now: datetime) -> bytes:
    """Return the statement as it stands at ``now``."""
    page = render_to_string("tourism/print/closing.html", closing_facts(campaign, now=now))
    return pdf_ua(page)


def closing_facts(campaign: Campaign, *, now: datetime) -> dict[str, Any]:
    """Return what the statement says; its sums are the ledger's, and it says if they disagree."""
    report, flow = funding_report(campaign), money_flow(campaign)
    return {
        "font": print_font().family,
        "name": campaign.name["ja"],
        "is_closed": campaign.state == CampaignState.CLOSED,
        "starts_on": in_words(campaign.starts_on),
        "ends_on": in_words(campaign.ends_on),
        "made_on": in_words(civil_date(now)),
        "closed_on": in_words(civil_date(campaign.closed_at)) if campaign.closed_at else "",
        "lines": _lines(report),
        "whole": _whole(report, flow, has_sets=campaign.sets.exists()),
        "agrees": flow.agrees,
        "batches": [
            {
                "number": one.number,
                "pay_on": in_words(one.pay_on),
                "numbers": _written(one.line_count, one.redemption_count, one.net_yen),
            }
            for one in campaign.batches.order_by("number")
        ],
        **_refund(campaign, report),
    }


def _lines(report: FundingReport) -> list[dict[str, Any]]:
    """Return a row for each funding line, and their sum: the columns of the statement."""
    rows = [
        (
            one.name,
            (
                one.funded_yen,
                one.spent_yen,
                one.given_back_yen,
                one.expired_yen,
                one.still_open_yen,
            ),
        )
        for one in report.shares
    ]
    sums = tuple(sum(column) for column in zip(*(yen for _name, yen in rows), strict=True))
    return [{"name": name, "yen": _written(*yen)} for name, yen in [*rows, ("合計", sums)]]


def _whole(report: FundingReport, flow: MoneyFlow, *, has_sets: bool) -> list[tuple[str, str]]:
    counts = _written(report.redemption_count, report.reversal_count)
    rows = [
        (f"お店が受けた（{counts[0]}件、うち取り消し {counts[1]}件）", report.to_shops_yen),
        ("お店に振りこんだ", flow.paid_yen),
        ("期限が切れた", report.expired_yen),
    ]
    if has_sets:
        rows += [
            ("セットを買った人が払った（払いもどしを引いた額）", report.bought_yen),
            ("買った人に払いもどした", report.refunded_yen),
            ("買った人のお金で、使われず申し出もなかった（財源へ）", report.forfeited_yen),
        ]
    return [(name, _written(yen)[0]) for name, yen in rows]


def _refund(campaign: Campaign, report: FundingReport) -> dict[str, Any]:
    found = Refund.objects.filter(campaign=campaign).first()
    if found is None:
        return {}
    told = found.announced_at
    return {
        "refund": found,
        "refund_count": found.claims.count(),
        "refunded": _written(report.refunded_yen)[0],
        "refund_from": in_words(civil_date(told)) if told else "",
        "refund_until": in_words(found.claims_until),
        "refund_state": RefundState(found.state).label,
    }


def _written(*numbers: int) -> list[str]:
    return [f"{number:,}" for number in numbers]
