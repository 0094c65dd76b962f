"""The database's clock, put where a test wants it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from core.database_clock import set_offset

SetClock = Callable[[datetime], None]


@pytest.fixture
def set_clock(db: None) -> Iterator[SetClock]:
    """Move the database's clock to an instant; it runs on from there."""

    def move(to: datetime) -> None:
        set_offset(connection, to - datetime.now(UTC))

    yield move
    set_offset(connection, timedelta())
