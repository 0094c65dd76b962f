"""Print one paper card at the counter: issued and drawn, or neither."""

from datetime import datetime
from http import HTTPStatus

from django.db import transaction

from accounts.models import User
from core.refusals import Refusal, gettext_noop as _
from disability_card.models import Card
from disability_card.paper import make_paper_cards
from disability_card.printing.cards import render_cards


class NameNotPrintable(Refusal):
    """The print font lacks a character of the name."""

    code = "name-not-printable"
    title = _("この名前は印刷できません")
    next_step = _("手書きで作ってください。")
    status = HTTPStatus.CONFLICT


def print_paper_card(card: Card, *, printed_by: User, now: datetime) -> bytes:
    """Issue a paper card and return it as PDF/UA (A6).

    Raises :class:`NameNotPrintable`, ``CardNotPrintable``, ``PrintingNotInstalled``; then no
    credential was issued.
    """
    with transaction.atomic():
        made = make_paper_cards([card], printed_by=printed_by, now=now)[0]
        if made.face.missing_glyphs():
            raise NameNotPrintable
        return render_cards([made.face], city=card.municipality)
