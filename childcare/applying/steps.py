"""One step of the form: the draft saved, and the papers asked for that it needs by now."""

from datetime import datetime

from django.db import transaction

from childcare.applying.content import Content
from childcare.applying.drafting import draft_answers, draft_content, save_draft
from childcare.applying.needed_papers import ask_for
from childcare.applying.questionnaire import Answers, answers_of, answers_told, apply_answers
from childcare.applying.round_rules import papers_of, rules_of
from childcare.models import Application, StateOfApplication
from childcare.rule_sets.rules import RuleSet


def save_step(
    application: Application,
    content: Content,
    *,
    step: str,
    if_match: int | None,
    now: datetime,
    answers: Answers | None = None,
) -> Application:
    """Save a step of a draft. Raises :class:`EditedMeanwhile`."""
    kept = answers if answers is not None else saved_answers(application, rules_of_row(application))
    with transaction.atomic():
        row = save_draft(
            application,
            content,
            step=step,
            if_match=if_match,
            now=now,
            answers=kept.as_json(),
        )
        if row.state == StateOfApplication.DRAFT:
            ask_for(row, papers_of(row, content))
    return row


def save_answer(
    application: Application,
    question: str,
    option: int,
    *,
    facility: str = "",
    if_match: int | None,
    now: datetime,
) -> Application:
    """Save the answer to one question of the round's rule set."""
    rules = rules_of_row(application)
    if rules is None:
        raise ValueError("no rule set, no questions")
    before = saved_answers(application, rules)
    after = before.with_answer(question, option, facility=facility)
    content = apply_answers(rules, draft_content(application), before=before, after=after)
    return save_step(
        application, content, step=f"questions/{question}", if_match=if_match, now=now,
        answers=after,
    )  # fmt: skip


def saved_answers(application: Application, rules: RuleSet | None) -> Answers:
    """Return the answers of the draft as its facts bear them, or those of what was submitted."""
    saved = Answers.from_json(draft_answers(application))
    if rules is None:
        return saved
    content = draft_content(application)
    if application.current is not None and not saved.options:
        return answers_of(rules, content)
    return answers_told(rules, content, saved=saved)


def rules_of_row(application: Application) -> RuleSet | None:
    """Return the rule set whose questions the application answers."""
    return rules_of(application.round)
