"""A family is asked once: what it told for one child is answered for the next, and can change."""

import pytest

from childcare.applying.content import Siblings
from childcare.applying.drafting import draft_content, start_application
from childcare.applying.steps import rules_of_row, save_answer, saved_answers
from childcare.applying.submission import submit_application
from childcare.facts import Fact
from childcare.models import Application
from tests.childcare.applying.factories import (
    NOW,
    actor_of,
    fact,
    make_child,
    make_draft,
    make_family,
    make_round,
    make_submitted,
    no_papers,
    told_by_family,
)
from tests.childcare.published import published

pytestmark = pytest.mark.django_db
FULL_TIME = (fact("activity", "work"), fact("hours_month", 160))
NO_GRANDPARENT = Fact(subject="household", name="grandparent", value="none")


def options(row: Application) -> dict[str, int]:
    row.refresh_from_db()
    return dict(saved_answers(row, rules_of_row(row)).options)


def draft_of_a_second_child(*facts: Fact) -> Application:
    family = make_family()
    first = make_submitted(make_child(family), round_=make_round(rule_set=published()), facts=facts)
    child = make_child(family)
    applicant = family.applicant
    assert applicant is not None
    return start_application(child, first.round, actor=actor_of(applicant), now=NOW)


def test_what_was_told_for_one_child_is_answered_for_the_next() -> None:
    row = draft_of_a_second_child(*FULL_TIME, NO_GRANDPARENT)
    grandparent = 2  # "none" of the demo's table
    assert options(row) == {"guardian_1_work": 0, "grandparent": grandparent}


def test_an_answer_that_says_nothing_is_nobodys_until_somebody_gives_it() -> None:
    row = draft_of_a_second_child(*FULL_TIME)
    assert "now" not in options(row)
    not_cared_for = 3
    save_answer(row, "now", not_cared_for, if_match=None, now=NOW)
    assert options(row)["now"] == not_cared_for


def test_another_answer_for_the_next_child_replaces_what_was_told() -> None:
    row = draft_of_a_second_child(*FULL_TIME)
    save_answer(row, "guardian_1_work", 1, if_match=None, now=NOW)
    row.refresh_from_db()
    hours = [one.value for one in draft_content(row).facts if one.name == "hours_month"]
    assert hours == [120]
    assert options(row)["guardian_1_work"] == 1


def test_a_draft_keeps_its_answers_when_another_childs_form_comes_in() -> None:
    family = make_family()
    round_ = make_round(rule_set=published())
    draft = make_draft(make_child(family), round_, facts=(fact("pregnancy", True),))
    for question, option in (("guardian_1_work", 0), ("now", 3), ("children", 1)):
        save_answer(draft, question, option, if_match=None, now=NOW)
        draft.refresh_from_db()
    other = make_draft(
        make_child(family),
        round_,
        siblings=Siblings(box="B"),
        facts=(fact("activity", "work"), fact("hours_month", 120)),
    )
    submit_application(other, if_match=None, papers_of=no_papers, told=told_by_family(other))
    # The hours are the family's newest word, the children were not told again; "now" is its own.
    assert options(draft) == {"guardian_1_work": 1, "now": 3}
