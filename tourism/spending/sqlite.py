"""Run the steps on SQLite: one writer thread, ``synchronous=FULL``, several sales a commit.

With many writers SQLite's busy handler lets some wait for seconds; one thread lets none. Its
connection is its own: Django's runs with ``synchronous=NORMAL``, which may lose the last commits
when the power fails, and an acknowledged sale must not be lost.
"""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connections

from core.database_clock import register_on
from core.refusals import Refusal
from tourism.refusals import REFUSAL_OF_CHECK
from tourism.spending.asked import Asked, Spent
from tourism.spending.one_writer import OneWriter, Outcome
from tourism.spending.statement import (
    COLUMNS,
    SQLITE_BALANCE,
    SQLITE_DEBIT,
    SQLITE_POSTING,
    SQLITE_READY,
    SQLITE_REDEMPTION,
    SQLITE_TXN,
    SQLITE_USE,
)

_connections: dict[str, sqlite3.Connection] = {}


def spend_many(batch: Sequence[Asked]) -> Sequence[Outcome]:
    """Run a batch in one transaction, each sale in a savepoint; durable when this returns."""
    connection = _connection()
    connection.execute("BEGIN IMMEDIATE")
    try:
        outcomes = [_in_savepoint(connection, asked) for asked in batch]
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return outcomes


def spend_in(connection: sqlite3.Connection, asked: Asked) -> Outcome:
    """Run the steps in the caller's own transaction (on sqlite3's own connection)."""
    return _in_savepoint(connection, asked)


def close_all() -> None:
    """Close the writer's connections: before their files are removed."""
    while _connections:
        _connections.popitem()[1].close()


writer: Final = OneWriter(spend_many, name="coupon-writer", wait_seconds=0)


def _in_savepoint(connection: sqlite3.Connection, asked: Asked) -> Outcome:
    connection.execute("SAVEPOINT sale")
    try:
        outcome: Outcome = _steps(connection, asked)
    except sqlite3.IntegrityError as broken:
        connection.execute("ROLLBACK TO sale")
        outcome = _refusal_of(broken)
    except BaseException:
        connection.execute("ROLLBACK TO sale")
        connection.execute("RELEASE sale")
        raise
    connection.execute("RELEASE sale")
    return outcome


def _steps(connection: sqlite3.Connection, asked: Asked) -> Spent | None:
    row = connection.execute(SQLITE_READY, _parameters(asked)).fetchone()
    if row is None:
        return None
    found = dict(zip(_READY_COLUMNS, row, strict=True))
    left = connection.execute(SQLITE_DEBIT, found).fetchall()
    if not left:
        return None
    found["left_yen"] = left[0][0]
    for place, most in (
        (found["shop_id"], found["uses_per_shop_and_day"]),
        (found["campaign_id"], found["uses_per_day"]),
    ):
        if most is not None:
            connection.execute(SQLITE_USE, (found["wallet_id"], place, found["today"], most))
    connection.execute(SQLITE_TXN, found)
    connection.execute(SQLITE_REDEMPTION, found)
    for account, yen in (
        (found["shop_account"], asked.coupon_yen),
        (found["source_account"], -asked.coupon_yen),
    ):
        connection.execute(SQLITE_POSTING, (found["redemption_id"], account, yen))
        connection.execute(SQLITE_BALANCE, (yen, account))
    at = datetime.fromisoformat(found["at"]).replace(tzinfo=UTC)
    return Spent(redemption_id=asked.redemption_id, left_yen=found["left_yen"], at=at)


_READY_COLUMNS: Final = (
    *COLUMNS,
    "at",
    "today",
    "campaign_id",
    "ends_on",
    "uses_per_shop_and_day",
    "uses_per_day",
    "tier_id",
    "shop_account",
    "source_account",
)


def _refusal_of(broken: sqlite3.IntegrityError) -> Refusal | None:
    """Return the refusal for a broken CHECK, by its name; ``None`` for a key that came before."""
    text = str(broken)
    for name, refusal in REFUSAL_OF_CHECK.items():
        if name in text:
            return refusal()
    if "UNIQUE" in text or "append-only table tourism_redemption" in text:
        return None
    raise broken


def _parameters(asked: Asked) -> dict[str, Any]:
    return {name: _stored(getattr(asked, name)) for name in COLUMNS}


def _stored(value: Any) -> Any:
    """Return a value as Django keeps it in SQLite."""
    match value:
        case UUID():
            return value.hex
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        case str():
            return str(value)  # a plain text, not an enum's member
        case _:
            return value


def _connection() -> sqlite3.Connection:
    name = str(connections["default"].settings_dict["NAME"])
    if name not in _connections:
        made = sqlite3.connect(
            name, uri=name.startswith("file:"), isolation_level=None, timeout=20,
            cached_statements=64, check_same_thread=False,
        )  # fmt: skip
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("PRAGMA synchronous=FULL")
        made.execute("PRAGMA foreign_keys=ON")
        register_on(made)
        _connections[name] = made
    return _connections[name]
