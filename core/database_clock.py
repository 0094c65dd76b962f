"""The database's clock, ``kaiteki_now()``: it decides where money or seats move.

PostgreSQL has it as a function over ``clock_timestamp()`` (migration 0006), SQLite as a function
of the connection. An offset exists in tests only; a production server that finds one refuses to
start (:func:`refuse_an_offset`).
"""

import time
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured

NAME: Final = "kaiteki_now"
BODY: Final = "SELECT clock_timestamp()"
DEFINITION: Final = f"""CREATE OR REPLACE FUNCTION {NAME}() RETURNS timestamptz
LANGUAGE sql VOLATILE AS $$ {BODY} $$"""

_offset = timedelta()


def sqlite_now() -> str:
    """Return the present instant as Django writes instants into SQLite: UTC, no zone."""
    now = datetime.fromtimestamp(time.time(), UTC) + _offset
    return now.strftime("%Y-%m-%d %H:%M:%S.%f")


def register_on(connection: Any) -> None:
    """Give a fresh SQLite connection (sqlite3's own object) the function."""
    connection.create_function(NAME, 0, sqlite_now)


def on_connection_created(connection: Any, **_kwargs: Any) -> None:
    """Receive Django's signal for each new connection."""
    if connection.vendor == "sqlite":
        register_on(connection.connection)


def database_now(connection: Any) -> datetime:
    """Return the database's instant, for processes that decide over money beside one statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {NAME}()")
        (found,) = cursor.fetchone()
    if isinstance(found, datetime):
        return found.astimezone(UTC)
    return datetime.fromisoformat(found).replace(tzinfo=UTC)


def set_offset(connection: Any, offset: timedelta) -> None:
    """Move the clock, in tests only: on PostgreSQL inside the caller's transaction."""
    global _offset  # noqa: PLW0603  one clock a process
    if connection.vendor == "sqlite":
        _offset = offset
        return
    body = f"{BODY} + interval '{offset.total_seconds()} seconds'" if offset else BODY
    with connection.cursor() as cursor:
        cursor.execute(DEFINITION.replace(BODY, body))


def refuse_an_offset(connection: Any) -> None:
    """Raise ``ImproperlyConfigured`` where the database's clock is not the plain one."""
    is_moved = bool(_offset)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [NAME])
            found = [source.strip() for (source,) in cursor.fetchall()]
        is_moved = found not in ([], [BODY])  # none yet: before the first migration
    if is_moved:
        raise ImproperlyConfigured("the database's clock has an offset; that is for tests only")
