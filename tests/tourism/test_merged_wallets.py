"""Two records of one person become one, and no yen is given twice or lost."""

from datetime import date
from typing import Any

import pytest

from accounts.merging import merge_people
from accounts.models import Person
from core.audit import SYSTEM
from tests.tourism.money_factories import (
    NOW,
    make_money_campaign,
    make_money_shop,
    make_sale,
    make_tourist,
    make_wallet,
)
from tourism.ledger_audit import audit_ledger
from tourism.merged_wallets import MERGED, TwoPaidWallets
from tourism.models import CapKind, WalletState
from tourism.redemption import redeem
from tourism.refusals import WalletNotAccepted

pytestmark = pytest.mark.django_db


def make_twice(**override: Any) -> tuple[Person, Person]:
    """Two records of one person, as a double sign-up leaves them."""
    good: dict[str, Any] = {"name": "見本 花子", "birth_date": date(1980, 1, 1)}
    return make_tourist(**(good | override)), make_tourist(**(good | override))


def test_a_wallet_of_the_merged_record_is_the_kept_persons() -> None:
    kept, gone = make_twice()
    wallet = make_wallet(make_money_campaign(cap=CapKind.ISSUE), person=gone)
    merge_people(kept, gone, actor=SYSTEM, now=NOW)
    wallet.refresh_from_db()
    assert (wallet.person_id, wallet.state) == (kept.pk, WalletState.ACTIVE)
    assert audit_ledger() == []


@pytest.mark.parametrize("used_by_kept", [True, False])
def test_of_two_claims_the_one_with_less_left_stays_and_the_other_is_blocked(
    used_by_kept: bool,
) -> None:
    kept, gone = make_twice()
    campaign, shop = make_money_campaign(), make_money_shop()
    used = make_wallet(campaign, person=kept if used_by_kept else gone)
    fresh = make_wallet(campaign, person=gone if used_by_kept else kept)
    redeem(make_sale(used, shop))
    merge_people(kept, gone, actor=SYSTEM, now=NOW)
    used.refresh_from_db()
    fresh.refresh_from_db()
    assert (used.person_id, used.state, used.remaining_yen) == (kept.pk, "active", 9_500)
    assert (fresh.person_id, fresh.state, fresh.blocked_reason) == (gone.pk, "blocked", MERGED)
    with pytest.raises(WalletNotAccepted):
        redeem(make_sale(fresh, shop))


def test_a_bought_set_stays_beside_a_free_claim() -> None:
    kept, gone = make_twice()
    campaign = make_money_campaign(cap=CapKind.ISSUE)
    free = make_wallet(campaign, person=kept, yen=500)
    bought = make_wallet(campaign, person=gone, sets=1)
    merge_people(kept, gone, actor=SYSTEM, now=NOW)
    bought.refresh_from_db()
    free.refresh_from_db()
    assert (bought.person_id, free.state) == (kept.pk, WalletState.BLOCKED)


def test_sets_bought_in_both_records_stop_the_merge_and_nothing_moves() -> None:
    kept, gone = make_twice()
    campaign = make_money_campaign(cap=CapKind.ISSUE)
    mine = make_wallet(campaign, person=kept, sets=1)
    other = make_wallet(campaign, person=gone, sets=1)
    with pytest.raises(TwoPaidWallets):
        merge_people(kept, gone, actor=SYSTEM, now=NOW)
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.person_id, other.person_id) == (kept.pk, gone.pk)
