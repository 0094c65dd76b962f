"""Prints what one settlement of N redemptions over M shops costs, as one JSON object."""

import json
import resource
import sys
import time
from datetime import date, timedelta
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402  after setup
from django.db import connection  # noqa: E402

from accounts.models import Organisation, Role, RoleAssignment, User  # noqa: E402
from core.audit import SYSTEM  # noqa: E402
from jp.clock import start_of_day  # noqa: E402
from places.models import Place  # noqa: E402
from tourism import ledger  # noqa: E402
from tourism.banks import checked_account  # noqa: E402
from tourism.models import (  # noqa: E402
    Account,
    AccountKind,
    Balance,
    Campaign,
    FundingLine,
    PayoutBatch,
    Shop,
    ShopBankAccount,
)
from tourism.payouts import approve_batch, bank_file, send_batch  # noqa: E402
from tourism.settlement import freeze_batch  # noqa: E402
from tourism.statements import batch_csv  # noqa: E402

CITY = "202177"
CUT = date(2026, 12, 10)
NOW = start_of_day(CUT) + timedelta(hours=9)
COUPON_YEN = 100


def make_world(count: int, shops: int) -> Campaign:
    """Make the campaign, its shops and their accounts, without a single sale."""
    budget = count * COUPON_YEN
    campaign = Campaign.objects.create(
        municipality=CITY, slug="bench", name={"ja": "計測"}, state="open", cap="redemption",
        budget_yen=budget, per_person_yen=10_000, starts_on=date(2026, 10, 1),
        ends_on=date(2026, 12, 31), settlement_days=[10, 25], opened_at=NOW,
    )  # fmt: skip
    FundingLine.objects.create(campaign=campaign, order=1, name="市", amount_yen=budget)
    organisation = Organisation.objects.create(municipality=CITY, name="計測", kind="shop")
    places = Place.objects.bulk_create(
        Place(municipality=CITY, number=f"B{number:05}", name=f"計測{number}")
        for number in range(shops)
    )
    made = Shop.objects.bulk_create(
        Shop(municipality=CITY, number=number, place=place, organisation=organisation,
             state="active")
        for number, place in enumerate(places, start=1)
    )  # fmt: skip
    bank = checked_account(
        bank_code="0143", branch_code="382", kind="1", number="1", holder_kana="ケイソク"
    )
    kept = {name: str(getattr(bank, name)) for name in bank.__dataclass_fields__}
    ShopBankAccount.objects.bulk_create(
        ShopBankAccount(shop=shop, account=kept, state="approved", proposed_at=NOW,
                        counts_from=NOW - timedelta(days=30))
        for shop in made
    )  # fmt: skip
    ledger.open_campaign_account(campaign, actor=SYSTEM, now=NOW)
    accounts = Account.objects.bulk_create(
        Account(campaign=campaign, kind=AccountKind.SHOP, ref=shop.pk) for shop in made
    )
    Balance.objects.bulk_create(
        Balance(account=account, kind=AccountKind.SHOP) for account in accounts
    )
    return campaign


def fill(campaign: Campaign, count: int) -> None:
    """Post ``count`` redemptions as the redemption's statement does: two postings each."""
    budget = ledger.account_of(campaign.pk, AccountKind.BUDGET).pk
    with connection.cursor() as cursor:
        cursor.execute(
            """CREATE TEMP TABLE shop_account AS
            SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM tourism_account
            WHERE kind = 'shop'"""
        )
        cursor.execute("SELECT count(*) FROM shop_account")
        (shops,) = cursor.fetchone()
        cursor.execute(
            """CREATE TEMP TABLE sale AS
            SELECT gen_random_uuid() AS id, n %% %s AS place,
                %s::timestamptz - interval '30 days' * (n::float / %s) - interval '1 hour' AS at
            FROM generate_series(1, %s) n""",
            [shops, start_of_day(CUT), count, count],
        )
        cursor.execute(
            """INSERT INTO tourism_txn (id, campaign_id, kind, key, at, reverses_id)
            SELECT id, %s, 'redeem', NULL, at, NULL FROM sale""",
            [campaign.pk],
        )
        cursor.execute(
            """INSERT INTO tourism_posting (txn_id, account_id, amount_yen)
            SELECT sale.id, %s, -%s FROM sale
            UNION ALL
            SELECT sale.id, shop_account.id, %s FROM sale JOIN shop_account USING (place)""",
            [budget, COUPON_YEN, COUPON_YEN],
        )
        cursor.execute(
            """UPDATE tourism_balance b SET value_yen = b.value_yen + s.yen FROM (
                SELECT account_id, sum(amount_yen) AS yen FROM tourism_posting p
                JOIN tourism_txn t ON t.id = p.txn_id WHERE t.kind = 'redeem' GROUP BY 1) s
            WHERE s.account_id = b.account_id"""
        )
        cursor.execute("ANALYZE")


def officer(number: int) -> User:
    user = User.objects.create_user(f"bench{number}@city.example", is_staff=True)
    RoleAssignment.objects.create(
        user=user, role=Role.CAMPAIGN_APPROVER, municipality=CITY, valid_from=NOW
    )
    return user


def settle(campaign: Campaign) -> dict[str, Any]:
    """Freeze, approve twice, write the file and the statement, book the payouts."""
    start = time.perf_counter()
    batch = freeze_batch(campaign, cut_on=CUT, made_by=officer(0), actor=SYSTEM, now=NOW)
    frozen = time.perf_counter()
    for number in (1, 2):
        batch = approve_batch(batch, approved_by=officer(number), actor=SYSTEM, now=NOW)
    content = bank_file(batch)
    statement = batch_csv(batch)
    send_batch(batch, actor=SYSTEM, now=NOW)
    return {
        "seconds": time.perf_counter() - start,
        "freeze_seconds": frozen - start,
        "file_bytes": len(content),
        "statement_bytes": len(statement),
        "lines": batch.line_count,
        "net_yen": batch.net_yen,
    }


def plain_sum_seconds() -> float:
    """Return what the database needs for one sum over the same postings, without any of ours."""
    start = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT account_id, sum(amount_yen) FROM tourism_posting p
            JOIN tourism_txn t ON t.id = p.txn_id GROUP BY account_id"""
        )
        cursor.fetchall()
    return time.perf_counter() - start


def main() -> None:
    count, shops = int(sys.argv[1]), int(sys.argv[2])
    call_command("migrate", verbosity=0)
    campaign = make_world(count, shops)
    fill(campaign, count)
    plain = plain_sum_seconds()
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = settle(campaign)
    after_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert found["net_yen"] == count * COUPON_YEN
    assert PayoutBatch.objects.get().state == "sent"
    found |= {
        "plain_sum_seconds": plain,
        "memory_grown_mib": (after_kib - before_kib) / 1024,
        "redemptions": count,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
