"""Who reads the printed record: a language, and the rule set behind an application's words."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext

from childcare.applying.round_rules import rules_of
from childcare.models import Application, Round
from childcare.rule_sets.rules import RuleSet
from web.childcare_words import Wording
from web.easy_japanese import in_brackets


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """In which language it is read, and by whose rule set a nursery's words are understood."""

    language: str
    rules: RuleSet | None = None

    def words(self, message_id: str) -> str:
        """Return a text of the catalogue; readings stand in brackets, as paper has no ruby."""
        return in_brackets(gettext(message_id))

    def for_application(self, told: Mapping[str, Any]) -> Self:
        """Return the reader with the rule set that the application ``told`` was written for."""
        row = (
            Application.objects.select_related("round__rule_set")
            .filter(receipt_number=told.get("receipt_number") or "")
            .first()
        )
        round_ = (
            row.round
            if row
            else Round.objects.select_related("rule_set")
            .filter(
                municipality=settings.DEFAULT_MUNICIPALITY, starts_on=str(told.get("starts_on"))
            )
            .first()
        )
        return replace(self, rules=rules_of(round_) if round_ else None)

    def wording(self, *facilities: str) -> Wording:
        """Return the words of the rule set, and the names of these nurseries."""
        return Wording(self.rules, self.language, [UUID(one) for one in facilities])


Say = Callable[[Reader, Any], str]
Pairs = Callable[[Reader, Any], Iterator[tuple[str, str]]]
