"""Move the database's clock in a test; money and seats then happen at that instant."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.db import connection

from core.database_clock import set_offset


@contextmanager
def database_at(instant: datetime) -> Iterator[None]:
    """Let the database's clock go on from ``instant`` inside the block."""
    set_offset(connection, instant - datetime.now(UTC))
    try:
        yield
    finally:
        set_offset(connection, timedelta())
