"""The demo's generated children: as many as asked, plainly generated, checked by two."""

from datetime import timedelta
from pathlib import Path

import pytest

from childcare.applying.content import is_shared
from childcare.applying.drafting import draft_content, household_of
from childcare.applying.round_rules import rules_of as rules_of_round
from childcare.applying.versions import content_of
from childcare.fact_gaps import gaps_of
from childcare.models import Application, FactCheck, Round, RuleSet, Slot
from childcare.rule_sets.loading import load_rule_set
from jp.clock import JST
from tests.childcare.applying.factories import (
    CLOSES,
    NOW,
    make_clerk,
    make_facility,
    make_round,
    make_slot,
)
from tests.disability_card.factories import CITY, make_person
from web import demo_applications
from web.demo_applications import fill_round, generated_families, prepare_applications

pytestmark = pytest.mark.django_db
LATER = CLOSES.astimezone(JST).replace(month=12, day=10)


@pytest.fixture
def round_() -> Round:
    """A round of four nurseries with the demo's rule set."""
    content = Path("childcare/rulesets/saku-demo.yaml").read_text(encoding="utf-8")
    rules = RuleSet.objects.create(
        municipality=CITY, name="demo", version="1", content=content, sha256="0" * 64,
        is_demo=True,
    )  # fmt: skip
    round_ = make_round(rule_set=rules)
    for _number in range(4):
        facility = make_facility()
        for age in range(6):
            make_slot(round_, facility, class_age=age, offered=3)
    return round_


def test_sixty_generated_children_go_in_by_the_real_processes(round_: Round) -> None:
    first, second = make_clerk(), make_clerk()
    assert fill_round(round_, children=60, first=first, second=second, now=LATER) == 60
    rows = Application.objects.filter(round=round_)
    assert set(rows.values_list("state", flat=True)) == {"verified"}
    assert all(row.child.name.startswith("デモ ") for row in rows)
    assert FactCheck.objects.count() == 120
    assert rows.filter(documents__state="accepted").exists()


def test_the_same_seed_makes_the_same_families(round_: Round) -> None:
    def made(seed: int) -> object:
        return generated_families(round_, children=200, seed=seed)

    assert made(1) == made(1) != made(2)
    families = generated_families(round_, children=200, seed=1)
    children = [child for family in families for child in family.children]
    assert len(children) == 200
    with_sibling = sum(len(one.children) for one in families if len(one.children) > 1)
    assert 20 <= with_sibling <= 70  # about a fifth
    assert any(child.content.held_facility for child in children)


@pytest.mark.parametrize("name", ["koshigaya-r8", "koto-r7", "musashimurayama-r4-example"])
def test_the_families_tell_what_the_tables_of_other_cities_ask(round_: Round, name: str) -> None:
    """All but a fact of one nursery: the generated families never name one for a sibling."""
    families = generated_families(round_, children=300, seed=1)
    facts = [one for it in families for child in it.children for one in child.content.facts]
    table = load_rule_set(Path(f"childcare/rulesets/{name}.yaml").read_bytes())
    own = rules_of_round(round_)
    assert own is not None
    assert gaps_of(table, own, facts).not_asked == ()
    told = {fact.name for fact in facts}
    asked = {one for one, of in table.facts.items() if str(of.of) != "facility"}
    assert asked <= told


def test_what_they_tell_agrees_with_what_they_answered(round_: Round) -> None:
    for it in generated_families(round_, children=100, seed=1):
        told = {(one.subject, one.name): one.value for one in it.children[0].content.facts}
        assert told["household", "sibling_applies"] == (len(it.children) > 1)
        for guardian in ("guardian:1", "guardian:2"):
            hours = told.get((guardian, "hours_month"))
            if told.get((guardian, "activity")) == "work" and isinstance(hours, int):
                assert told[guardian, "full_time"] == (hours >= 160)
                assert told[guardian, "hours_week"] == hours // 4
            else:
                assert (guardian, "full_time") not in told


def test_the_parent_has_an_unfinished_draft_and_a_second_run_adds_nothing(round_: Round) -> None:
    parent = make_person()
    assert parent.user is not None
    for _run in range(2):
        prepare_applications(
            municipality=CITY, parent=parent.user, first=make_clerk(), second=make_clerk(), now=NOW
        )
    row = Application.objects.get(current__isnull=True)
    assert (row.state, row.child.household.applicant) == ("draft", parent)
    states = set(Application.objects.values_list("state", flat=True))
    assert states == {"draft", "submitted", "documents_missing"}
    assert Application.objects.count() == 15


def test_the_parent_has_a_child_in_the_practice_round_whose_result_it_can_answer(
    round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_applications, "CHILDREN", 20)
    Round.objects.filter(pk=round_.pk).update(state="review")
    parent = make_person()
    assert parent.user is not None
    household = household_of(parent, now=NOW)

    prepare_applications(
        municipality=CITY, parent=parent.user, first=make_clerk(), second=make_clerk(), now=LATER
    )

    rows = Application.objects.filter(round=round_)
    assert (rows.count(), set(rows.values_list("state", flat=True))) == (20, {"verified"})
    own = rows.get(child__household__applicant=parent)
    assert (own.child.name, own.child.household) == ("デモ うみ", household)


def test_the_parents_draft_has_what_the_other_childs_paper_says(
    round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else handing it in would change the checked one, which would then be in no run."""
    monkeypatch.setattr(demo_applications, "CHILDREN", 2)
    later = make_round(
        rule_set=round_.rule_set,
        name="later",
        opens_at=CLOSES,
        closes_at=CLOSES + timedelta(days=60),
    )
    for slot in Slot.objects.filter(round=round_):
        make_slot(later, slot.facility, class_age=slot.class_age, offered=3)
    Round.objects.filter(pk=round_.pk).update(state="review")
    parent = make_person()
    assert parent.user is not None

    prepare_applications(
        municipality=CITY, parent=parent.user, first=make_clerk(), second=make_clerk(), now=LATER
    )

    draft = Application.objects.get(round=later, current__isnull=True)
    checked = Application.objects.get(round=round_, child__household=draft.child.household)
    shared = {fact for fact in content_of(checked).facts if is_shared(fact)}
    assert shared
    assert shared == {fact for fact in draft_content(draft).facts if is_shared(fact)}
