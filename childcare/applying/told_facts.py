"""A fact that a family told to any desk, on any form: it counts in all its applications.

橿原 2024: a pregnancy told to one desk was not scored. Here a told fact is written into every
application of the family that is still checked, in the transaction that takes the form in: there
is no form that can be filed without it.
"""

from collections.abc import Sequence
from http import HTTPStatus

from django.db import transaction

from childcare.applying.content import is_shared
from childcare.applying.states import BEFORE_SELECTION
from childcare.applying.submission import PapersOf, change_submitted
from childcare.applying.versions import Told, content_of
from childcare.facts import Fact
from childcare.models import Application, Child, Household, WhyAVersion
from core.refusals import Refusal, gettext_noop as _


class NothingToldReached(Refusal):
    """There is no application that the fact could reach: the form must not be closed as done."""

    code = "told-fact-reaches-nothing"
    title = _("この内容が届く申しこみがありません")
    next_step = _(
        "申しこみの状態をたしかめてください。選考が始まっていれば、担当に伝えてください。"
    )
    status = HTTPStatus.CONFLICT


def tell_facts(
    household: Household,
    facts: Sequence[Fact],
    *,
    child: Child | None = None,
    papers_of: PapersOf,
    told: Told,
) -> list[Application]:
    """Write ``facts`` into the family's applications that are still checked; return those.

    Facts of one child need ``child``. Raises :class:`NothingToldReached` where no application
    takes them: then the form stays open, and somebody has to look.
    """
    if child is None and not all(is_shared(fact) for fact in facts):
        raise ValueError("a child's fact without the child")
    with transaction.atomic():
        rows = Application.objects.filter(
            child__household=household, state__in=BEFORE_SELECTION
        ).order_by("pk")
        if child is not None:
            rows = rows.filter(child=child)
        first = rows.select_related("child__household", "current").first()
        if first is None:
            raise NothingToldReached
        content = content_of(first).with_facts(facts)
        if content != content_of(first):
            change_submitted(
                first,
                content,
                why=WhyAVersion.SHARED,
                if_match=None,
                papers_of=papers_of,
                told=told,
            )
        return list(rows)
