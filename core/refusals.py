"""The one base class for refusals. Plain Python: importable from every layer."""

from http import HTTPStatus
from typing import ClassVar


def gettext_noop(message: str) -> str:
    """Mark ``message`` as a message id for translation; ``core.problems`` and ``web`` translate."""
    return message


class Refusal(Exception):
    """A request we understood and refuse.

    Subclasses name the refusal once, on the class; ``core.problems`` turns any of them into an
    RFC 9457 problem and ``web`` into a page. ``code`` is public API: clients switch on it, so it
    never changes. ``title`` and ``next_step`` are Japanese message ids.
    """

    code: ClassVar[str]
    title: ClassVar[str]
    next_step: ClassVar[str] = ""
    status: ClassVar[HTTPStatus] = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, detail: str = "", **extra: str | int) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.extra = extra
