"""What a shop is told of a settlement: its statement as CSV and as a page to print."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from django.template.loader import render_to_string
from django.utils.translation import gettext

from core.pdf import pdf_ua
from core.print_fonts import print_font
from core.refusals import gettext_noop as _
from jp.clock import civil_date
from jp.eras import in_words
from tourism.models import LineState, PayoutBatch, PayoutLine, Redemption, Shop
from tourism.use_days import used_at

_BATCH_COLUMNS: Final = (
    _("行"), _("加盟店番号"), _("お店"), _("件数"), _("利用額（円）"), _("取り消し（円）"),
    _("前回から（円）"), _("差引（円）"), _("状態"), _("もどった日"), _("もどった理由"),
)  # fmt: skip
_SHOP_COLUMNS: Final = (
    _("日時"), _("利用の番号"), _("会計（円）"), _("クーポン（円）"), _("取り消し"),
)  # fmt: skip


def batch_csv(batch: PayoutBatch) -> bytes:
    """Return every line of a batch, in the reader's language; the same bytes each time."""
    rows = (
        (
            line.number,
            line.shop.number,
            line.shop.place.name,
            line.redemption_count,
            line.gross_yen,
            line.reversed_yen,
            line.carried_yen,
            line.net_yen,
            LineState(line.state).label,
            line.returned_on or "",
            line.return_reason,
        )
        for line in batch.lines.select_related("shop__place").order_by("number")
    )
    return _csv(_BATCH_COLUMNS, rows)


def shop_csv(line: PayoutLine) -> bytes:
    """Return each redemption of one shop in one batch."""
    rows = (
        (
            used_at(one).isoformat(timespec="seconds"),
            one.pk,
            one.bill_yen,
            one.coupon_yen,
            gettext("取り消し") if hasattr(one, "reversal") else "",
        )
        for one in redemptions_of(line.shop, line.batch)
    )
    return _csv(_SHOP_COLUMNS, rows)


def redemptions_of(shop: Shop, batch: PayoutBatch) -> Iterator[Redemption]:
    """Return a shop's redemptions in a batch's period, in order, a few at a time."""
    rows = Redemption.objects.filter(shop=shop, campaign=batch.campaign, at__lt=batch.cut_at)
    if batch.starts_at:
        rows = rows.filter(at__gte=batch.starts_at)
    return (
        rows.select_related("reversal", "offline_sale")
        .order_by("at", "pk")
        .iterator(chunk_size=2_000)
    )


def statement_pdf(line: PayoutLine) -> bytes:
    """Return the statement of one shop in one batch as a tagged PDF."""
    batch = line.batch
    until = civil_date(batch.cut_at - timedelta(seconds=1))
    page = render_to_string(
        "tourism/print/statement.html",
        {
            "font": print_font().family,
            "line": line,
            "batch": batch,
            "campaign": batch.campaign.name["ja"],
            "count": f"{line.redemption_count:,}",
            "gross": f"{line.gross_yen:,}",
            "reversed": f"{line.reversed_yen:,}",
            "carried": f"{line.carried_yen:,}",
            "net": f"{line.net_yen:,}",
            "from_on": in_words(civil_date(batch.starts_at)) if batch.starts_at else "",
            "until_on": in_words(until),
            "pay_on": in_words(batch.pay_on),
            "account": masked(line.account) if line.account else "",
        },
    )
    return pdf_ua(page)


def masked(account: dict[str, str]) -> str:
    """Return an account as a letter may show it: the last three digits only."""
    number = account["number"].zfill(7)
    return f"{account['bank_kana']} {account['branch_kana']} ****{number[-3:]}"


def _csv(columns: Sequence[str], rows: Iterator[tuple[object, ...]]) -> bytes:
    """Return CSV with a BOM: the spreadsheet programs of shops take a bare file for Shift_JIS."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([gettext(column) for column in columns])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def safe_cell(cell: object) -> object:
    """Keep a shop's name from being run as a formula by a spreadsheet program."""
    if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t"}:
        return f"'{cell}"
    return cell
