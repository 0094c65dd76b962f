"""The sealed audit trail: a changed, a removed and a slipped-in row are each found exactly."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from core import audit_seal
from core.audit import SYSTEM, record
from core.audit_seal import BATCH, Defect, defects, publish_head, read_heads, seal_new_events
from core.models import AuditEvent, AuditLeaf, AuditSeal

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime.now(UTC)
SOON = NOW + timedelta(minutes=1)


class attacker:  # noqa: N801  reads as a statement
    """Somebody who may switch the triggers off, as a database's owner may."""

    def __enter__(self) -> None:
        if connection.vendor == "postgresql":
            execute("SET session_replication_role = replica")
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' "
                "AND tbl_name LIKE 'core_audit%'"
            )
            self.triggers = cursor.fetchall()
        for name, _sql in self.triggers:
            execute(f"DROP TRIGGER {name}")

    def __exit__(self, *_: object) -> None:
        if connection.vendor == "postgresql":
            execute("SET session_replication_role = DEFAULT")
            return
        for _name, sql in self.triggers:
            execute(sql)


def execute(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def make_events(count: int) -> list[AuditEvent]:
    for number in range(count):
        record("test", actor=SYSTEM, now=NOW, facts={"n": number})
    return list(AuditEvent.objects.order_by("-pk")[:count])[::-1]


def found(heads: dict[int, str] | None = None, *, now: datetime = SOON) -> list[Defect]:
    return list(defects(heads=heads or {}, now=now))


def key(event: AuditEvent) -> Any:
    return event.pk if connection.vendor == "postgresql" else event.pk.hex


def test_every_event_is_sealed_once() -> None:
    make_events(5)
    seal = seal_new_events(now=NOW)
    assert seal is not None
    assert (seal.number, seal.events) == (1, 5)
    assert seal_new_events(now=NOW) is None
    make_events(2)
    assert seal_new_events(now=SOON) is not None
    assert AuditLeaf.objects.count() == 7
    assert found() == []


def test_a_great_backlog_is_sealed_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_seal, "BATCH", 3)
    make_events(7)
    while seal_new_events(now=NOW):
        pass
    assert list(AuditSeal.objects.values_list("events", flat=True).order_by("number")) == [3, 3, 1]
    assert found() == []
    assert BATCH >= 500


def test_a_changed_row_is_found_exactly() -> None:
    events = make_events(5)
    seal_new_events(now=NOW)
    with attacker():
        execute("UPDATE core_auditevent SET outcome = 'other' WHERE id = %s", key(events[2]))
    assert found() == [Defect(what="changed", where=f"event {events[2].pk}")]


def test_a_deleted_row_is_found_exactly() -> None:
    events = make_events(5)
    seal_new_events(now=NOW)
    with attacker():
        execute("DELETE FROM core_auditevent WHERE id = %s", key(events[3]))
    assert found() == [Defect(what="missing", where=f"event {events[3].pk}")]


def test_a_row_slipped_in_later_is_found() -> None:
    make_events(2)
    seal_new_events(now=NOW)
    with attacker():
        late = make_events(1)[0]
    assert found(now=NOW + timedelta(hours=2)) == [
        Defect(what="late", where=f"event {late.pk} was put in after its time was sealed")
    ]


def test_a_row_and_its_leaf_removed_together_break_the_chain() -> None:
    events = make_events(3)
    seal_new_events(now=NOW)
    with attacker():
        execute("DELETE FROM core_auditevent WHERE id = %s", key(events[1]))
        execute("DELETE FROM core_auditleaf WHERE event_id = %s", key(events[1]))
    assert [defect.what for defect in found()] == ["chain"]


def test_who_rewrites_everything_is_found_by_the_published_head(tmp_path: Path) -> None:
    make_events(3)
    seal = seal_new_events(now=NOW)
    assert seal is not None
    publish_head(seal, tmp_path / "heads.tsv")
    with attacker():
        for table in ("core_auditleaf", "core_auditseal"):
            execute(f"DELETE FROM {table}")
        execute("UPDATE core_auditevent SET outcome = 'other'")
    seal_new_events(now=NOW)
    assert found() == []  # the chain alone says nothing is wrong
    heads = read_heads(tmp_path / "heads.tsv")
    assert found(heads) == [Defect(what="head", where="seal 1 differs from its published head")]


def test_a_cut_off_end_is_found_by_the_published_head(tmp_path: Path) -> None:
    for _ in range(2):
        make_events(1)
        seal = seal_new_events(now=NOW)
        assert seal is not None
        publish_head(seal, tmp_path / "heads.tsv")
    with attacker():
        execute("DELETE FROM core_auditseal WHERE number = 2")
        execute("DELETE FROM core_auditleaf WHERE seal_number = 2")
    whats = {defect.what for defect in found(read_heads(tmp_path / "heads.tsv"))}
    assert "head" in whats


@pytest.mark.parametrize("table", ["core_auditseal", "core_auditleaf", "core_auditevent"])
def test_the_database_itself_refuses_a_change(table: str) -> None:
    make_events(1)
    seal_new_events(now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        execute(f"DELETE FROM {table}")


def test_the_commands_seal_and_verify(tmp_path: Path, settings: Any) -> None:
    settings.AUDIT_HEADS_FILE = tmp_path / "heads.tsv"
    events = make_events(3)
    call_command("audit_seal")
    call_command("audit_verify", "--heads", str(tmp_path / "heads.tsv"))
    with attacker():
        execute("DELETE FROM core_auditevent WHERE id = %s", key(events[0]))
    with pytest.raises(CommandError, match="1 defects"):
        call_command("audit_verify", "--heads", str(tmp_path / "heads.tsv"))
