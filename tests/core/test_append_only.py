"""The audit trail refuses change and removal in the database itself, on both engines."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from core.audit import SYSTEM, record
from core.models import AuditEvent

pytestmark = pytest.mark.django_db


def make_event() -> AuditEvent:
    record("test", actor=SYSTEM, now=datetime(2026, 11, 1, tzinfo=UTC))
    return AuditEvent.objects.latest("pk")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_auditevent SET action = 'other'",
        "DELETE FROM core_auditevent",
        pytest.param("TRUNCATE core_auditevent", marks=pytest.mark.postgres),
    ],
)
def test_the_database_refuses(statement: str) -> None:
    make_event()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEvent.objects.get().action == "test"


def test_insert_or_replace_is_a_change_too() -> None:
    event = make_event()
    if connection.vendor == "postgresql":
        statement = "INSERT INTO core_auditevent SELECT * FROM core_auditevent ON CONFLICT (id) DO UPDATE SET action = 'x'"  # noqa: E501
    else:
        statement = "INSERT OR REPLACE INTO core_auditevent SELECT * FROM core_auditevent"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEvent.objects.get(pk=event.pk).action == "test"
