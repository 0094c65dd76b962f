"""A town of coupons for the bench: campaigns, 700 shops with tills, wallets by number.

Runs in a process of its own, on the database that the environment names. Wallets, shops and
campaigns have ids made of their numbers, so that pgbench can name them as well.
"""

import itertools
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import django

django.setup()

from django.core.management import call_command  # noqa: E402  after setup
from django.db import connection, transaction  # noqa: E402

from accounts.models import ClerkSession, Device, Membership, Organisation, User  # noqa: E402
from core.audit import SYSTEM  # noqa: E402
from core.ids import digest_of, uuid7  # noqa: E402
from places.models import Place  # noqa: E402
from tourism import ledger  # noqa: E402
from tourism.models import (  # noqa: E402
    Account,
    AccountKind,
    Balance,
    Campaign,
    RedemptionWay,
    Shop,
    Wallet,
)
from tourism.redemption import Sale, redeem  # noqa: E402
from tourism.refusals import TooFast  # noqa: E402
from tourism.spending import sqlite  # noqa: E402
from tourism.spending.asked import Asked, Spent  # noqa: E402
from tourism.spending.statement import (  # noqa: E402
    SPEND_ONE,
    SQLITE_BALANCE,
    SQLITE_DEBIT,
    SQLITE_POSTING,
    SQLITE_READY,
    SQLITE_REDEMPTION,
    SQLITE_TXN,
    SQLITE_USE,
)
from tourism.wallet_codes import wallet_code  # noqa: E402

CITY = "202177"
SHOPS = 700
WALLET_YEN = 1_000_000
CAPS = {"issue": 1, "redemption": 2}
NOW = datetime.now(UTC)


def id_of(kind: int, number: int) -> UUID:
    """Return the id of the ``number``th thing of a kind."""
    return UUID(int=kind << 96 | 0x7000 << 64 | 0x8000 << 48 | number)


def sql_id(kind: int, number: str) -> str:
    """Return SQL for the same id."""
    return f"('{kind:08x}-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid"


def fill(wallets: int) -> None:
    """Make the town; wallets of kind 0x10 (issue) and 0x20 (redemption)."""
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        user = User.objects.create_user("bench@city.example")
        organisation = Organisation.objects.create(municipality=CITY, name="b", kind="shop")
        membership = Membership.objects.create(
            organisation=organisation, user=user, role="shop_clerk", valid_from=NOW
        )
        places = [
            Place(id=id_of(5, n), municipality=CITY, number=f"B{n}", name=f"店{n}")
            for n in range(SHOPS)
        ]
        Place.objects.bulk_create(places)
        Shop.objects.bulk_create(
            Shop(id=id_of(6, n), municipality=CITY, place_id=id_of(5, n), state="active",
                 organisation=organisation)
            for n in range(SHOPS)
        )  # fmt: skip
        Device.objects.bulk_create(
            Device(id=id_of(7, n), municipality=CITY, name="t", profile="till",
                   place_id=id_of(5, n), token_digest=digest_of(f"till-{n}"), created_by=user,
                   token_expires_at=NOW + timedelta(days=9), last_seen_at=NOW)
            for n in range(SHOPS)
        )  # fmt: skip
        ClerkSession.objects.bulk_create(
            ClerkSession(device_id=id_of(7, n), membership=membership, opened_at=NOW,
                         token_digest=digest_of(f"clerk-{n}"), ends_at=NOW + timedelta(days=1))
            for n in range(SHOPS)
        )  # fmt: skip
        for cap, kind in CAPS.items():
            _campaign(cap, kind, wallets)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _campaign(cap: str, kind: int, wallets: int) -> None:
    campaign = Campaign.objects.create(
        id=id_of(kind, 0), municipality=CITY, slug=cap, name={"ja": cap}, state="open", cap=cap,
        budget_yen=10**15, per_person_yen=WALLET_YEN, starts_on=NOW.date() - timedelta(days=2),
        ends_on=NOW.date() + timedelta(days=60), uses_per_shop_and_day=50,
    )  # fmt: skip
    ledger.open_campaign_account(campaign, actor=SYSTEM, now=NOW)
    for n in range(SHOPS):
        ledger.account_of(campaign.pk, AccountKind.SHOP, id_of(6, n))
    ids = [id_of(kind * 16, n) for n in range(wallets)]
    Wallet.objects.bulk_create(
        (Wallet(id=one, campaign=campaign, number=f"{kind}{n:09}", way="sign_in",
                remaining_yen=WALLET_YEN, granted_yen=WALLET_YEN, made_at=NOW)
         for n, one in enumerate(ids)), batch_size=5_000,
    )  # fmt: skip
    if cap == "issue":
        accounts = [Account(campaign=campaign, kind="wallet", ref=one) for one in ids]
        Account.objects.bulk_create(accounts, batch_size=5_000)
        Balance.objects.bulk_create(
            (Balance(account=one, kind="wallet", value_yen=WALLET_YEN) for one in accounts),
            batch_size=5_000,
        )


def pgbench_script(cap: str, wallets: int) -> str:
    """Return the redemption's own statement, with pgbench's variables for its values."""
    kind = CAPS[cap]
    values = {
        "redemption_id": "gen_random_uuid()",
        "wallet_id": sql_id(kind * 16, ":w::bigint"),
        "shop_id": sql_id(6, ":s::bigint"),
        "device_id": sql_id(7, ":s::bigint"),
        "key": "gen_random_uuid()::text",
        "request_hash": r"'\x00'",
        "way": "'shop_scans'",
        "bill_yen": "3000",
        "coupon_yen": "1",
        "device_row": sql_id(7, ":s::bigint"),
        "clerk_row": "NULL",
        "qr_at": "NULL",
    }
    statement = SPEND_ONE % {name: f"({value})" for name, value in values.items()}
    # pgbench ends a statement at the end of its line only where a semicolon stands.
    return f"\\set w random(0, {wallets - 1})\n\\set s random(0, {SHOPS - 1})\n{statement};\n"


def sale(cap: str, wallet: int, shop: int, key: str) -> Sale:
    """Return one sale of a till."""
    kind = CAPS[cap]
    return Sale(
        campaign_id=id_of(kind, 0), wallet_id=id_of(kind * 16, wallet), shop_id=id_of(6, shop),
        device_id=id_of(7, shop), device_row=id_of(7, shop), key=key, bill_yen=3_000,
        coupon_yen=1, way=RedemptionWay.SHOP_SCANS,
    )  # fmt: skip


def numbers(seed: int, wallets: int) -> Callable[[], tuple[int, int]]:
    """Return a source of (wallet, shop) without a pattern."""
    state = itertools.count(seed * 7_919)

    def draw() -> tuple[int, int]:
        n = next(state) * 2_654_435_761 % 2**32
        return n % wallets, n // 7 % SHOPS

    return draw


def is_taken(one: Sale) -> bool:
    """Redeem; say no where a wallet came to its uses of a minute, which is no sale to count."""
    try:
        redeem(one)
    except TooFast:
        return False
    return True


def core_rate(cap: str, wallets: int, *, seconds: float, clients: int, run: int) -> float:
    """Return redemptions a second of so many client processes."""
    connection.close()
    fork = multiprocessing.get_context("fork")
    start, counts = fork.Barrier(clients), fork.SimpleQueue()

    def client(number: int) -> None:
        draw, key = numbers(number + 100 * run, wallets), f"{run}-{number}-"
        for turn in range(20):
            is_taken(sale(cap, *draw(), f"w{key}{turn}"))
        start.wait()
        good, end = 0, time.perf_counter() + seconds
        for turn in itertools.count():
            if time.perf_counter() >= end:
                break
            good += is_taken(sale(cap, *draw(), f"{key}{turn}"))
        counts.put(good)

    children = [fork.Process(target=client, args=(number,)) for number in range(clients)]
    for one in children:
        one.start()
    total = sum(counts.get() for _one in children)
    for one in children:
        one.join()
    return float(total / seconds)


def requests(cap: str, wallets: int, count: int, *, run: int) -> list[bytes]:
    """Return ready HTTP requests of tills, each with a fresh code of a wallet."""
    draw, now, kind = numbers(run + 1, wallets), datetime.now(UTC), CAPS[cap]
    campaign = Campaign.objects.get(pk=id_of(kind, 0))
    made = []
    for number in range(count):
        wallet, shop = draw()
        code = wallet_code(Wallet(pk=id_of(kind * 16, wallet), campaign=campaign), now=now)
        body = f'{{"code":"{code}","bill_yen":3000,"coupon_yen":1}}'.encode()
        head = (
            "POST /api/v1/tourism/redemptions HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Device till-{shop}\r\nKaiteki-Clerk: clerk-{shop}\r\n"
            f"Idempotency-Key: h{run}-{number}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode()
        made.append(head + body)
    return made


def sqlite_ours(wallets: int, *, seconds: float, callers: int, run: int) -> tuple[float, float]:
    """Return (redemptions a second, p99 in ms) of so many callers of the writer thread."""
    times: list[list[float]] = [[] for _ in range(callers)]
    end = time.perf_counter() + seconds

    def caller(number: int) -> None:
        draw, mine = numbers(number + 100 * run, wallets), times[number]
        while (began := time.perf_counter()) < end:
            asked = _asked(sale("issue", *draw(), f"s{run}-{number}-{len(mine)}"))
            outcome = sqlite.writer.ask(asked)
            assert isinstance(outcome, Spent), "too few wallets for so many sales"
            mine.append(time.perf_counter() - began)

    threads = [threading.Thread(target=caller, args=(number,)) for number in range(callers)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    every = sorted(itertools.chain(*times))
    return len(every) / seconds, every[int(len(every) * 0.99)] * 1_000


def _asked(one: Sale) -> Asked:
    return Asked(
        redemption_id=uuid7(), wallet_id=one.wallet_id, shop_id=one.shop_id,
        device_id=one.device_id, key=one.key, request_hash=one.request_hash, way=one.way,
        bill_yen=one.bill_yen, coupon_yen=one.coupon_yen, device_row=one.device_row,
    )  # fmt: skip


def sqlite_raw(wallets: int, *, seconds: float, run: int) -> float:
    """Return how often one thread runs the same statements with sqlite3 and nothing else."""
    raw, draw, count = sqlite._connection(), numbers(900 + run, wallets), 0
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        values = sqlite._parameters(_asked(sale("issue", *draw(), f"r{run}-{count}")))
        raw.execute("BEGIN IMMEDIATE")
        row = raw.execute(SQLITE_READY, values).fetchone()
        found = dict(zip(sqlite._READY_COLUMNS, row, strict=True))
        found["left_yen"] = raw.execute(SQLITE_DEBIT, found).fetchall()[0][0]
        used = (found["wallet_id"], found["shop_id"], found["today"], 50)
        raw.execute(SQLITE_USE, used)
        raw.execute(SQLITE_TXN, found)
        raw.execute(SQLITE_REDEMPTION, found)
        for account, yen in ((found["shop_account"], 1), (found["source_account"], -1)):
            raw.execute(SQLITE_POSTING, (found["redemption_id"], account, yen))
            raw.execute(SQLITE_BALANCE, (yen, account))
        raw.execute("COMMIT")
        count += 1
    return count / seconds


def past(redemptions: int, wallets: int) -> None:
    """Add past redemptions until there are so many, each with its transaction and postings."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tourism_redemption")
        have = cursor.fetchone()[0]
        kind = CAPS["issue"]
        cursor.execute(
            f"""SET session_replication_role = replica;
            CREATE TEMP TABLE gone AS SELECT n, gen_random_uuid() AS id,
              now() - interval '40 days' + n * interval '0.1 second' AS at,
              {sql_id(kind * 16, f"(n * 7919 % {wallets})")} AS wallet,
              {sql_id(6, f"(n % {SHOPS})")} AS shop
            FROM generate_series({have + 1}::bigint, {redemptions}::bigint) n;
            INSERT INTO tourism_txn (id, campaign_id, kind, at)
              SELECT id, '{id_of(kind, 0)}', 'redeem', at FROM gone;
            INSERT INTO tourism_redemption (txn_id, campaign_id, wallet_id, shop_id, device_id, key,
              request_hash, way, bill_yen, coupon_yen, left_yen, at)
              SELECT id, '{id_of(kind, 0)}', wallet, shop, shop, 'p' || n, '\\x00', 'shop_scans',
              3000, 1, 1, at FROM gone;
            INSERT INTO tourism_posting (txn_id, account_id, amount_yen)
              SELECT g.id, a.id, 1 FROM gone g JOIN tourism_account a
                ON a.campaign_id = '{id_of(kind, 0)}' AND a.kind = 'shop' AND a.ref = g.shop
              UNION ALL
              SELECT g.id, a.id, -1 FROM gone g JOIN tourism_account a
                ON a.campaign_id = '{id_of(kind, 0)}' AND a.kind = 'wallet' AND a.ref = g.wallet;
            SET session_replication_role = origin; DROP TABLE gone"""
        )
        cursor.execute("VACUUM ANALYZE" if not connection.in_atomic_block else "ANALYZE")


def cost(wallets: int, *, count: int, run: int) -> float:
    """Return the median microseconds of one redemption."""
    draw, times = numbers(run + 50, wallets), []
    for number in range(count):
        one = sale("issue", *draw(), f"c{run}-{number}")
        began = time.perf_counter()
        redeem(one)
        times.append(time.perf_counter() - began)
    return sorted(times)[len(times) // 2] * 1e6


def sqlite_rounds(wallets: int, seconds: int, rounds: int) -> None:
    """Print (ours, p99, raw) for each round."""
    fill(wallets)
    connection.close()
    for run in range(rounds):
        ours, p99 = sqlite_ours(wallets, seconds=seconds, callers=32, run=run)
        print(ours, p99, sqlite_raw(wallets, seconds=seconds, run=run), flush=True)


def write_requests(cap: str, wallets: str, count: str, run: str, path: str) -> None:
    """Write ready requests into a file, a zero byte between them."""
    made = requests(cap, int(wallets), int(count), run=int(run))
    Path(path).write_bytes(b"\0".join(made))


def median_cost(wallets: str, run: str) -> float:
    """Warm up, then measure."""
    cost(int(wallets), count=300, run=int(run) + 7)
    return cost(int(wallets), count=1_500, run=int(run))


DOORS: dict[str, Callable[..., object]] = {
    "fill": lambda wallets: fill(int(wallets)),
    "core": lambda cap, wallets, seconds, run: core_rate(
        cap, int(wallets), seconds=int(seconds), clients=8, run=int(run)
    ),
    "requests": write_requests,
    "script": lambda cap, wallets: pgbench_script(cap, int(wallets)),
    "past": lambda redemptions, wallets: past(int(redemptions), int(wallets)),
    "cost": median_cost,
    "sqlite": lambda *numbers: sqlite_rounds(*map(int, numbers)),
}


def main() -> None:
    """Do what the arguments say; results are the last lines."""
    found = DOORS[sys.argv[1]](*sys.argv[2:])
    if found is not None:
        print(found, flush=True)
    sys.stdout.flush()
    os._exit(0)  # the writers' threads end with the process


if __name__ == "__main__":
    main()
