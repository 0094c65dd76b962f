"""Write the audit trail: in the same transaction as what it speaks of."""

from datetime import datetime
from uuid import UUID

from core import request_ids
from core.actor import Actor, ActorKind
from core.models import AuditEvent

SYSTEM = Actor(kind=ActorKind.SYSTEM)


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
) -> AuditEvent:
    """Append one event; ``facts`` holds counts, codes and field names, never a personal value.

    ``subject`` is the person whose file it is about; an event about a person names it by itself.
    """
    if subject is None and object_type == "person" and object_id:
        subject = UUID(str(object_id))
    return AuditEvent.objects.create(
        at=now,
        municipality=municipality or actor.municipality,
        actor_kind=actor.kind,
        actor_id=actor.user_id or actor.device_id,
        on_behalf_of=actor.on_behalf_of,
        action=action,
        object_type=object_type,
        object_id=str(object_id),
        outcome=outcome,
        reason=reason,
        facts=facts or {},
        subject_id=subject,
        device_id=actor.device_id,
        request_id=request_ids.current.get(),
    )
