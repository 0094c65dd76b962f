"""A value that somebody typed, as the rule set's vocabulary knows it. Plain Python."""

from childcare.facts import BadFact, Fact, FactValue
from childcare.rule_sets.rules import FactType, RuleSet
from core.refusals import Refusal, gettext_noop as _

_NUMBER_CHARS_MAX = 12


class ValueNotUnderstood(Refusal):
    """The text is not a value of this fact."""

    code = "fact-value"
    title = _("この値は使えません")
    next_step = _("数字は半角で、えらぶものは一覧の中から入れてください。")


def typed_fact(rules: RuleSet, *, subject: str, name: str, typed: str) -> Fact:
    """Return the fact; raise :class:`ValueNotUnderstood` for what the vocabulary does not take."""
    known = rules.facts.get(name)
    if known is None or str(known.of) != subject.partition(":")[0]:
        raise ValueNotUnderstood(fact=name)
    value = _value(known.type, typed.strip())
    if value is None or not known.takes(value):
        raise ValueNotUnderstood(fact=name)
    try:
        return Fact(subject=subject, name=name, value=value)
    except BadFact:
        raise ValueNotUnderstood(fact=name) from None


def _value(kind: FactType, typed: str) -> FactValue | None:
    match kind:
        case FactType.BOOLEAN:
            return {"true": True, "false": False}.get(typed)
        case FactType.INTEGER:
            is_number = typed.isascii() and typed.isdigit() and len(typed) <= _NUMBER_CHARS_MAX
            return int(typed) if is_number else None
        case FactType.CHOICE:
            return typed
