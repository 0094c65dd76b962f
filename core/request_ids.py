"""The id of the request that runs now, for the audit trail and the log."""

from contextvars import ContextVar
from uuid import UUID

current: ContextVar[UUID | None] = ContextVar("kaiteki_request_id", default=None)
