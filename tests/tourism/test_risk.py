"""What looks like misuse, held to its limits on both sides; a person decides."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, strategies as st

from core.audit import SYSTEM
from tests.tourism.campaign_factories import NOW, make_officer
from tests.tourism.money_factories import (
    make_money_campaign,
    make_money_shop,
    make_sale,
    make_wallet,
)
from tourism.models import FlagState, RiskFlag, Wallet, WalletState
from tourism.redemption import redeem
from tourism.risk_detection import FlagDecided, FlagNoteNeeded, decide_flag, detect
from tourism.risk_rules import CrowdRule, PairRule, ShopUses, Use, crowds, pairs, rules

START = datetime(2026, 12, 4, 3, 0, tzinfo=UTC)
RULE = CrowdRule(
    name="test", subject="device", counts="wallet", minutes=5, most=3, about={"ja": "x"}
)


def uses(*minutes: float, subject: UUID | None = None) -> list[Use]:
    one = subject or uuid4()
    return [
        Use(subject=one, counted=uuid4(), at=START + timedelta(minutes=minute), yen=100)
        for minute in minutes
    ]


def test_more_than_the_limit_within_the_window_is_found_and_the_limit_is_not() -> None:
    assert list(crowds(uses(0, 1, 2), RULE)) == []
    (found,) = crowds(uses(0, 1, 2, 4.99), RULE)
    assert found.facts == {"others": 4, "uses": 4, "yen": 400, "minutes": 5}
    assert list(crowds(uses(0, 1, 2, 5), RULE)) == []


def test_the_same_one_again_and_again_is_no_crowd() -> None:
    same = [Use(subject=UUID(int=1), counted=UUID(int=2), at=START, yen=1)] * 20
    assert list(crowds(same, RULE)) == []


def test_subjects_are_not_mixed() -> None:
    assert list(crowds([*uses(0, 1), *uses(0, 1)], RULE)) == []


def test_one_long_burst_is_a_few_findings() -> None:
    found = list(crowds(uses(*(minute / 10 for minute in range(600))), RULE))
    assert 1 <= len(found) <= 12
    starts = [one.starts_at for one in found]
    assert starts == sorted(starts)


@given(minutes=st.lists(st.integers(0, 60), max_size=40).map(sorted))
def test_whatever_is_found_is_really_within_the_window(minutes: list[int]) -> None:
    every = uses(*minutes)
    for found in crowds(every, RULE):
        ends = found.starts_at + timedelta(minutes=5)
        inside = [use for use in every if found.starts_at <= use.at < ends]
        assert len(inside) >= found.facts["others"] > RULE.most


def test_a_shop_that_lives_on_people_who_go_nowhere_else_is_found() -> None:
    rule = PairRule(
        name="p", subject="shop", share_percent=80, wallets_min=5, uses_min=3, about={"ja": "x"}
    )

    def shop(**override: Any) -> ShopUses:
        good: dict[str, Any] = {
            "shop": UUID(int=1), "uses": 100, "loyal_uses": 80, "loyal_wallets": 5,
            "loyal_yen": 1, "first_at": START,
        }  # fmt: skip
        return ShopUses(**(good | override))

    assert len(list(pairs([shop()], rule))) == 1
    assert list(pairs([shop(loyal_uses=79)], rule)) == []
    assert list(pairs([shop(loyal_wallets=4)], rule)) == []
    assert list(pairs([shop(uses=0, loyal_uses=0)], rule)) == []


def test_the_rules_are_data_with_words_in_each_language() -> None:
    assert {rule.name for rule in rules()} == {
        "till-many-wallets",
        "wallet-many-shops",
        "only-each-other",
    }
    assert all({"ja", "ja-easy", "en"} <= rule.about.keys() for rule in rules())


@pytest.mark.django_db
class TestDetection:
    def spend_at_many_shops(self) -> Wallet:
        campaign = make_money_campaign()
        wallet = make_wallet(campaign)
        for _shop in range(5):
            redeem(make_sale(wallet, make_money_shop(), coupon_yen=100))
        return wallet

    def test_a_wallet_at_many_shops_is_flagged_once_and_still_works(self) -> None:
        wallet = self.spend_at_many_shops()
        since = NOW - timedelta(days=400)
        assert detect(wallet.campaign, since=since, now=NOW) == 1
        assert detect(wallet.campaign, since=since, now=NOW) == 0
        flag = RiskFlag.objects.get()
        assert (flag.rule, flag.subject, flag.state) == (
            "wallet-many-shops", str(wallet.pk), FlagState.OPEN,
        )  # fmt: skip
        wallet.refresh_from_db()
        assert wallet.state == WalletState.ACTIVE

    def test_a_shop_and_wallets_that_only_meet_each_other_are_flagged(self) -> None:
        campaign, shop = make_money_campaign(), make_money_shop()
        for _wallet in range(5):
            wallet = make_wallet(campaign)
            for _use in range(3):
                redeem(make_sale(wallet, shop, coupon_yen=100))
        detect(campaign, since=NOW - timedelta(days=400), now=NOW)
        flag = RiskFlag.objects.get(rule="only-each-other")
        assert flag.facts == {"others": 5, "uses": 15, "yen": 1_500, "share": 100}

    def test_a_person_decides_with_a_note_and_once(self) -> None:
        wallet = self.spend_at_many_shops()
        detect(wallet.campaign, since=NOW - timedelta(days=400), now=NOW)
        flag, officer = RiskFlag.objects.get(), make_officer()

        def decide(note: str, *, is_misuse: bool) -> RiskFlag:
            return decide_flag(
                flag, is_misuse=is_misuse, note=note, decided_by=officer, actor=SYSTEM, now=NOW
            )

        with pytest.raises(FlagNoteNeeded):
            decide(" ", is_misuse=True)
        decide("本人に聞いた", is_misuse=True)
        wallet.refresh_from_db()
        assert wallet.state == WalletState.BLOCKED
        with pytest.raises(FlagDecided):
            decide("やっぱり", is_misuse=False)
