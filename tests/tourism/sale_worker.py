"""A worker that sells and says so: killed by the fault tests, started again with the same keys.

`python -m tests.tourism.sale_worker make` makes the town. `sell N` prints what is kept, then each
acknowledged sale as ``key redemption`` from eight threads, and at its end again what is kept. Half
of the sales go through the batcher (a budget's hot row), half run their own statement.
"""

import json
import sys
import threading

import django

django.setup()

from django.core.management import call_command  # noqa: E402  after setup

from core.refusals import Refusal  # noqa: E402
from tests.tourism.money_factories import (  # noqa: E402
    make_money_campaign,
    make_money_shop,
    make_sale,
    make_wallet,
)
from tourism.ledger_audit import audit_ledger  # noqa: E402
from tourism.models import Campaign, Redemption, Shop, Wallet  # noqa: E402
from tourism.redemption import redeem  # noqa: E402

THREADS, WALLETS = 8, 60


def make() -> None:
    """Make a campaign of each cap, with wallets enough for five sales a minute each."""
    call_command("migrate", verbosity=0)
    make_money_shop()
    for cap in ("issue", "redemption"):
        campaign = make_money_campaign(cap=cap, budget_yen=10**9)
        for _ in range(WALLETS):
            make_wallet(campaign, yen=100_000)


def sell(sales: int) -> None:
    """Sell the keys k0 to k(sales - 1), in that order on each thread."""
    shop = Shop.objects.get()
    wallets = [list(one.wallets.order_by("pk")) for one in Campaign.objects.order_by("pk")]
    lock = threading.Lock()

    def thread(start: int) -> None:
        for number in range(start, sales, THREADS):
            mine: list[Wallet] = wallets[number % 2]
            sale = make_sale(mine[number // 2 % WALLETS], shop, key=f"k{number}", coupon_yen=1)
            try:
                receipt = redeem(sale)
            except Refusal:
                continue
            with lock:
                print(sale.key, receipt.redemption_id, flush=True)  # noqa: T201  the test reads it

    threads = [threading.Thread(target=thread, args=(start,)) for start in range(THREADS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def tell() -> None:
    """Print every kept key, and how many rows break the ledger's invariants."""
    kept = {one.key: str(one.pk) for one in Redemption.objects.all()}
    spent = sum(one.coupon_yen for one in Redemption.objects.all())
    print(json.dumps({"kept": kept, "spent": spent, "broken": len(audit_ledger())}), flush=True)  # noqa: T201


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make()
    else:
        tell()
        sell(int(sys.argv[2]))
        tell()
