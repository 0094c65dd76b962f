"""What refunds keep of a person, for disclosure and erasure."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from core.refusals import gettext_noop as _
from tourism.models import RefundClaim, RefundState


def export_refunds(person_id: UUID) -> object:
    """Return what the person asked to have back, and where to."""
    claims = RefundClaim.objects.filter(wallet__person=person_id).select_related("wallet__campaign")
    return [
        {
            "campaign": claim.wallet.campaign.name.get("ja", ""),
            "number": claim.wallet.number,
            "unused_yen": claim.unused_yen,
            "refund_yen": claim.refund_yen,
            "way": claim.way,
            "account": claim.account,
            "claimed_at": claim.claimed_at.isoformat(),
        }
        for claim in claims
    ]


def refunds_hold(person_id: UUID, _now: datetime) -> Sequence[str]:
    """What was asked for and not yet paid needs the account."""
    waits = (
        RefundClaim.objects.filter(wallet__person=person_id)
        .exclude(refund__state=RefundState.PAID, round=None)
        .exclude(round__paid_at__isnull=False)
        .exists()
    )
    return [_("払いもどしが終わっていません。終わるまで消せません。")] if waits else []


def erase_refunds(person_id: UUID, _now: datetime) -> None:
    """Forget the account; the amount stays with the ledger's papers."""
    for claim in RefundClaim.objects.filter(wallet__person=person_id, account__isnull=False):
        claim.account = {}
        claim.save(update_fields=["account"])
