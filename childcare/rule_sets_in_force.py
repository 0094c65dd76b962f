"""Which rule set a day goes by, and which may be tried."""

from datetime import date
from http import HTTPStatus

from django.db.models import QuerySet

from childcare.models import RuleSet, RuleSetStatus
from childcare.rule_sets import rules
from childcare.rule_sets.loading import load_rule_set
from core.refusals import Refusal, gettext_noop as _


class NoRuleSetInForce(Refusal):
    """The city published no rule set for that day."""

    code = "no-rule-set-in-force"
    title = _("この日に使う点数表が、公開されていません")
    next_step = _("点数表を2人で公開してから、もう一度ためしてください。")
    status = HTTPStatus.CONFLICT


def rule_set_in_force(municipality: str, *, on: date) -> RuleSet:
    """Return the published version of ``on``; raise :class:`NoRuleSetInForce` without one."""
    found = RuleSet.objects.filter(
        municipality=municipality,
        status=RuleSetStatus.PUBLISHED,
        effective_from__lte=on,
        effective_to__gte=on,
    ).first()
    if found is None:
        raise NoRuleSetInForce(day=on.isoformat())
    return found


def readable_rule_sets(municipality: str) -> QuerySet[RuleSet]:
    """Return the versions that anybody may read: published ones and references."""
    return RuleSet.objects.filter(
        municipality=municipality,
        status__in=(RuleSetStatus.PUBLISHED, RuleSetStatus.REFERENCE),
    ).order_by("-status", "-effective_from", "name", "version")


def rules_of(row: RuleSet) -> rules.RuleSet:
    """Return the typed rules of a stored version."""
    return load_rule_set(row.content.encode())
