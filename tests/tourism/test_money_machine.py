"""Any sequence of claims, redemptions, reversals, expiry, leases and settlement keeps every yen."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core.audit import SYSTEM
from core.database_clock import set_offset
from core.refusals import Refusal
from tests.tourism.money_factories import (
    NOW,
    make_money_campaign,
    make_money_shop,
    make_sale,
    make_till,
    make_tourist,
)
from tourism import ledger
from tourism.claims import Asking, claim_by_sign_in
from tourism.expiry import expire
from tourism.leases import issue_lease, settle_lease
from tourism.ledger_audit import audit_ledger
from tourism.models import Balance, CapKind, Redemption, Wallet
from tourism.offline_sales import OfflineEntry, upload_sales
from tourism.redemption import redeem
from tourism.reversals import reverse_by_shop
from tourism.wallet_codes import wallet_code

pytestmark = pytest.mark.slow
WHICH = st.integers(0, 30)


class Money(RuleBasedStateMachine):
    """Two campaigns, one of each cap, with budgets small enough to run out."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.hours = 0
        common: dict[str, Any] = {
            "per_person_yen": 2_000, "uses_per_shop_and_day": 3, "offline_limit_yen": 1_000,
            "valid_days": 1,
        }  # fmt: skip
        self.campaigns = [
            make_money_campaign(cap=cap, budget_yen=9_000, **common) for cap in CapKind.values
        ]
        self.shops = [make_money_shop() for _ in range(2)]
        self.tills = [make_till(shop) for shop in self.shops]
        self.people = [make_tourist() for _ in range(3)]
        self.leases: list[Any] = []
        self.sales: list[Any] = []
        self.minute = 0

    def pick(self, rows: Any, which: int) -> Any:
        found = list(rows)
        return found[which % len(found)] if found else None

    def attempt(self, work: Any) -> Any:
        try:
            with transaction.atomic():
                return work()
        except Refusal:
            return None

    @rule(which=WHICH, who=WHICH)
    def claim(self, which: int, who: int) -> None:
        self.minute += 1
        asking = Asking(
            person=self.pick(self.people, who), actor=SYSTEM,
            now=NOW + timedelta(minutes=self.minute),
        )  # fmt: skip
        self.attempt(lambda: claim_by_sign_in(self.pick(self.campaigns, which), asking))

    @rule(which=WHICH, where=WHICH, yen=st.integers(1, 1_500))
    def spend(self, which: int, where: int, yen: int) -> None:
        wallet = self.pick(Wallet.objects.order_by("pk"), which)
        if wallet is not None:
            sale = make_sale(wallet, self.pick(self.shops, where), coupon_yen=yen)
            self.sales.append(sale)
            self.attempt(lambda: redeem(sale))

    @rule(which=WHICH)
    def send_again(self, which: int) -> None:
        if self.sales:
            before = Redemption.objects.count()
            sale = self.pick(self.sales, which)
            known = Redemption.objects.filter(key=sale.key).exists()
            self.attempt(lambda: redeem(sale))
            assert not known or Redemption.objects.count() == before

    @rule(which=WHICH)
    def reverse(self, which: int) -> None:
        found = self.pick(Redemption.objects.order_by("pk"), which)
        if found is not None:
            self.attempt(
                lambda: reverse_by_shop(
                    found.pk, shop_id=found.shop_id, by=found.shop_id, reason="x", actor=SYSTEM,
                    now=NOW,
                )
            )  # fmt: skip

    @rule(which=WHICH, hours=st.integers(1, 30))
    def wait_and_expire(self, which: int, hours: int) -> None:
        self.hours += hours
        set_offset(connection, timedelta(hours=self.hours))
        expire(self.pick(self.campaigns, which))

    @rule(which=WHICH, where=WHICH)
    def lease(self, which: int, where: int) -> None:
        made = self.attempt(
            lambda: issue_lease(
                self.pick(self.campaigns, which), shop=self.pick(self.shops, where),
                device=self.pick(self.tills, where), actor=SYSTEM, now=NOW,
            )
        )  # fmt: skip
        if made is not None and made not in self.leases:
            self.leases.append(made)

    @rule(which=WHICH, whose=WHICH, yen=st.integers(1, 900))
    def sell_offline(self, which: int, whose: int, yen: int) -> None:
        lease = self.pick(self.leases, which)
        if lease is None:
            return
        wallet = self.pick(Wallet.objects.filter(campaign=lease.campaign).order_by("pk"), whose)
        if wallet is None:
            return
        self.minute += 1
        shown = datetime.now(UTC) + timedelta(hours=self.hours, seconds=self.minute)
        entry = OfflineEntry(
            number=lease.sales.count() + 1, wallet_code=wallet_code(wallet, now=shown),
            bill_yen=1_000, coupon_yen=yen, sold_at=shown,
        )  # fmt: skip
        self.attempt(lambda: upload_sales(lease, [entry], actor=SYSTEM, now=NOW))

    @rule(which=WHICH)
    def end_lease(self, which: int) -> None:
        lease = self.pick(self.leases, which)
        if lease is not None:
            settle_lease(lease, actor=SYSTEM, now=NOW)

    @rule(which=WHICH, where=WHICH)
    def pay(self, which: int, where: int) -> None:
        campaign, shop = self.pick(self.campaigns, which), self.pick(self.shops, where)
        owed = ledger.shop_payable(campaign.pk, shop.pk)
        if owed > 0:
            self.minute += 1
            ledger.payout(campaign.pk, shop.pk, owed, key=f"m{self.minute}")

    @invariant()
    def every_yen_is_somewhere_once(self) -> None:
        assert audit_ledger() == []
        for campaign in self.campaigns:
            values = Balance.objects.filter(account__campaign=campaign).values_list(
                "kind", "value_yen"
            )
            assert sum(yen for _kind, yen in values) == 0
            funded = -sum(yen for kind, yen in values if kind == "funding")
            assert funded == campaign.budget_yen

    def teardown(self) -> None:
        set_offset(connection, timedelta())
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)


class TestMoneyMachine(TestCase):
    def test_any_sequence_keeps_every_yen(self) -> None:
        run_state_machine_as_test(
            Money,
            settings=settings(
                max_examples=40, stateful_step_count=30, deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip
