"""The staff's tables of an application: rows by deadline, fields to check, papers with facts."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext

from childcare.applying.content import Content, fields_of, value_text
from childcare.applying.needed_papers import Needed
from childcare.applying.round_rules import paper_facts
from childcare.models import Application, DocumentState
from childcare.rule_sets.rules import RuleSet
from core.refusals import gettext_noop as _
from jp.clock import civil_date
from web.childcare_words import Wording

TODAY = _("きょう")
TOMORROW = _("あす")
OVER = _("期限が過ぎたもの")


def group_by_deadline(rows: Sequence[dict[str, Any]], *, now: datetime) -> list[dict[str, Any]]:
    """Return the rows in groups of one deadline each; what is over comes first."""
    today = civil_date(now)
    groups: dict[date, list[dict[str, Any]]] = {}
    for row in rows:
        due = row["due"] if row["due"] >= today else date.min
        groups.setdefault(due, []).append(row)
    return [
        {"word": _day_word(due, today), "day": None if due == date.min else due, "rows": inside}
        for due, inside in sorted(groups.items())
    ]


def _day_word(due: date, today: date) -> str:
    if due == date.min:
        return gettext(OVER)
    if due == today:
        return gettext(TODAY)
    return gettext(TOMORROW) if due == today + timedelta(days=1) else ""


def check_rows(words: Wording, content: Content) -> list[dict[str, Any]]:
    """Return each field with its number in the form."""
    return [
        {
            "number": number,
            "field": words.field(*key),
            "said": words.said(key[0], key[1], text),
            "stored": text,
            "may_differ": key[0] != "wishes",
        }
        for number, (key, text) in enumerate(fields_of(content).items())
    ]


def document_rows(
    row: Application, words: Wording, rules: RuleSet | None, content: Content
) -> list[dict[str, Any]]:
    """Return each paper with the facts that it proves, as the form asks for them."""
    found = []
    for document in row.documents.all():
        paper = Needed(subject=document.subject, kind=document.kind)
        facts = (
            paper_facts(
                rules, content, paper, on=row.round.reference_on, starts_on=row.round.starts_on
            )
            if rules
            else []
        )
        found.append(
            {
                "row": document,
                "name": words.paper(document),
                "is_missing": document.state in (DocumentState.MISSING, DocumentState.DEFICIENT),
                "is_accepted": document.state == DocumentState.ACCEPTED,
                "facts": [
                    {
                        "key": f"{fact.subject}|{fact.name}",
                        "label": f"{words.subject(fact.subject)}・{words.fact_name(fact.name)}",
                        "said": words.value(fact.name, fact.value),
                        "value": value_text(fact.value),
                        "choices": _choices(words, fact.name),
                    }
                    for fact in facts
                ],
            }
        )
    return found


def _choices(words: Wording, name: str) -> list[tuple[str, str]]:
    known = words.rules.facts.get(name) if words.rules else None
    if known is None:
        return []
    if str(known.type) == "boolean":
        return [("true", gettext(_("はい"))), ("false", gettext(_("いいえ")))]
    return [(key, label.for_language(words.language)) for key, label in known.values.items()]
