"""An identity proved before there is an account: kept sealed in the session for an hour at most."""

import base64
import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from accounts.national_id.provider import ProvenPerson
from core.encrypted import Sealed, Undecryptable, seal, unseal

_KEY: Final = "pending_identity"
_BOUND_TO: Final = b"session.pending_identity"
_LIVES: Final = timedelta(hours=1)


def keep_pending(session: Any, proven: ProvenPerson, *, now: datetime) -> None:
    """Put ``proven`` into the session, encrypted."""
    values = asdict(proven) | {"auth_time": proven.auth_time.isoformat()}
    content = json.dumps({"at": now.timestamp(), "who": values}).encode()
    session[_KEY] = base64.b64encode(seal(content, bound_to=_BOUND_TO)).decode()


def take_pending(session: Any, *, now: datetime) -> ProvenPerson | None:
    """Take it out again; ``None`` where there is none, or it is too old."""
    stored = session.pop(_KEY, None)
    if stored is None:
        return None
    try:
        content = json.loads(unseal(Sealed(base64.b64decode(stored)), bound_to=_BOUND_TO))
    except (Undecryptable, ValueError):
        return None
    if now.timestamp() - content["at"] > _LIVES.total_seconds():
        return None
    who = content["who"]
    return ProvenPerson(**(who | {"auth_time": datetime.fromisoformat(who["auth_time"])}))
