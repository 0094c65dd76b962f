"""Two records of one person become one: what coupons keep of the person moves.

A person has one wallet a campaign. Where both records have one, the person claimed twice without
meaning harm: the wallet with less left stays, so that a merge gives nobody more, and the other is
blocked; what is in it expires on its day and goes back to the city. Sets were paid for with the
person's own money: two wallets with sets in one campaign stop the merge until one is refunded.
"""

from datetime import datetime
from http import HTTPStatus

from accounts.models import Person
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _
from tourism.claims import block_wallet
from tourism.models import PaperSheet, Wallet
from tourism.set_limits import lock_buyer

MERGED = "merged-record"


class TwoPaidWallets(Refusal):
    """Money that the person paid stands in both records."""

    code = "two-paid-wallets"
    title = _("同じ事業のセットを、2つの記録で買っています")
    next_step = _("1つのセットを払いもどしてから、記録を1つにしてください。")
    status = HTTPStatus.CONFLICT


def move_wallets(kept: Person, gone: Person, actor: Actor, now: datetime) -> None:
    """Give the wallets and paper sets of a merged record to the one that stays."""
    for person in sorted((kept.pk, gone.pk)):
        lock_buyer(person)
    mine = {one.campaign_id: one for one in _wallets_of(kept)}
    for wallet in _wallets_of(gone):
        twin = mine.get(wallet.campaign_id)
        if twin is None:
            Wallet.objects.filter(pk=wallet.pk).update(person=kept)
        else:
            _keep_one(twin, wallet, kept=kept, gone=gone, actor=actor, now=now)
    PaperSheet.objects.filter(person_id=gone.pk).update(person_id=kept.pk)


def _wallets_of(person: Person) -> list[Wallet]:
    return list(Wallet.objects.select_for_update().filter(person=person).order_by("pk"))


def _keep_one(
    one: Wallet, other: Wallet, *, kept: Person, gone: Person, actor: Actor, now: datetime
) -> None:
    if one.sets and other.sets:
        raise TwoPaidWallets
    # Paid before free, then the one that was used more.
    stays, ends = sorted((one, other), key=lambda wallet: (-wallet.sets, wallet.remaining_yen))
    # A person has one wallet a campaign, in between too.
    Wallet.objects.filter(pk=stays.pk).update(person=None)
    Wallet.objects.filter(pk=ends.pk).update(person=gone)
    Wallet.objects.filter(pk=stays.pk).update(person=kept)
    block_wallet(ends, reason=MERGED, actor=actor, now=now)
