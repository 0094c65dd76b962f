"""Write the audit trail: in the same transaction as what it speaks of."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import CharField

from core import request_ids
from core.actor import Actor, ActorKind
from core.ids import uuid7
from core.models import AuditEvent

_ServerBindingCursor: Any = ServerBindingCursor
SYSTEM = Actor(kind=ActorKind.SYSTEM)
_FIELDS: Final = tuple(AuditEvent._meta.concrete_fields)
_TEXTS: Final = frozenset(one for one in _FIELDS if isinstance(one, CharField))  # go as they are
_INSERT: Final = (
    f"INSERT INTO {AuditEvent._meta.db_table} ({', '.join(str(one.column) for one in _FIELDS)})"  # noqa: S608  names of our own model
    f" VALUES ({', '.join(['%s'] * len(_FIELDS))})"
)


def record(
    action: str,
    *,
    actor: Actor,
    now: datetime,
    municipality: str = "",
    object_type: str = "",
    object_id: UUID | str = "",
    outcome: str = "done",
    reason: str = "",
    facts: dict[str, int | str | list[str]] | None = None,
    subject: UUID | None = None,
) -> None:
    """Append one event; ``facts`` holds counts, codes and field names, never a personal value.

    ``subject`` is the person whose file it is about; an event about a person names it by itself.
    """
    if subject is None and object_type == "person" and object_id:
        subject = UUID(str(object_id))
    _append(
        {
            "id": uuid7(),
            "at": now,
            "municipality": municipality or actor.municipality,
            "actor_kind": actor.kind,
            "actor_id": actor.user_id or actor.device_id,
            "on_behalf_of": actor.on_behalf_of,
            "action": action,
            "object_type": object_type,
            "object_id": str(object_id),
            "outcome": outcome,
            "reason": reason,
            "facts": facts or {},
            "subject_id": subject,
            "device_id": actor.device_id,
            "request_id": request_ids.current.get(),
        }
    )


def _append(values: dict[str, Any]) -> None:
    """Insert by the one statement that this table ever sees.

    The ORM would compile it anew at each event, which costs more than the database's own work:
    every transaction of the city pays for it.
    """
    # The thread's own connection, looked up once and not for each column.
    own: Any = connections[DEFAULT_DB_ALIAS]
    row = [
        value
        if (value := values[one.attname]) is None or (type(value) is str and one in _TEXTS)
        else one.get_db_prep_save(value, own)
        for one in _FIELDS
    ]
    with _cursor(own) as cursor:
        cursor.execute(_INSERT, row)


def _cursor(own: Any) -> Any:
    """Return a cursor that sends the values beside the statement, where the engine can.

    Django's own writes them into the text on PostgreSQL: a third of the time of this insert.
    """
    if own.vendor != "postgresql":
        return own.cursor()
    own.ensure_connection()
    return own._prepare_cursor(_ServerBindingCursor(own.connection))
