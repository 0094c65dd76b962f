"""A round is scored while its table ends early: on PostgreSQL one of the two waits."""

from datetime import date

import pytest

from childcare.models import Round
from childcare.rule_set_ending import ScoredByIt, ask_ending, confirm_ending
from childcare.rule_sets_in_force import NoRuleSetInForce
from childcare.score_round import score_round
from core.audit import SYSTEM
from tests.childcare.applying.factories import make_round
from tests.childcare.placing.test_seat_races import at_once
from tests.childcare.published import NOW, make_approver, make_submitter, published

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("number", range(5))
def test_no_round_is_scored_by_a_table_that_had_ended(number: int) -> None:
    row = published()
    round_ = make_round(reference_on=date(2027, 1, 15 + number))
    ending = ask_ending(
        row, ends_on=date(2026, 12, 31), reason="条例が変わるため", asked_by=make_submitter(),
        actor=SYSTEM, now=NOW,
    )  # fmt: skip
    officer = make_approver()
    answers = at_once(
        lambda: score_round(round_, actor=SYSTEM, now=NOW),
        lambda: confirm_ending(ending, decided_by=officer, actor=SYSTEM, now=NOW),
    )
    refused = [one for one in answers if isinstance(one, ScoredByIt | NoRuleSetInForce)]
    assert len(refused) == 1, answers
    row.refresh_from_db()
    is_scored = Round.objects.get().rule_set_id == row.pk
    assert is_scored == (row.effective_to == date(2040, 3, 31))
