"""What an application says, in a reader's words: facts, papers, wishes, siblings."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from django.utils.translation import gettext

from childcare.applying.content import Content, Difference
from childcare.facts import Fact, FactValue
from childcare.models import Document, Facility, SiblingBox
from childcare.rule_sets.rules import FactType, Of, RuleSet
from core.refusals import gettext_noop as _
from web.dates import date_as_text

SUBJECTS: Final[Mapping[str, str]] = {
    "household": _("家族"),
    "guardian:1": _("保護者1"),
    "guardian:2": _("保護者2"),
    "child": _("子ども"),
    "wishes": _("希望する園"),
    "siblings": _("きょうだい"),
}
ALONE: Final[Mapping[str, str]] = {
    "elder": _("年上の子がひとりでも入る"),
    "younger": _("年下の子がひとりでも入る"),
    "either": _("どちらかひとりでも入る"),
}
_SAME_FIRST: Final = _("きょうだい・同じ園を先に")
_YES: Final = _("はい")
_NO: Final = _("いいえ")


class Wording:
    """The words of one rule set and of the nurseries, for one reader's language."""

    def __init__(self, rules: RuleSet | None, language: str, facilities: Iterable[UUID]) -> None:
        self.rules = rules
        self.language = language
        self.names = facility_names(facilities)

    def paper(self, document: Document) -> str:
        """Return ``就労証明書（保護者1）``."""
        name = self.kind(document.kind)
        who = gettext(SUBJECTS[document.subject]) if document.subject in SUBJECTS else ""
        return name if not who or document.subject == "household" else f"{name}（{who}）"

    def kind(self, kind: str) -> str:
        """Return the name of a kind of paper."""
        known = self.rules.documents.get(kind) if self.rules else None
        return known.label.for_language(self.language) if known else kind

    def where(self, kind: str) -> str:
        """Return where the family gets the paper."""
        known = self.rules.documents.get(kind) if self.rules else None
        return known.where.for_language(self.language) if known and known.where else ""

    def subject(self, subject: str) -> str:
        """Return whose fact it is."""
        if subject.startswith("facility:"):
            return self.names.get(subject.removeprefix("facility:"), gettext(_("園")))
        return gettext(SUBJECTS[subject]) if subject in SUBJECTS else subject

    def owner(self, of: Of) -> str:
        """Return whose facts these are, whichever guardian it is."""
        return gettext(_("保護者")) if of == Of.GUARDIAN else self.subject(str(of))

    def fact_name(self, name: str) -> str:
        """Return the label of a fact."""
        known = self.rules.facts.get(name) if self.rules else None
        return known.label.for_language(self.language) if known else name

    def value(self, name: str, value: FactValue) -> str:
        """Return a value as people say it."""
        if isinstance(value, bool):
            return gettext(_YES if value else _NO)
        known = self.rules.facts.get(name) if self.rules else None
        if known is not None and known.type == FactType.CHOICE and value in known.values:
            return known.values[str(value)].for_language(self.language)
        return str(value)

    def fact(self, fact: Fact) -> str:
        """Return a fact's value with its period, where it has one."""
        said = self.value(fact.name, fact.value)
        period = self.period(fact.valid_from, fact.valid_to)
        return f"{said}（{period}）" if period else said

    def period(self, first: date | None, last: date | None) -> str:
        """Return ``2026年4月1日（令和8年）〜``: both ends included, open where there is none."""
        days = [date_as_text(day, self.language) if day else "" for day in (first, last)]
        return "〜".join(days) if any(days) else ""

    def field(self, subject: str, name: str) -> str:
        """Return the name of a field of the content."""
        if subject == "wishes":
            if name == "held":
                return gettext(_("いま通っている園"))
            return gettext(_("第%(rank)s希望")) % {"rank": int(name)}
        if subject == "siblings":
            return gettext(_SAME_FIRST if name == "same_first" else SUBJECTS["siblings"])
        return f"{self.subject(subject)}・{self.fact_name(name)}"

    def said(self, subject: str, name: str, text: str) -> str:
        """Return a field's stored text as people say it."""
        if subject == "wishes":
            return self.names.get(text, text)
        if subject == "siblings":
            return sibling_words(text)
        return "、".join(self._said_once(name, one) for one in text.split("; "))

    def _said_once(self, name: str, text: str) -> str:
        """Return one stored value, with the days between which it holds."""
        bare, _space, period = text.partition(" [")
        known = self.rules.facts.get(name) if self.rules else None
        if bare in ("true", "false"):
            bare = gettext(_YES if bare == "true" else _NO)
        elif known is not None and bare in known.values:
            bare = known.values[bare].for_language(self.language)
        elif known is not None and known.type == FactType.INTEGER and bare.isdigit():
            bare = f"{int(bare):,}"
        if not period:
            return bare
        days = [date.fromisoformat(day) if day else None for day in period[:-1].split("/")]
        return f"{bare}（{self.period(days[0], days[1])}）"

    def difference(self, one: Difference) -> dict[str, str]:
        """Return one line of a comparison."""
        return {
            "field": self.field(one.subject, one.name),
            "before": self.said(one.subject, one.name, one.before),
            "after": self.said(one.subject, one.name, one.after),
        }


def wording_of(rules: RuleSet | None, language: str, *contents: Content) -> Wording:
    """Return the words for these contents."""
    ids = {UUID(one) for content in contents for one in content.preferences}
    ids |= {UUID(content.held_facility) for content in contents if content.held_facility}
    ids |= {
        UUID(fact.facility_id) for content in contents for fact in content.facts if fact.facility_id
    }
    return Wording(rules, language, ids)


def facility_names(ids: Iterable[UUID]) -> dict[str, str]:
    """Return the names of nurseries by id."""
    rows = Facility.objects.filter(pk__in=set(ids)).values_list("pk", "place__name")
    return {str(pk): name for pk, name in rows}


def sibling_words(code: str) -> str:
    """Return the words of a box or of who may start alone."""
    if code in SiblingBox.values:
        return str(SiblingBox(code).label)
    if code in ALONE:
        return gettext(ALONE[code])
    if code in ("true", "false"):
        return gettext(_YES if code == "true" else _NO)
    return code
