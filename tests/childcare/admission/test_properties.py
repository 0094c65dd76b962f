"""What holds in rounds of single children, and the kept example of what siblings break."""

import copy
import random  # noqa: TID251  seeded
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from childcare.admission.deferred_acceptance import seat_singles
from childcare.admission.options import (
    OneAlone,
    SiblingBox,
    SiblingForm,
    TooManyOptions,
    Wishes,
    joint_options,
)
from childcare.admission.solve import load_market
from tests.childcare.admission import naive
from tests.childcare.admission.markets import as_bytes, solved


def make_singles(seed: int) -> dict[str, Any]:
    rng = random.Random(seed)
    slots = [f"s{number}" for number in range(rng.randint(2, 5))]
    children = [f"c{number}" for number in range(rng.randint(3, 9))]
    wishes = {child: rng.sample(slots, rng.randint(1, len(slots))) for child in children}
    return {
        "capacity": {slot: rng.randint(0, 2) for slot in slots},
        "families": [
            {"children": [child], "options": [[[slot, [child]]] for slot in wishes[child]]}
            for child in children
        ],
        "priority": [
            [child, slot, value * 10]
            for slot in slots
            for value, child in enumerate(rng.sample(children, len(children)))
        ],
    }


def rank(option: int) -> int:
    return 10**6 if option < 0 else option


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 100_000), who=st.integers(0, 100), jump=st.integers(1, 100))
def test_more_points_never_worsen_a_single_child(seed: int, who: int, jump: int) -> None:
    market = make_singles(seed)
    family = who % len(market["families"])
    (child,) = market["families"][family]["children"]
    before = solved(market).assignment[family]
    for row in market["priority"]:
        if row[0] == child:
            row[2] += jump * 10 + 5  # between two others, never a tie

    assert rank(solved(market).assignment[family]) <= rank(before)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 100_000), where=st.integers(0, 100))
def test_one_more_seat_hurts_no_single_child(seed: int, where: int) -> None:
    market = make_singles(seed)
    before = solved(market).assignment
    slots = sorted(market["capacity"])
    market["capacity"][slots[where % len(slots)]] += 1

    after = solved(market).assignment

    assert all(rank(new) <= rank(old) for new, old in zip(after, before, strict=True))


def test_with_siblings_one_more_seat_can_cost_a_child_its_place() -> None:
    """Kept: the pair comes in by the new seat and pushes a single child out of the other."""
    market: dict[str, Any] = {
        "capacity": {"s": 0, "t": 1},
        "families": [
            {"children": ["p1", "p2"], "options": [[["s", ["p1"]], ["t", ["p2"]]]]},
            {"children": ["x"], "options": [[["t", ["x"]]]]},
        ],
        "priority": [["p1", "s", 1], ["p2", "t", 2], ["x", "t", 1]],
    }
    assert list(solved(market).assignment) == [-1, 0]

    more = copy.deepcopy(market)
    more["capacity"]["s"] = 1

    assert list(solved(more).assignment) == [0, -1]
    assert solved(more).blocking_families == []


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_half_points_and_any_other_scale_give_the_same_seats(seed: int) -> None:
    market = naive.make_tiny_market(random.Random(seed))
    scaled = copy.deepcopy(market)
    for row in scaled["priority"]:
        row[2] = row[2] * 7 + 3

    assert list(solved(scaled).assignment) == list(solved(market).assignment)


def test_singles_are_seated_the_same_whatever_the_order_of_proposals() -> None:
    market = make_singles(4)
    first = seat_singles(load_market(as_bytes(market)))
    market["families"].reverse()

    assert seat_singles(load_market(as_bytes(market))) == first


# -- sibling boxes ----------------------------------------------------------------------------

ELDER = Wishes(child="e", wishes=[("A", "A2"), ("B", "B2")])
YOUNGER = Wishes(child="y", wishes=[("B", "B1"), ("A", "A1")])


def told(form: SiblingForm, *children: Wishes) -> list[dict[str, str]]:
    return [
        {child: slot for slot, members in option for child in members}
        for option in joint_options(children or (ELDER, YOUNGER), form)
    ]


def test_box_a_places_all_in_one_facility_or_nobody() -> None:
    assert told(SiblingForm(box=SiblingBox.TOGETHER)) == [
        {"e": "A2", "y": "A1"}, {"e": "B2", "y": "B1"},
    ]  # fmt: skip


def test_box_b_orders_by_the_sum_of_ranks_then_the_elder() -> None:
    assert told(SiblingForm(box=SiblingBox.SAME_TIME)) == [
        {"e": "A2", "y": "B1"}, {"e": "A2", "y": "A1"}, {"e": "B2", "y": "B1"},
        {"e": "B2", "y": "A1"},
    ]  # fmt: skip


def test_one_facility_for_all_comes_first_where_it_was_ticked() -> None:
    first = told(SiblingForm(box=SiblingBox.SAME_TIME, same_first=True))[:2]
    assert first == [{"e": "A2", "y": "A1"}, {"e": "B2", "y": "B1"}]


@pytest.mark.parametrize(
    ("alone", "first"),
    [
        (OneAlone.ELDER, {"e": "A2"}),
        (OneAlone.YOUNGER, {"y": "B1"}),
        (OneAlone.EITHER, {"e": "A2"}),
    ],
)
def test_box_c_adds_one_alone_after_all_joint_options(
    alone: OneAlone, first: dict[str, str]
) -> None:
    rows = told(SiblingForm(box=SiblingBox.ONE_ALONE, one_alone=alone))
    assert [len(row) for row in rows] == [2, 2, 2, 2, 1, 1, 1, 1]
    assert rows[4] == first


def test_a_sibling_that_holds_a_seat_is_in_it_in_every_option() -> None:
    held = Wishes(child="e", wishes=[], held=("A", "A2"))
    rows = told(SiblingForm(box=SiblingBox.ONE_ALONE), held, YOUNGER)
    assert rows == [{"e": "A2", "y": "B1"}, {"e": "A2", "y": "A1"}]


def test_lists_that_multiply_beyond_the_limit_are_refused() -> None:
    long = [(f"f{number}", f"s{number}") for number in range(101)]
    with pytest.raises(TooManyOptions):
        told(SiblingForm(box=SiblingBox.SAME_TIME),
             Wishes(child="a", wishes=long), Wishes(child="b", wishes=long))  # fmt: skip
