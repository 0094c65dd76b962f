"""When somebody last proved who they are, in this very session.

Not ``User.last_login``: that one is also set by the same person's sign-in on another device, and
would make a session on a lost phone look fresh.
"""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY

from core.refusals import Refusal, gettext_noop as _

FRESH_FOR: Final = timedelta(minutes=5)
# What counts as a second factor; the demo's one-click sign-in stands for one.
_STRONG: Final = frozenset({"mfa", "national-id", "demo"})


class SignInAgain(Refusal):
    """The action asks for a sign-in of the last five minutes, in this very session."""

    code = "fresh-sign-in-needed"
    title = _("もう一度、本人の確認が必要です")
    next_step = _("メールで届く番号でサインインし直してから、お試しください。")
    status = HTTPStatus.FORBIDDEN


def assurance_of(session: Any) -> int:
    """Return 2 where ``session`` was opened with more than a code from a mail, else 1."""
    records = session.get(AUTHENTICATION_METHODS_SESSION_KEY)
    methods = {one.get("method") for one in records} if isinstance(records, list) else set()
    return 2 if methods & _STRONG else 1


def signed_in_at(session: Any) -> datetime | None:
    """Return the last sign-in or re-authentication of ``session``; ``None`` if it has none."""
    records = session.get(AUTHENTICATION_METHODS_SESSION_KEY)
    times = [record.get("at") for record in records] if isinstance(records, list) else []
    known = [at for at in times if isinstance(at, (int, float))]
    return datetime.fromtimestamp(max(known), tz=UTC) if known else None


def is_fresh(session: Any, *, now: datetime) -> bool:
    """Say whether this very session proved who it is in the last five minutes."""
    at = signed_in_at(session)
    return at is not None and now - at < FRESH_FOR


def demand_fresh(session: Any, *, now: datetime) -> None:
    """Raise :class:`SignInAgain` unless this very session proved who it is just now."""
    if not is_fresh(session, now=now):
        raise SignInAgain
