"""Two records of one person become one, and no yen is given twice or lost."""

from datetime import date, timedelta
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
from tests.tourism.visiting import make_campaign, make_shop as make_visited_shop
from tourism.ledger_audit import audit_ledger
from tourism.merged_wallets import MERGED, TwoPaidWallets
from tourism.models import CapKind, Receipt, StudyArm, VisitorProfile, WalletState
from tourism.models.visitors import AgeBand, Arm, Origin, Party
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


def test_what_a_visitor_said_in_two_accounts_is_one_answer_and_each_bill_once() -> None:
    kept, gone = make_twice()
    campaign, shop = make_campaign(), make_visited_shop()
    for person, band, hour in ((kept, AgeBand.values[0], 0), (gone, AgeBand.values[1], 1)):
        VisitorProfile.objects.create(
            person=person, campaign=campaign, origin=Origin.values[0], age_band=band,
            party=Party.values[0], answered_at=NOW + timedelta(hours=hour),
        )  # fmt: skip
        for bill_yen in (1_000, 2_000 + hour):
            Receipt.objects.create(
                person=person, campaign=campaign, shop=shop, bill_yen=bill_yen,
                spent_on=campaign.starts_on, written_at=NOW,
            )  # fmt: skip
        StudyArm.objects.create(
            person=person, campaign=campaign, arm=Arm.values[hour], drawn_at=NOW
        )
    merge_people(kept, gone, actor=SYSTEM, now=NOW)
    profile = VisitorProfile.objects.get(campaign=campaign)
    assert (profile.person_id, profile.age_band) == (kept.pk, AgeBand.values[1])
    assert {one.person_id for one in Receipt.objects.all()} == {kept.pk}
    assert sorted(Receipt.objects.values_list("bill_yen", flat=True)) == [1_000, 2_000, 2_001]
    assert StudyArm.objects.get(person=kept).arm == Arm.values[0]
    assert StudyArm.objects.get(person=gone).arm == Arm.values[1]


def test_a_lot_and_an_older_answer_of_the_closed_record_move_alone() -> None:
    kept, gone = make_twice()
    campaign = make_campaign()
    StudyArm.objects.create(person=gone, campaign=campaign, arm=Arm.values[0], drawn_at=NOW)
    said = {"campaign": campaign, "origin": Origin.values[0], "party": Party.values[0]}
    newer, older = AgeBand.values[0], AgeBand.values[1]
    VisitorProfile.objects.create(person=kept, age_band=newer, answered_at=NOW, **said)
    VisitorProfile.objects.create(
        person=gone, age_band=older, answered_at=NOW - timedelta(days=1), **said
    )
    merge_people(kept, gone, actor=SYSTEM, now=NOW)
    assert StudyArm.objects.get().person_id == kept.pk
    assert VisitorProfile.objects.get().age_band == newer
