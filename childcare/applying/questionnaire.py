"""The rule set's questions as the form of an application: answers make facts and back.

Plain Python. An answer is the number of its option. The facts of all answers are made anew at
each answer, so that a changed one never leaves a fact of the old one behind; facts that the
answers did not state (told at a desk, read in a paper) stay.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field, replace

from childcare.applying.content import Content
from childcare.facts import Fact, facility_subject
from childcare.rule_sets.questions import Option, Question
from childcare.rule_sets.rules import RuleSet

FACILITY = "facility"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The options chosen, by question, and where a sibling is, by question."""

    options: Mapping[str, int] = field(default_factory=dict)
    facilities: Mapping[str, str] = field(default_factory=dict)

    def with_answer(self, question: str, option: int, *, facility: str = "") -> "Answers":
        """Return the answers with this one."""
        return Answers(
            options={**self.options, question: option},
            facilities={**self.facilities, question: facility},
        )

    def as_json(self) -> dict[str, object]:
        """Return the form kept in a draft."""
        return {"options": dict(self.options), "facilities": dict(self.facilities)}

    @classmethod
    def from_json(cls, stored: object) -> "Answers":
        """Read it; what is not an answer is left out: the question is asked again."""
        told = stored if isinstance(stored, Mapping) else {}
        options, facilities = told.get("options", {}), told.get("facilities", {})
        return cls(
            options={
                str(key): value
                for key, value in dict(options).items()
                if isinstance(value, int) and value >= 0
            },
            facilities={
                str(key): value for key, value in dict(facilities).items() if isinstance(value, str)
            },
        )


def asked(rules: RuleSet, answers: Answers) -> list[Question]:
    """Return the questions to ask, in order, without those that an answer spares."""
    spared: set[str] = set()
    found = []
    for question in rules.questions:
        if question.id in spared:
            continue
        found.append(question)
        option = chosen(question, answers)
        if option is not None:
            spared |= option.skips
    return found


def chosen(question: Question, answers: Answers) -> Option | None:
    """Return the option that was chosen."""
    number = answers.options.get(question.id)
    if number is None or number >= len(question.options):
        return None
    return question.options[number]


def next_question(rules: RuleSet, answers: Answers) -> Question | None:
    """Return the first question without an answer."""
    return next((one for one in asked(rules, answers) if chosen(one, answers) is None), None)


def needs_facility(option: Option) -> bool:
    """Say whether the option speaks of one nursery, which must be named."""
    return FACILITY in option.facts


def apply_answers(rules: RuleSet, content: Content, *, before: Answers, after: Answers) -> Content:
    """Return ``content`` as ``after`` makes it: what ``before`` had stated is gone.

    What neither stated (told at a desk, read in a paper) stays, and wins over an answer.
    """
    old = set(_stated(rules, before))
    kept = tuple(fact for fact in content.facts if fact not in old)
    told = {(fact.subject, fact.name) for fact in kept}
    new = tuple(fact for fact in _stated(rules, after) if (fact.subject, fact.name) not in told)
    return replace(content, facts=kept + new)


def answers_of(rules: RuleSet, content: Content) -> Answers:
    """Return the answers that make the facts of ``content``: the option that states the most.

    A question to which no stated fact belongs is answered by its option without facts.
    """
    answers = Answers()
    have = _triples_of(content)
    for question in rules.questions:
        found = _fitting(question, have)
        if found is not None:
            answers = _answered(answers, question, found, content)
    return answers


def answers_told(rules: RuleSet, content: Content, *, saved: Answers) -> Answers:
    """Return the ``saved`` answers that still hold, and those that the facts tell by themselves.

    The facts of a draft change under its answers: another child's form, a word at a desk. An answer
    that says otherwise than they do is gone, a question that they answer is not asked again. An
    option without facts is an answer only where it was saved: nobody said it yet.
    """
    answers = Answers()
    have = _triples_of(content)
    for question in rules.questions:
        told, own = _fitting(question, have), chosen(question, saved)
        stated = set() if own is None else set(_triples(own))
        if stated and stated <= have:
            facility = saved.facilities.get(question.id, "")
            answers = answers.with_answer(question.id, saved.options[question.id],
                                          facility=facility)  # fmt: skip
        elif told is not None and any(_triples(question.options[told])):
            answers = _answered(answers, question, told, content)
        elif own is not None and not stated:
            answers = answers.with_answer(question.id, saved.options[question.id])
    return answers


def _fitting(question: Question, have: Set[tuple[str, str, object]]) -> int | None:
    """Return the option whose facts are all among ``have``, the one that states the most."""
    fits = [
        (len(stated), -number)
        for number, option in enumerate(question.options)
        if (stated := set(_triples(option))) <= have
    ]
    return -max(fits)[1] if fits else None


def _answered(answers: Answers, question: Question, number: int, content: Content) -> Answers:
    facility = next((fact.facility_id or "" for fact in content.facts if fact.facility_id), "")
    is_there = needs_facility(question.options[number])
    return answers.with_answer(question.id, number, facility=facility if is_there else "")


def _triples_of(content: Content) -> set[tuple[str, str, object]]:
    return {(_subject_kind(fact.subject), fact.name, fact.value) for fact in content.facts}


def _facts_of(option: Option, facility: str) -> Iterator[Fact]:
    for subject, named in option.facts.items():
        if subject == FACILITY and not facility:
            continue
        whose = facility_subject(facility) if subject == FACILITY else subject
        for name, value in named.items():
            yield Fact(subject=whose, name=name, value=value)


def _triples(option: Option) -> Iterator[tuple[str, str, object]]:
    for subject, named in option.facts.items():
        for name, value in named.items():
            yield subject, name, value


def _stated(rules: RuleSet, answers: Answers) -> list[Fact]:
    """Return the facts of all answers; a later question has the last word."""
    stated: dict[tuple[str, str], Fact] = {}
    for question in asked(rules, answers):
        option = chosen(question, answers)
        if option is None:
            continue
        for fact in _facts_of(option, answers.facilities.get(question.id, "")):
            stated[fact.subject, fact.name] = fact
    return list(stated.values())


def _subject_kind(subject: str) -> str:
    return FACILITY if subject.startswith(FACILITY) else subject
