"""A fact told once counts everywhere, and no older draft takes it away again."""

import pytest

from childcare.applying.content import Siblings
from childcare.applying.drafting import draft_content, save_draft, start_application
from childcare.applying.submission import submit_application
from childcare.applying.told_facts import NothingToldReached, tell_facts
from childcare.applying.versions import content_of
from childcare.facts import Fact
from childcare.models import Application, Channel, Household
from tests.childcare.applying.factories import (
    NOW,
    actor_of,
    fact,
    make_child,
    make_clerk,
    make_draft,
    make_family,
    make_submitted,
    make_verified,
    no_papers,
    told_by,
    told_by_family,
)

pytestmark = pytest.mark.django_db
PREGNANT = fact("pregnancy", True)
BOX = Siblings(box="B")


def tell(household: Household, *facts: Fact) -> list[Application]:
    return tell_facts(
        household, facts, papers_of=no_papers, told=told_by(make_clerk(), channel=Channel.COUNTER)
    )


def test_a_pregnancy_told_to_one_desk_stands_in_every_application_of_the_family() -> None:
    family = make_family()
    first = make_submitted(make_child(family))
    second = make_submitted(make_child(family), round_=first.round, siblings=BOX)
    tell(family, PREGNANT)
    for row in (first, second):
        row.refresh_from_db()
        assert PREGNANT in content_of(row).facts


def test_telling_reopens_the_checks_of_what_was_verified() -> None:
    row = make_verified()
    tell(row.child.household, PREGNANT)
    row.refresh_from_db()
    assert row.state == "under_review"


def test_a_draft_saved_before_does_not_take_the_fact_away_again() -> None:
    family = make_family()
    first = make_submitted(make_child(family))
    older = make_draft(make_child(family), first.round, siblings=BOX)
    own = save_draft(
        first, content_of(first).with_facts([fact("work_hours", 90)]), step="", if_match=None,
        now=NOW,
    )  # fmt: skip
    tell(family, PREGNANT)
    for row in (older, own):
        row.refresh_from_db()
        assert PREGNANT in draft_content(row).facts
    submit_application(older, if_match=None, papers_of=no_papers, told=told_by_family(older))
    first.refresh_from_db()
    assert PREGNANT in content_of(first).facts


def test_a_new_draft_begins_with_what_the_family_told() -> None:
    family = make_family()
    first = make_submitted(make_child(family), facts=[PREGNANT, fact("ill", True, subject="child")])
    row = start_application(make_child(family), first.round, actor=actor_of(make_clerk()), now=NOW)
    assert draft_content(row).facts == (PREGNANT,)  # what is of the other child stays there


def test_a_form_that_reaches_no_application_is_not_closed_as_done() -> None:
    family = make_family()
    make_draft(make_child(family))
    with pytest.raises(NothingToldReached):
        tell(family, PREGNANT)
