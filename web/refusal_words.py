"""A refusal as one message: what is wrong, then what to do next."""

from typing import Protocol

from django.utils.translation import gettext as _


class Told(Protocol):
    """A refusal, or a fault of a file: message ids of what is wrong and of the way on."""

    @property
    def title(self) -> str: ...

    @property
    def next_step(self) -> str: ...


def in_words(told: Told, *, next_step: str = "") -> str:
    """Return both sentences in the reader's language; ``next_step``, in it already, may be other.

    gettext("") is the catalogue's own header, so a refusal without a way on is one sentence.
    """
    way_on = next_step or (_(told.next_step) if told.next_step else "")
    if not way_on:
        return _(told.title)
    return _("%(title)s。%(next_step)s") % {"title": _(told.title), "next_step": way_on}
