"""Run the statement on PostgreSQL: prepared once a connection, and that connection is our own.

Django leaves psycopg's server-side prepared statements off; a few connections beside Django's
prepare this statement and nothing else. It goes to ``settings.MONEY_DATABASE_URL``
where that is set: past a PgBouncer in transaction mode, which cannot keep prepared statements.
"""

import contextlib
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import errors

from core.refusals import Refusal
from tourism.refusals import REFUSAL_OF_CHECK, MoneyUnavailable
from tourism.spending.asked import Asked, Spent
from tourism.spending.one_writer import OneWriter, Outcome
from tourism.spending.statement import COLUMNS, LOCK_SHOPS, LOCK_WALLETS, SPEND_MANY, SPEND_ONE

# One plan for the life of a connection: planning this statement costs more than running it. A
# writer that waits ten seconds for a row gives up; the caller asks again with the same key.
_OPTIONS: Final = (
    "-c plan_cache_mode=force_generic_plan -c timezone=UTC "
    "-c lock_timeout=10s -c statement_timeout=12s -c jit=off "
    # Every row is found by its key. A plan made while a campaign's tables are empty would read
    # them whole, and be kept while they grow.
    "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off"
)
BATCH_WAIT_SECONDS: Final = 0.002
_TRIES: Final = 3  # of a statement that lost a deadlock
CONNECTIONS: Final = 8  # of one process; more would only wait for one another's rows


def spend_one(asked: Asked) -> Outcome:
    """Run the statement for one; it is durable when this returns."""
    row = _retried(lambda connection: _spend_one(connection, asked))
    return row if isinstance(row, Refusal) else _spent(row)


def spend_in(cursor: Any, asked: Asked) -> Outcome:
    """Run the statement in the caller's own transaction, on Django's cursor."""
    cursor.execute(SPEND_ONE, _parameters(asked))
    return _spent(cursor.fetchone())


def spend_many(batch: Sequence[Asked]) -> Sequence[Outcome]:
    """Run a batch in one transaction; where a CHECK stops it, each one by itself.

    So the last coupons of a budget are given out exactly.
    """
    if len(batch) == 1:
        return [spend_one(batch[0])]
    try:
        rows = _retried(lambda connection: _spend_many(connection, batch))
    except errors.IntegrityError:
        rows = None
    if rows is None or isinstance(rows, Refusal):
        return [spend_one(asked) for asked in batch]
    found = {row[0]: _spent(row) for row in rows}
    return [found.get(asked.redemption_id) for asked in batch]


def refusal_of_check(broken: errors.IntegrityError) -> Refusal | None:
    """Return the refusal for a broken CHECK, by its name; ``None`` for a key that came before."""
    if isinstance(broken, errors.UniqueViolation):
        return None
    refusal = REFUSAL_OF_CHECK.get(broken.diag.constraint_name or "")
    if refusal is None:
        raise broken
    return refusal()


def close_all() -> None:
    """Close every connection of this process: before its database is dropped."""
    _pool.close()


batcher: Final = OneWriter(spend_many, name="coupon-batcher", wait_seconds=BATCH_WAIT_SECONDS)


def _spend_one(connection: psycopg.Connection[Any], asked: Asked) -> Any:
    try:
        cursor = connection.execute(SPEND_ONE, _parameters(asked), prepare=True)
    except errors.IntegrityError as broken:
        return refusal_of_check(broken)
    return cursor.fetchone()


def _spend_many(connection: psycopg.Connection[Any], batch: Sequence[Asked]) -> Any:
    columns: dict[str, Any] = {name: [getattr(asked, name) for asked in batch] for name in COLUMNS}
    with connection.pipeline(), connection.transaction():
        connection.execute(LOCK_WALLETS, columns, prepare=True)
        connection.execute(LOCK_SHOPS, columns, prepare=True)
        cursor = connection.execute(SPEND_MANY, columns, prepare=True)
        return cursor.fetchall()


def _retried(work: Callable[[psycopg.Connection[Any]], Any]) -> Any:
    """Run ``work`` on a borrowed connection; a lost connection is told as such."""
    for attempt in range(1, _TRIES + 1):
        try:
            with _pool.borrowed() as connection:
                return work(connection)
        except (errors.DeadlockDetected, errors.SerializationFailure):
            if attempt == _TRIES:
                raise MoneyUnavailable from None
        except (psycopg.OperationalError, psycopg.InterfaceError):
            raise MoneyUnavailable from None
    raise AssertionError("unreachable")


def _parameters(asked: Asked) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in COLUMNS}


def _spent(row: Any) -> Spent | None:
    return None if row is None else Spent(redemption_id=row[0], left_yen=row[1], at=row[2])


class _Pool:
    """A few connections that the threads of this process share; more of them would only wait."""

    def __init__(self, size: int) -> None:
        self._places = threading.BoundedSemaphore(size)
        self._idle: deque[psycopg.Connection[Any]] = deque()
        self._process = os.getpid()

    @contextlib.contextmanager
    def borrowed(self) -> Iterator[psycopg.Connection[Any]]:
        """Lend a connection; one that broke is not lent again."""
        with self._places:
            connection = self._take()
            try:
                yield connection
            except (psycopg.OperationalError, psycopg.InterfaceError):
                connection.close()
                raise
            finally:
                if not connection.closed:
                    self._idle.append(connection)

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def _take(self) -> psycopg.Connection[Any]:
        if self._process != os.getpid():  # a forked child must not speak on its parent's lines
            self._process = os.getpid()
            self._idle.clear()
        while self._idle:
            found = self._idle.pop()
            if not found.closed:
                return found
        return _connect()


_pool: Final = _Pool(CONNECTIONS)


def _connect() -> psycopg.Connection[Any]:
    if settings.MONEY_DATABASE_URL:
        return psycopg.connect(settings.MONEY_DATABASE_URL, autocommit=True, options=_OPTIONS)
    default = connections["default"].settings_dict
    return psycopg.connect(
        dbname=default["NAME"],
        user=default["USER"] or None,
        password=default["PASSWORD"] or None,
        host=default["HOST"] or None,
        port=default["PORT"] or None,
        autocommit=True,
        options=_OPTIONS,
    )
