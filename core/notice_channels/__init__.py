"""Ways out of the app: what is sent, to which address, and how a try can end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from core.models import NoticeChannel

TRY_AGAIN = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One address of one person; ``target`` names it among theirs, ``values`` is what is needed."""

    channel: NoticeChannel
    target: str
    values: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What anybody may read over somebody's shoulder: that there is news, and where.

    ``key`` is the same at each try, so that a peer can tell a try from a second message.
    """

    key: UUID
    subject: str
    body: str
    link: str
    at: datetime


class DeliveryFailed(Exception):
    """A try that did not arrive; ``code`` is for the log and the table."""

    def __init__(self, code: str, *, is_final: bool = False, is_gone: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.is_final = is_final or is_gone
        self.is_gone = is_gone  # the address itself is dead


def refused_by_peer(status: int) -> DeliveryFailed:
    """Return what a peer's HTTP answer means: its own trouble passes, a refusal does not."""
    passes = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in TRY_AGAIN
    return DeliveryFailed(f"http-{status}", is_final=not passes)
