"""Fills a database with generated places and measures P14 on it; prints one JSON object.

Both sides answer the same eight searches in turn, asked by 8 processes at a time, in interleaved
rounds: ours over HTTP through the whole stack, the limit by the bare driver with the statement that
Django made. Processes, because threads would wait for one another's interpreter and make the bare
side look slow.
"""

import http.client
import itertools
import json
import multiprocessing
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django

django.setup()

import psycopg  # noqa: E402  after setup
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from places.models import Place, Sheet  # noqa: E402
from places.search import PlaceFilter, found_places  # noqa: E402
from places.search_index import index_places  # noqa: E402
from tests.private_postgres import free_port  # noqa: E402

CITY = "202177"
CONNECTIONS = 8
COPIES = 10  # of each generated place, itself among them
PAGE = 20
TOWNS = ("中込", "岩村田", "野沢", "臼田", "望月", "浅科", "佐久平", "平賀", "田口", "前山")
KINDS = ("公民館", "資料館", "体育館", "図書館", "公園", "保育園", "診療所", "会館", "広場", "学校")
WORDS = (
    "千曲川", "浅間", "さくら", "こすもす", "ひまわり", "みどり", "中央", "第一", "東", "西",
    "北部", "ふれあい", "交流", "子ども", "学び", "歴史", "星空", "高原", "鯉", "駒",
)  # fmt: skip
SEARCHES = tuple(
    {
        "q": words, "sheet": "public_facility", "town": town, "category": kind,
        "wheelchair": "true", "accessible_toilet": "true", "page_size": str(PAGE),
    }
    for words, town, kind in (
        ("浅間", "中込", "資料館"), ("中央", "岩村田", "公民館"), ("高原 図書", "野沢", "図書館"),
        ("鯉", "臼田", "公園"), ("千曲川", "望月", "保育園"), ("西", "浅科", "会館"),
        ("ふれあい", "佐久平", "広場"), ("星空", "平賀", "学校"),
    )
)  # fmt: skip


def fill(count: int) -> None:
    """Write ``count`` generated places with their search texts: one in ten made, the rest copied.

    A copy has an id and a number of its own and the same texts, so its search row is its
    original's: what is searched is as true as if Django had written it all, and done in a tenth.
    """
    chance = random.Random(14)
    made = []
    for number in range(count // COPIES):
        first, second = chance.sample(WORDS, 2)
        town, kind = chance.choice(TOWNS), chance.choice(KINDS)
        made.append(
            Place(
                municipality=CITY, sheet=Sheet.PUBLIC_FACILITY, number=f"{number:06}",
                name=f"{first}{second}{kind}{number}", town=town, category=kind,
                address=f"長野県佐久市{town}{number % 2000 + 1}", description=second + kind,
                wheelchair=number % 2 == 0, accessible_toilet=number % 3 != 0,
            )
        )  # fmt: skip
    Place.objects.bulk_create(made, batch_size=500)
    index_places(made)
    with connection.cursor() as cursor:
        _copy(cursor)
        cursor.execute("ANALYZE")


def _copy(cursor: Any) -> None:
    new_id = "lower(hex(randomblob(16)))" if connection.vendor == "sqlite" else "gen_random_uuid()"
    kept = [str(field.column) for field in Place._meta.fields if field.name not in ("id", "number")]
    columns = ", ".join(kept)
    cursor.execute(
        "WITH RECURSIVE copy(n) AS"
        f" (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < {COPIES - 1})"
        f" INSERT INTO places_place (id, number, {columns})"
        f" SELECT {new_id}, number || '-' || copy.n, {columns} FROM places_place CROSS JOIN copy"
    )
    cursor.execute(
        'INSERT INTO places_searchtext (place_id, name, "where", rest, grams)'
        ' SELECT copy.id, text.name, text."where", text.rest, text.grams'
        " FROM places_searchtext text JOIN places_place made ON made.id = text.place_id"
        " JOIN places_place copy"
        " ON copy.number LIKE '%-%' AND substr(copy.number, 1, 6) = made.number"
    )


def statement(search: dict[str, str]) -> tuple[str, tuple[Any, ...]]:
    """Return the statement that Django makes of a search."""
    wanted = PlaceFilter(
        municipality=CITY, words=search["q"], sheet=search["sheet"], town=search["town"],
        category=search["category"], wheelchair=True, accessible_toilet=True,
    )  # fmt: skip
    sql, values = found_places(wanted)[: PAGE + 1].query.sql_with_params()
    return sql, tuple(values)


def bare(statements: list[tuple[str, tuple[Any, ...]]]) -> Callable[[], Callable[[int], None]]:
    """Return what opens one connection of the bare driver and asks it."""

    def open_one() -> Callable[[int], None]:
        if connection.vendor == "sqlite":
            path = connection.settings_dict["NAME"]
            own = sqlite3.connect(path, check_same_thread=False)
            own.execute("PRAGMA temp_store=MEMORY")  # as the product's own connections
            return lambda turn: _ask_sqlite(own, *statements[turn % len(statements)])
        peer = psycopg.connect(os.environ["KAITEKI_DATABASE_URL"], autocommit=True)
        return lambda turn: _ask_postgres(peer, *statements[turn % len(statements)])

    return open_one


def _ask_sqlite(own: sqlite3.Connection, sql: str, values: tuple[Any, ...]) -> None:
    own.execute(sql.replace("%s", "?"), values).fetchall()


def _ask_postgres(peer: "psycopg.Connection[Any]", sql: str, values: tuple[Any, ...]) -> None:
    peer.execute(sql.encode(), values, prepare=True).fetchall()


def over_http(port: int) -> Callable[[], Callable[[int], None]]:
    """Return what opens one HTTP connection and asks it."""

    def open_one() -> Callable[[int], None]:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

        def ask(turn: int) -> None:
            line.request("GET", f"/api/v1/places?{urlencode(SEARCHES[turn % len(SEARCHES)])}")
            answer = line.getresponse()
            body = answer.read()
            if answer.status != http.HTTPStatus.OK:
                raise RuntimeError(body[:200])

        return ask

    return open_one


def p95_ms(open_one: Callable[[], Callable[[int], None]], *, seconds: float) -> float:
    """Return the 95th percentile of one answer at 8 connections."""
    fork = multiprocessing.get_context("fork")  # what opens a connection need not be pickled
    told: Any = fork.SimpleQueue()
    start = fork.Barrier(CONNECTIONS)

    def work(offset: int) -> None:
        ask = open_one()
        ask(offset)  # the first opens files and plans
        times: list[float] = []
        start.wait()
        until = time.perf_counter() + seconds
        for turn in itertools.count(offset + 1):
            began = time.perf_counter()
            if began >= until:
                break
            ask(turn)
            times.append(time.perf_counter() - began)
        told.put(times)

    workers = [fork.Process(target=work, args=(at,), daemon=True) for at in range(CONNECTIONS)]
    for worker in workers:
        worker.start()
    times = [one for _worker in workers for one in told.get()]
    for worker in workers:
        worker.join()
    p95: float = statistics.quantiles(times, n=20)[-1]
    return p95 * 1_000


def served(port: int) -> "Iterator[subprocess.Popen[bytes]]":
    """Serve the database for the length of the measuring, as docs/configuration.md advises.

    More threads of one interpreter wait for one another at every row: with four a worker the 95th
    percentile on SQLite is a third higher.
    """
    granian = str(Path(sys.executable).parent / "granian")
    command = [granian, "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
               "--workers", "2", "--blocking-threads", "2", "--log-level", "critical",
               "api.wsgi:application"]  # fmt: skip
    server = subprocess.Popen(command)
    try:
        for _try in range(200):
            try:
                over_http(port)()(0)
                break
            except OSError:
                time.sleep(0.1)
        yield server
    finally:
        server.terminate()
        server.wait(timeout=20)


def main() -> None:
    """Fill, measure both sides in turn, print."""
    count, is_quick = int(sys.argv[1]), sys.argv[2] == "1"
    call_command("migrate", "places", verbosity=0)  # a search asks no other room's tables
    started = time.perf_counter()
    fill(count)
    filled = time.perf_counter() - started
    statements = [statement(search) for search in SEARCHES]
    port = free_port()
    rounds: list[tuple[float, float]] = []
    connection.close()  # the processes that ask are forks: none may inherit it
    seconds = 1.0 if is_quick else 3.0
    for _server in served(port):
        for _round in range(2 if is_quick else 5):
            http_ms = p95_ms(over_http(port), seconds=seconds)
            rounds.append((http_ms, p95_ms(bare(statements), seconds=seconds)))
    http_ms, bare_ms = (statistics.median(column) for column in zip(*rounds, strict=True))
    hits = [found_places_count(search) for search in SEARCHES]
    print(json.dumps({"http_ms": http_ms, "bare_ms": bare_ms, "filled_s": filled, "hits": hits}))


def found_places_count(search: dict[str, str]) -> int:
    """Return how many rows a search finds, so that nobody measures empty answers."""
    wanted = PlaceFilter(
        municipality=CITY, words=search["q"], sheet=search["sheet"], town=search["town"],
        category=search["category"], wheelchair=True, accessible_toilet=True,
    )  # fmt: skip
    return found_places(wanted).count()


if __name__ == "__main__":
    main()
