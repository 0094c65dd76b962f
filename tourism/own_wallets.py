"""What coupons keep of a person, for disclosure and erasure."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from core.refusals import gettext_noop as _
from tourism.models import CampaignState, PendingSale, Wallet
from tourism.use_days import used_at
from tourism.wallet_reading import redemptions_with_reversals


def export_wallets(person_id: UUID) -> object:
    """Return the wallets and what was spent out of each."""
    return [
        {
            "campaign": wallet.campaign.name.get("ja", ""),
            "number": wallet.number,
            "state": wallet.state,
            "granted_yen": wallet.granted_yen,
            "remaining_yen": wallet.remaining_yen,
            "spent": [
                {
                    "at": used_at(one).isoformat(),
                    "shop": one.shop.place.name,
                    "bill_yen": one.bill_yen,
                    "coupon_yen": one.coupon_yen,
                }
                for one in redemptions_with_reversals()
                .filter(wallet=wallet)
                .select_related("offline_sale")
            ],
        }
        for wallet in Wallet.objects.filter(person=person_id).select_related("campaign")
    ]


def wallets_hold(person_id: UUID, _now: datetime) -> Sequence[str]:
    """A campaign that is not closed keeps its claims: else somebody could claim twice."""
    is_open = (
        Wallet.objects.filter(person=person_id)
        .exclude(campaign__state=CampaignState.CLOSED)
        .exists()
    )
    return (
        [_("精算の終わっていないクーポンがあります。事業が終わるまで消せません。")]
        if is_open
        else []
    )


def erase_wallets(person_id: UUID, _now: datetime) -> None:
    """Let the wallets of closed campaigns be nobody's: the ledger keeps its yen, not the name."""
    PendingSale.objects.filter(wallet__person=person_id).delete()
    Wallet.objects.filter(person=person_id).update(person=None)
