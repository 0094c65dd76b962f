"""What a change would do to a round: counts only, none so small that it speaks of a child."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import Role
from childcare.admission.draft_rules import draft_effect
from childcare.admission.what_if import Effect
from childcare.facts import Fact
from childcare.models import RuleSet, Run, ScoreSheet
from childcare.rule_set_publication import submit_rule_set
from childcare.rule_sets_in_force import rules_of
from childcare.shipped_rule_sets import reference_files
from core.audit import SYSTEM
from tests.childcare.admission.test_real_failures import (
    approved,
    april_round,
    family,
    notified,
    nursery,
    scored_and_run,
)
from tests.childcare.applying.factories import NOW, make_clerk
from tests.childcare.rule_set_files import DEMO
from tests.disability_card.factories import CITY, make_staff

pytestmark = pytest.mark.django_db

CHILDREN = 5  # of each kind, and as many seats


@pytest.fixture
def run() -> Run:
    """Five with full-time parents, who get the five seats, and five with short hours."""
    round_ = april_round()
    here = nursery(round_, seats=CHILDREN)
    for hours in (160, 64):
        for _child in range(CHILDREN):
            family(round_, here, hours=hours)
    return scored_and_run(round_)


def draft() -> RuleSet:
    """The same table, but that full-time work counts nothing."""
    text = DEMO.read_text(encoding="utf-8").replace("version: demo-1", "version: draft-2")
    changed = text.replace("[hours_month, 160]}, points: 40", "[hours_month, 160]}, points: 0")
    assert changed != text
    return submit_rule_set(
        changed.encode(), municipality=CITY, submitted_by=make_clerk(), actor=SYSTEM, now=NOW
    )


def test_a_draft_shows_how_many_would_gain_and_lose_and_stores_nothing(run: Run) -> None:
    table, sheets = draft(), ScoreSheet.objects.count()
    swapped = Effect(better=5, worse=5, newly_placed=5, no_longer_placed=5, has_siblings=False)
    assert draft_effect(run, table) == swapped
    assert ScoreSheet.objects.count() == sheets
    # Also after the families were told: next year's table is tried on this year's children.
    notified(approved(run))
    run.refresh_from_db()
    assert draft_effect(run, table) == swapped


def test_page_api_and_command_ask_the_same_question(run: Run) -> None:
    table = draft()
    slot = run.round.slots.get()
    client = Client()
    client.force_login(make_staff(Role.CHILDCARE_CLERK))
    page, api = f"/staff/admission/{run.round_id}/what-if/", (
        f"/api/v1/staff/childcare/rounds/{run.round_id}/what-if"
    )  # fmt: skip

    shown = client.get(page, {"rule_set": str(table.pk)}).content.decode()
    assert shown.count("<dd>5</dd>") == 4
    assert client.get(api, {"rule_set": str(table.pk)}).json()["worse"] == 5
    out = StringIO()
    call_command("admission", "what-if", run.round_id, "--rule-set", table.pk, stdout=out)
    assert out.getvalue().startswith("better: 5, worse: 5, newly placed: 5, no longer placed: 5")

    # One more seat moves one child: a number so small is not said.
    seat = {"facility": str(slot.facility_id), "class_age": "1"}
    assert client.get(api, seat).json()["better"] is None
    shown = client.get(page, {"slot": f"{slot.facility_id}:1"}).content.decode()
    assert shown.count("<dd>1–4</dd>") == 2


def test_a_question_names_one_thing_and_one_that_there_is(run: Run) -> None:
    client = Client()
    client.force_login(make_staff(Role.CHILDCARE_CLERK))
    api = f"/api/v1/staff/childcare/rounds/{run.round_id}/what-if"
    other = RuleSet.objects.create(municipality="130001", name="x", version="1", content="x")
    assert client.get(api).status_code == 400
    assert client.get(api, {"class_age": 1}).status_code == 400
    assert client.get(api, {"rule_set": str(other.pk)}).status_code == 404
    page = f"/staff/admission/{run.round_id}/what-if/"
    assert client.get(page, {"slot": "x:9"}).status_code == 422
    assert client.get(page, {"rule_set": str(other.pk)}).status_code == 422


@pytest.mark.parametrize("path", reference_files(), ids=lambda path: path.stem)
def test_every_shipped_table_can_be_tried_and_says_what_it_was_not_told(
    run: Run, path: Path
) -> None:
    """A table of another city asks for facts of its own; without tie-breaks the lot decides."""
    table = submit_rule_set(
        path.read_bytes(), municipality=CITY, submitted_by=make_clerk(), actor=SYSTEM, now=NOW
    )
    effect = draft_effect(run, table)
    own = {str(one.label) for one in rules_of(table).facts.values()}
    named = {str(words) for words in effect.gaps.not_asked}
    assert named <= own
    asked_here = {"koshigaya-r8", "koto-r7", "musashimurayama-r4-example"}
    assert not named or path.stem not in asked_here  # the demo's families tell all of it


def test_a_fact_told_in_other_words_counts_nothing_and_is_named() -> None:
    round_ = april_round()
    ill = Fact(subject="guardian:1", name="illness", value="outpatient")
    family(round_, nursery(round_), hours=120, more=[ill])
    run = scored_and_run(round_)
    text = DEMO.read_text(encoding="utf-8").replace("version: demo-1", "version: draft-3")
    table = submit_rule_set(
        text.replace("outpatient", "sees_doctor").encode(),
        municipality=CITY, submitted_by=make_clerk(), actor=SYSTEM, now=NOW,
    )  # fmt: skip
    assert [str(one) for one in draft_effect(run, table).gaps.not_understood] == ["病気やけが"]
    client = Client()
    client.force_login(make_staff(Role.CHILDCARE_CLERK))
    shown = client.get(
        f"/staff/admission/{run.round_id}/what-if/", {"rule_set": str(table.pk)}
    ).content.decode()
    assert "書き方がちがって読めないこと" in shown
    assert "この回の申しこみで聞いていないこと" not in shown
    api = f"/api/v1/staff/childcare/rounds/{run.round_id}/what-if"
    told = client.get(api, {"rule_set": str(table.pk)}).json()
    assert (told["not_asked"], told["not_understood"]) == ([], ["病気やけが"])
