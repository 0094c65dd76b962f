"""Count over the Parquet files of one export with DuckDB. Nothing here leaves without `disclosure`.

The files hold people as random numbers, without names, days or times (`export.py`). Who withdrew
since they were written is left out of every query.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tourism.insight.disclosure import Cell, Key
from tourism.insight.effects import Arm

MEMORY: Final = "512MB"
THREADS: Final = 2
NOTHING_MORE: Final = "none"  # where a person used no second coupon

# Who came: used at least one coupon. A person is one row, so a cell's people add up.
_VISITORS: Final = """
    SELECT person, sum(bill_yen - coupon_yen)::BIGINT AS own_yen,
        sum(coupon_yen)::BIGINT AS coupon_yen
    FROM visits ANTI JOIN withdrawn USING (person) GROUP BY person
"""
WHO_CAME: Final = f"""
    SELECT origin, age_band, party, count(*) AS people,
        sum(own_yen)::BIGINT, sum(coupon_yen)::BIGINT
    FROM ({_VISITORS}) JOIN people USING (person)
    GROUP BY ALL ORDER BY ALL
"""  # noqa: S608  made of our constants
_TAKINGS: Final = """
    SELECT origin, age_band, party, shop,
        sum(bill_yen - coupon_yen)::BIGINT, sum(coupon_yen)::BIGINT
    FROM visits ANTI JOIN withdrawn USING (person) JOIN people USING (person)
    GROUP BY ALL
"""
# Each person once: where they used the first coupon, and where the next one.
_NEXT: Final = f"""
    WITH steps AS (
        SELECT person,
            min_by(category, nth) AS first_category, min_by(shop, nth) AS first_shop,
            min_by(category, nth) FILTER (nth > 1) AS next_category,
            min_by(shop, nth) FILTER (nth > 1) AS next_shop
        FROM visits ANTI JOIN withdrawn USING (person) GROUP BY person
    )
    SELECT origin, first_category, coalesce(next_category, '{NOTHING_MORE}'),
        first_shop, next_shop, count(*)
    FROM steps JOIN people USING (person)
    GROUP BY ALL
"""  # noqa: S608  made of our constants
_ARMS: Final = """
    SELECT arm, count(*), sum(coalesce(yen, 0))::BIGINT,
        sum(coalesce(yen, 0)::HUGEINT * coalesce(yen, 0)), count(yen)
    FROM people ANTI JOIN withdrawn USING (person)
    LEFT JOIN (
        SELECT person, sum(bill_yen)::BIGINT AS yen FROM receipts GROUP BY person
    ) USING (person)
    WHERE arm IS NOT NULL GROUP BY arm
"""
_ARM_SHOPS: Final = """
    SELECT arm, shop, sum(bill_yen)::BIGINT
    FROM receipts ANTI JOIN withdrawn USING (person) JOIN people USING (person)
    WHERE arm IS NOT NULL GROUP BY ALL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The Parquet files of one export, and the keys of who withdrew since."""

    folder: Path
    withdrawn: Sequence[int] = ()

    @contextmanager
    def opened(self) -> Iterator[Any]:
        """Give a connection that sees the files as tables and reads nothing else."""
        import duckdb  # noqa: PLC0415  12 MiB, which only insight needs

        with duckdb.connect(config={"memory_limit": MEMORY, "threads": THREADS}) as connection:
            connection.execute("CREATE TABLE withdrawn (person UBIGINT)")
            if self.withdrawn:
                connection.execute(
                    "INSERT INTO withdrawn SELECT unnest(?::UBIGINT[])", [list(self.withdrawn)]
                )
            connection.execute(f"SET allowed_directories = ['{self.folder}']")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            for table in ("people", "visits", "receipts"):
                connection.execute(
                    f"CREATE VIEW {table} AS"  # noqa: S608  three names of ours, our own folder
                    f" SELECT * FROM read_parquet('{self.folder / table}.parquet')"
                )
            yield connection


def who_came(files: Files) -> list[Cell]:
    """Return the visitors by origin, age band and party."""
    with files.opened() as connection:
        rows = connection.execute(WHO_CAME).fetchall()
    return [
        Cell(key=(origin, age, party), people=people, own_yen=own, coupon_yen=coupon)
        for origin, age, party, people, own, coupon in rows
    ]


def spending(files: Files) -> list[Cell]:
    """Return the same cells with their money, and over which shops each sum is spread."""
    with files.opened() as connection:
        cells = connection.execute(WHO_CAME).fetchall()
        takings = connection.execute(_TAKINGS).fetchall()
    spreads: dict[Key, tuple[dict[str, int], dict[str, int]]] = {}
    for origin, age, party, shop, own, coupon in takings:
        own_at, coupon_at = spreads.setdefault((origin, age, party), ({}, {}))
        if own:  # nobody reads a shop from a sum that is 0
            own_at[str(shop)] = own
        coupon_at[str(shop)] = coupon
    return [
        Cell(
            key=(origin, age, party),
            people=people,
            own_yen=own,
            coupon_yen=coupon,
            spreads=spreads.get((origin, age, party), ()),
        )
        for origin, age, party, people, own, coupon in cells
    ]


def next_steps(files: Files) -> list[Cell]:
    """Return people by the categories of their first shop and of the next, and by origin."""
    with files.opened() as connection:
        rows = connection.execute(_NEXT).fetchall()
    people: dict[Key, int] = {}
    spreads: dict[Key, tuple[dict[str, int], dict[str, int]]] = {}
    for origin, first, following, first_shop, next_shop, number in rows:
        key = (first, following, origin)
        people[key] = people.get(key, 0) + number
        at_first, at_next = spreads.setdefault(key, ({}, {}))
        at_first[str(first_shop)] = at_first.get(str(first_shop), 0) + number
        if next_shop is not None:
            at_next[str(next_shop)] = at_next.get(str(next_shop), 0) + number
    return [Cell(key=key, people=people[key], spreads=spreads[key]) for key in sorted(people)]


def arms(files: Files) -> dict[str, tuple[Arm, dict[str, int]]]:
    """Return each arm's outcomes as sums, and its receipts' yen by shop."""
    with files.opened() as connection:
        rows = connection.execute(_ARMS).fetchall()
        by_shop = connection.execute(_ARM_SHOPS).fetchall()
    return {
        arm: (
            Arm(people=people, total_yen=yen, total_squares=int(squares), givers=givers),
            {str(shop): taken for of, shop, taken in by_shop if of == arm},
        )
        for arm, people, yen, squares, givers in rows
    }
