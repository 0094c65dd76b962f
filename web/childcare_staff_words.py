"""The staff's tables of an application: rows by deadline, fields to check, papers with facts."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext

from childcare.applying.content import Content, fields_of, value_text
from childcare.applying.needed_papers import Needed
from childcare.applying.round_rules import paper_facts
from childcare.models import Application, DocumentState, SiblingBox
from childcare.rule_sets.rules import FactType, Of, RuleSet
from core.refusals import gettext_noop as _
from jp.clock import civil_date
from web.childcare_words import ALONE, Wording, sibling_words

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
            "choices": _sibling_choices(key[1]) if key[0] == "siblings" else choices(words, key[1]),
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
                        "choices": choices(words, fact.name),
                    }
                    for fact in facts
                ],
            }
        )
    return found


def choices(words: Wording, name: str) -> list[tuple[str, str]]:
    """Return (stored text, words) of each value that a fact may have; none for a number."""
    known = words.rules.facts.get(name) if words.rules else None
    if known is None:
        return []
    if known.type == FactType.BOOLEAN:
        return _yes_or_no()
    return [(key, label.for_language(words.language)) for key, label in known.values.items()]


def _sibling_choices(name: str) -> list[tuple[str, str]]:
    if name == "same_first":
        return _yes_or_no()
    codes = SiblingBox.values if name == "box" else ALONE
    return [(code, sibling_words(code)) for code in codes]


def _yes_or_no() -> list[tuple[str, str]]:
    return [("true", gettext(_("はい"))), ("false", gettext(_("いいえ")))]


def tellable_facts(words: Wording) -> list[dict[str, str]]:
    """Return the facts of the rule set that a desk may be told, by whose they are."""
    facts = words.rules.facts.values() if words.rules else ()
    return [
        {
            "key": f"{one.name}|{one.of}",
            "label": f"{words.owner(one.of)}・{one.label.for_language(words.language)}",
        }
        for one in facts
        if one.of != Of.FACILITY
    ]


def chosen_fact(words: Wording, key: str) -> dict[str, Any] | None:
    """Return how the form asks for the fact that was chosen; ``None`` where there is none."""
    chosen = next((one for one in tellable_facts(words) if one["key"] == key), None)
    if chosen is None:
        return None
    name, _bar, of = key.partition("|")
    return chosen | {"choices": choices(words, name), "is_of_guardian": of == Of.GUARDIAN}
