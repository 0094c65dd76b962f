"""How PostgreSQL finds the rows of a sale: by key, even where a plan was made on empty tables."""

import re
from collections.abc import Iterator

import psycopg
import pytest

from bench.tourism_world import fill
from tourism.spending import postgres
from tourism.spending.statement import SPEND_MANY, SPEND_ONE

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

THAT_GROW = {
    "tourism_account",
    "tourism_balance",
    "tourism_dailyuse",
    "tourism_redemption",
    "tourism_wallet",
}


@pytest.fixture(autouse=True)
def own_connections() -> Iterator[None]:
    yield
    postgres.close_all()


def plan_of(connection: psycopg.Connection[tuple[str]], statement: str) -> str:
    """Return the plan that is kept for whatever values come."""
    kinds = re.findall(r"%\(\w+\)s::(\w+(?:\[\])?)", statement)
    numbers = iter(range(1, len(kinds) + 1))
    text = re.sub(r"%\(\w+\)s", lambda _found: f"${next(numbers)}", statement).replace("%%", "%")
    connection.execute(f"PREPARE asked ({', '.join(kinds)}) AS {text}".encode())
    nothing = ", ".join(["NULL"] * len(kinds))
    rows = connection.execute(f"EXPLAIN EXECUTE asked ({nothing})".encode()).fetchall()
    connection.execute("DEALLOCATE asked")
    return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize("statement", [SPEND_ONE, SPEND_MANY], ids=["one", "many"])
def test_before_the_first_sale_its_rows_are_found_by_their_keys_already(statement: str) -> None:
    fill(1_000)  # a town with wallets, and statistics which say that nothing was sold
    with postgres._pool.borrowed() as connection:
        plan = plan_of(connection, statement)
    assert "Seq Scan" not in plan
    looks = re.findall(r"using \w+ on (\w+)[^\n]*\n(?: +Index Cond: ([^\n]*))?", plan)
    assert looks
    assert [table for table, condition in looks if not condition and table in THAT_GROW] == []
    for key in ("device_id = .*key", "wallet_id = .*at > ", "wallet_id = .*day = "):
        assert re.search(f"Index Cond: .*{key}", plan), key
