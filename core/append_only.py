"""Make a table append-only in the database itself, on both engines, from a migration.

UPDATE and DELETE raise; so do TRUNCATE on PostgreSQL and INSERT OR REPLACE on SQLite (which
deletes silently unless recursive triggers are on, so the trigger looks for the row itself, by its
key and by whatever else is unique in the table).
"""

from collections.abc import Callable
from typing import Any


def install(table: str, *, key: str = "id") -> Callable[[Any, Any], None]:
    """Return the forward function of a ``RunPython`` that guards ``table``.

    ``key`` names its unique keys, the primary one first: columns with ``+``, keys with a blank
    between them (``"txn_id device_id+key"``).
    """
    same_row = " OR ".join(
        "(" + " AND ".join(f"{column} = NEW.{column}" for column in one.split("+")) + ")"
        for one in key.split()
    )

    def forward(_apps: Any, schema_editor: Any) -> None:
        statements = _POSTGRES if schema_editor.connection.vendor == "postgresql" else _SQLITE
        for statement in statements:
            schema_editor.execute(
                statement.replace("<table>", table).replace("<same row>", same_row), params=None
            )

    return forward


def remove(table: str) -> Callable[[Any, Any], None]:
    """Return the backward function."""

    def backward(_apps: Any, schema_editor: Any) -> None:
        postgres = schema_editor.connection.vendor == "postgresql"
        names = ("change", "truncate") if postgres else ("update", "delete", "replace")
        for name in names:
            on = f" ON {table}" if postgres else ""
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}{on}", params=None)

    return backward


_POSTGRES = (
    """CREATE OR REPLACE FUNCTION kaiteki_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'append-only table %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$""",
    """CREATE TRIGGER <table>_change BEFORE UPDATE OR DELETE ON <table>
    FOR EACH ROW EXECUTE FUNCTION kaiteki_append_only()""",
    """CREATE TRIGGER <table>_truncate BEFORE TRUNCATE ON <table>
    FOR EACH STATEMENT EXECUTE FUNCTION kaiteki_append_only()""",
)
_SQLITE = (
    """CREATE TRIGGER <table>_update BEFORE UPDATE ON <table>
    BEGIN SELECT RAISE(ABORT, 'append-only table <table>'); END""",
    """CREATE TRIGGER <table>_delete BEFORE DELETE ON <table>
    BEGIN SELECT RAISE(ABORT, 'append-only table <table>'); END""",
    """CREATE TRIGGER <table>_replace BEFORE INSERT ON <table>
    WHEN EXISTS (SELECT 1 FROM <table> WHERE <same row>)
    BEGIN SELECT RAISE(ABORT, 'append-only table <table>'); END""",
)
