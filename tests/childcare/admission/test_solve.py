"""The solver beside a search through every assignment."""

import json
import random  # noqa: TID251  seeded
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from bench.admission_market import make_market as make_city
from childcare.admission import exact, solve as solve_module
from childcare.admission.market_file import BadMarket
from childcare.admission.result import Method
from childcare.admission.seating import Seating
from childcare.admission.solve import load_market, solve
from tests.childcare.admission import naive
from tests.childcare.admission.markets import (
    as_bytes,
    make_market,
    make_market_without_stable_result,
    solved,
)


def test_the_child_with_the_larger_value_gets_the_seat_that_both_want() -> None:
    result = solved(make_market())

    assert list(result.assignment) == [0, 1]
    assert result.placed == 2
    assert result.method is Method.DEFERRED_ACCEPTANCE


@pytest.mark.parametrize("block", range(6))
def test_no_assignment_has_fewer_blocking_families_than_the_solver_finds(block: int) -> None:
    """Over all assignments of tiny markets: stable where one is, else the fewest block."""
    for seed in range(block * 60, block * 60 + 60):
        market = naive.make_tiny_market(random.Random(seed))

        result = solved(market)

        fewest = min(len(naive.blocking(market, one)) for one in naive.assignments(market))
        assert naive.is_within_capacity(market, list(result.assignment)), seed
        assert naive.blocking(market, list(result.assignment)) == result.blocking_families, seed
        assert len(result.blocking_families) == fewest, seed


def test_where_nothing_is_stable_the_fewest_families_block_and_are_named() -> None:
    market = make_market_without_stable_result()

    result = solved(market)

    assert result.method is Method.MINIMUM_BLOCKING
    assert all(naive.blocking(market, one) for one in naive.assignments(market))
    assert result.blocking_families == naive.blocking(market, list(result.assignment))
    assert len(result.blocking_families) == 1


@pytest.mark.parametrize("name", ["EXACT_OPTIONS_MAX", "DETERMINISTIC_SECONDS_MAX"])
def test_a_market_too_large_to_settle_exactly_still_ends_with_few_that_block(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if no market were small, and as if the exact solver never ended: a held seat is kept."""
    monkeypatch.setattr(solve_module if name == "EXACT_OPTIONS_MAX" else exact, name, 1e-9)
    went_on = 0
    for seed in range(360):
        market = naive.make_tiny_market(random.Random(seed))

        result = solved(market)

        assert naive.is_within_capacity(market, list(result.assignment)), seed
        assert naive.blocking(market, list(result.assignment)) == result.blocking_families, seed
        assert len(result.blocking_families) < len(result.assignment), seed
        named = result.method in {Method.FEW_BLOCKING, Method.MINIMUM_BLOCKING}
        assert bool(result.blocking_families) == named, seed
        went_on += result.method is Method.FEW_BLOCKING
    assert went_on


def test_a_held_seat_goes_back_to_the_child_that_waits_and_who_sat_there_waits() -> None:
    market = load_market(as_bytes(make_market(held={"b": "s"}, capacity={"s": 1, "t": 0})))
    seating = Seating(market, [[] for _ in market.slots])
    seating.take(0, 0)  # "a" on the seat of "b", who waits

    assert solve_module._send_back(seating) == {0, 1}
    assert [len(present) for present in seating.seated] == [1, 0]
    assert market.owner[seating.seated[0][0]] == 1


def test_a_family_may_have_more_options_than_the_city_s_own_form_gives() -> None:
    twin = [[["s", ["a"]]]] * 10_001
    families = [{"children": ["a"], "options": twin}, {"children": ["b"], "options": []}]

    assert list(solved(make_market(families=families)).assignment) == [0, -1]


@pytest.mark.parametrize("seed", [7, 8])
def test_hard_sibling_markets_are_settled_exactly(seed: int) -> None:
    """Every family a pair, seats short, values without order: the search alone goes round."""
    rng = random.Random(seed)
    slots = [f"s{number}" for number in range(8)]
    market: dict[str, Any] = {
        "capacity": dict.fromkeys(slots, 1),
        "families": [
            {
                "children": [f"a{number:02}", f"b{number:02}"],
                "options": [
                    [[one, [f"a{number:02}"]], [two, [f"b{number:02}"]]]
                    for one, two in (rng.sample(slots, 2) for _ in range(4))
                ],
            }
            for number in range(8)
        ],
    }
    children = [child for family in market["families"] for child in family["children"]]
    market["priority"] = [
        [child, slot, value]
        for slot in slots
        for value, child in enumerate(rng.sample(children, len(children)))
    ]

    result = solved(market)

    assert result.blocking_families == naive.blocking(market, list(result.assignment))
    assert naive.is_within_capacity(market, list(result.assignment))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), shuffle=st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(seed: int, shuffle: random.Random) -> None:
    market = naive.make_tiny_market(random.Random(seed), families=6)
    first = solved(market)
    told = {
        min(family["children"]): option
        for family, option in zip(market["families"], first.assignment, strict=True)
    }

    for rows in (market["families"], market["priority"], market.get("shared", [])):
        shuffle.shuffle(rows)
    for family in market["families"]:
        shuffle.shuffle(family["children"])
        for option in family["options"]:
            shuffle.shuffle(option)
    market["capacity"] = dict(
        shuffle.sample(sorted(market["capacity"].items()), len(market["capacity"]))
    )
    again = solved(market)

    assert {
        min(family["children"]): option
        for family, option in zip(market["families"], again.assignment, strict=True)
    } == told
    assert again.blocking_families == first.blocking_families


def test_the_same_file_gives_the_same_bytes() -> None:
    raw = as_bytes(make_city(400, seed=3))

    assert solve(load_market(raw)).result.as_json() == solve(load_market(raw)).result.as_json()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_city_of_600_is_stable_and_no_transfer_loses_its_seat(seed: int) -> None:
    market = make_city(600, seed=seed)

    result = solved(json.loads(as_bytes(market)))

    assert result.blocking_families == []
    seated = [
        naive.seats_of(market, family, option) for family, option in enumerate(result.assignment)
    ]
    for row, family in zip(seated, market["families"], strict=True):  # type: ignore[call-overload]
        assert {child for child in family["children"] if child in market["held"]} <= row.keys()  # type: ignore[operator]


def test_a_transfer_that_gets_its_wish_leaves_its_seat_to_the_next() -> None:
    market = make_market(
        capacity={"s": 1, "t": 1},
        families=[
            {"children": ["a"], "options": [[["s", ["a"]]]]},
            {"children": ["b"], "options": [[["t", ["b"]]]]},
        ],
        priority=[["a", "s", 1], ["b", "t", 1], ["a", "t", 0]],
        held={"a": "t"},
    )

    assert list(solved(market).assignment) == [0, 0]


def test_a_transfer_keeps_its_seat_against_any_value() -> None:
    market = make_market(
        capacity={"s": 0, "t": 1},
        families=[
            {"children": ["a"], "options": [[["s", ["a"]]]]},
            {"children": ["b"], "options": [[["t", ["b"]]]]},
        ],
        priority=[["a", "s", 1], ["b", "t", 10**30]],
        held={"a": "t"},
    )

    result = solved(market)

    assert list(result.assignment) == [-1, -1]
    assert result.placed == 1


def test_shared_seats_are_not_exceeded_though_each_class_has_room() -> None:
    market = make_market(
        capacity={"s": 2, "t": 2}, shared=[{"slots": ["s", "t"], "seats": 1}],
        priority=[["a", "s", 4], ["b", "s", 3], ["a", "t", 2], ["b", "t", 1]],
    )  # fmt: skip

    assert list(solved(market).assignment) == [0, -1]


def test_without_time_nobody_is_moved_and_the_result_says_so() -> None:
    result = solve(load_market(as_bytes(make_market())), seconds_left=lambda: 0.0).result

    assert result.method is Method.INTERRUPTED
    assert list(result.assignment) == [-1, -1]


def test_time_that_runs_out_in_the_exact_solver_interrupts_too() -> None:
    left = iter([1.0])
    market = load_market(as_bytes(make_market_without_stable_result()))

    result = solve(market, seconds_left=lambda: next(left, 0.0)).result

    assert result.method is Method.INTERRUPTED


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "a tie": (
        {"priority": [["a", "s", 1], ["b", "s", 1], ["a", "t", 2], ["b", "t", 1]]}, "both have 1"),
    "a tie between slots that share": (
        {"shared": [{"slots": ["s", "t"], "seats": 1}],
         "priority": [["a", "s", 2], ["b", "s", 1], ["a", "t", 3], ["b", "t", 2]]},
        "both have 2"),
    "an unknown slot": ({"capacity": {"s": 1}}, "slot 't' is unknown"),
    "a child twice": (
        {"families": [{"children": ["a"], "options": []}, {"children": ["a"], "options": []}]},
        '"a" stands twice'),
    "a child twice in one option": (
        {"families": [{"children": ["a"], "options": [[["s", ["a"]], ["t", ["a"]]]]},
                      {"children": ["b"], "options": []}]},
        "places a child twice"),
    "a negative seat": ({"capacity": {"s": -1, "t": 1}}, "-1 seats"),
    "a float": ({"capacity": {"s": 1.0, "t": 1}}, "1.0: is not an integer"),
    "a float as value": (
        {"priority": [["a", "s", 2.5], ["b", "s", 1], ["a", "t", 2], ["b", "t", 1]]},
        "2.5: is not an integer"),
    "true as seats": ({"capacity": {"s": True, "t": 1}}, "True is not an integer"),
    "a missing priority": ({"priority": [["a", "s", 2], ["b", "s", 1], ["a", "t", 2]]},
                           '"b" has no priority at slot "t"'),
    "two priorities": (
        {"priority": [["a", "s", 2], ["a", "s", 3], ["b", "s", 1], ["a", "t", 2], ["b", "t", 1]]},
        "stands twice at slot"),
    "a slot that shares twice": (
        {"shared": [{"slots": ["s"], "seats": 1}, {"slots": ["s", "t"], "seats": 1}]},
        '"s" shares twice'),
    "a held child without a seat": (
        {"capacity": {"s": 0, "t": 1}, "held": {"a": "s"}}, "0 seats for 1 held"),
    "an unknown held child": ({"held": {"z": "s"}}, "no family has this child"),
    "an unknown key": ({"seats": {}}, "is not a key of a market"),
    "an empty option": (
        {"families": [{"children": ["a"], "options": [[]]}, {"children": ["b"], "options": []}]},
        "places nobody"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_market_is_refused_with_its_place_and_the_mend(case: str) -> None:
    override, said = BAD[case]

    with pytest.raises(BadMarket) as refused:
        load_market(as_bytes(make_market(**override)))

    assert said in str(refused.value)
    assert str(refused.value).count(". ") >= 1  # the mend


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b'{"capacity": {"s": 1, "s": 2}, "families": [], "priority": []}', "stands twice"),
        (b"[" * 100_000, "nested too deep"),
        (b"\xff", "is not UTF-8"),
        (b"{", "line 1"),
        (b"[]", "is not an object"),
        (b'{"capacity": {"s": NaN}, "families": [], "priority": []}', "NaN"),
    ],
)
def test_bytes_that_are_no_market_are_refused(raw: bytes, said: str) -> None:
    with pytest.raises(BadMarket, match=said):
        load_market(raw)
