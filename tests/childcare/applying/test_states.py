"""The way of an application: a closed table, the same words in the database."""

import pytest

from childcare.applying.states import (
    BEFORE_SELECTION,
    MOVES,
    ApplicationState,
    NotInThisState,
    demand_move,
    may_move,
)
from childcare.models import StateOfApplication


def test_the_table_speaks_of_every_state_and_the_database_knows_the_same() -> None:
    assert set(MOVES) == set(ApplicationState)
    assert {str(state) for state in ApplicationState} == set(StateOfApplication.values)


def test_no_seat_is_offered_to_what_nobody_verified() -> None:
    for state in BEFORE_SELECTION - {ApplicationState.VERIFIED}:
        assert not may_move(state, "in_selection")
        assert not may_move(state, "offered")


def test_a_change_reopens_what_was_verified() -> None:
    assert may_move("verified", "under_review")


def test_an_admitted_child_goes_nowhere_by_a_click() -> None:
    with pytest.raises(NotInThisState) as refusal:
        demand_move("admitted", "withdrawn")
    assert refusal.value.extra == {"state": "admitted"}


def test_every_state_is_reached_from_the_draft() -> None:
    seen, edge = {ApplicationState.DRAFT}, {ApplicationState.DRAFT}
    while edge:
        edge = {there for here in edge for there in MOVES[here]} - seen
        seen |= edge
    assert seen == set(ApplicationState)
