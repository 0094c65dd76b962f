"""The papers of a refund: the list of whom to pay, and the bank's file of those by transfer."""

import csv
import io
from typing import Final

from django.conf import settings
from django.utils.translation import gettext

from core.refusals import gettext_noop as _
from tourism.models import Refund, RefundClaim, RefundRound, RefundState, RefundWay
from tourism.payouts import account_from
from tourism.refunds import RefundStateWrong
from tourism.statements import safe_cell
from tourism.zengin import Payer, Transfer, zengin_file

_COLUMNS: Final = (
    _("行"), _("クーポンの番号"), _("使っていない金額（円）"), _("払いもどす金額（円）"),
    _("払い方"),
    _("銀行"), _("支店"), _("口座番号"), _("口座名義"),
)  # fmt: skip


def claims_of(refund: Refund, paid_in: RefundRound | None = None) -> list[RefundClaim]:
    """Return the claims of a round, or of the last list, in the order of their lines."""
    rows = refund.claims.select_related("wallet", "round").filter(round=paid_in)
    return list(rows.order_by("pk"))


def refund_csv(refund: Refund, paid_in: RefundRound | None = None) -> bytes:
    """Return the list of whom to pay: by transfer with the account, in cash with the number."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([gettext(column) for column in _COLUMNS])
    for line, claim in enumerate(claims_of(refund, paid_in), start=1):
        account = claim.account or {}
        writer.writerow([
            line, claim.wallet.number, claim.unused_yen, claim.refund_yen,
            RefundWay(claim.way).label,
            *(safe_cell(account.get(name, "")) for name in
              ("bank_kana", "branch_kana", "number", "holder_kana")),
        ])  # fmt: skip
    return out.getvalue().encode("utf-8-sig")


def refund_bank_file(refund: Refund, paid_in: RefundRound | None = None) -> bytes:
    """Return the 総合振込 file of the claims by transfer; the same bytes each time."""
    is_listed = refund.state in {RefundState.LISTED, RefundState.PAID}
    listed = paid_in or (refund if is_listed else None)
    if listed is None or listed.pay_on is None:
        raise RefundStateWrong
    transfers = [
        Transfer(
            account=account_from(claim.account),
            amount_yen=claim.refund_yen,
            shop_number=0,
            line_number=line,
        )
        for line, claim in enumerate(claims_of(refund, paid_in), start=1)
        if claim.account  # whoever was paid and erased since has none
    ]
    payer = dict(listed.payer)
    return zengin_file(
        Payer(code=payer.pop("code"), account=account_from(payer)),
        transfers,
        pay_on=listed.pay_on,
        total_yen=sum(one.amount_yen for one in transfers),
        with_line_ends=settings.ZENGIN_LINE_ENDS,
    )
