"""No two answers, subtracted from each other, tell of fewer than ten people."""

from collections.abc import Iterator, Sequence, Set as AbstractSet
from itertools import product
from random import Random  # noqa: TID251  seeded

import pytest
from hypothesis import given, settings, strategies as st

from tourism.insight import disclosure
from tourism.insight.disclosure import OTHERS, Cell, Part, Wanted, is_spread, parts_of, people_in

VALUES = (("city", "kanto", "abroad"), ("0-19", "20-29", "70-"), ("alone", "family"))
ALL = (None, None, None)


def make_cells(numbers: Sequence[int]) -> list[Cell]:
    """A table with ``numbers`` in the order of its keys."""
    keys = product(*VALUES)
    return [
        Cell(key=key, people=people) for key, people in zip(keys, numbers, strict=True) if people
    ]


def filters() -> list[Wanted]:
    """Every filter that can be asked: in each dimension one value, two of them, or all."""
    choices: list[list[AbstractSet[str] | None]] = []
    for values in VALUES:
        pairs = [{a, b} for a in values for b in values if a < b and len(values) > 2]
        choices.append([None, *({value} for value in values), *pairs])
    return [tuple(chosen) for chosen in product(*choices)]


def is_nested(inner: Wanted, outer: Wanted) -> bool:
    return all(
        big is None or (small is not None and small <= big)
        for small, big in zip(inner, outer, strict=True)
    )


def nested_pairs() -> list[tuple[Wanted, Wanted]]:
    asked = filters()
    return [
        (inner, outer)
        for inner in asked
        for outer in asked
        if inner != outer and is_nested(inner, outer)
    ]


PAIRS = nested_pairs()


@pytest.fixture
def exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without rounding the attacker sees every person: the parts alone must hold."""
    monkeypatch.setattr(disclosure, "PEOPLE_STEP", 1)


def small_differences(numbers: dict[int, int | None]) -> Iterator[int]:
    """Subtract every answer from every one that holds it; ``None`` is an answer refused."""
    asked = filters()
    place = {repr(one): at for at, one in enumerate(asked)}
    for inner, outer in PAIRS:
        a, b = numbers[place[repr(inner)]], numbers[place[repr(outer)]]
        if a is not None and b is not None and 0 < b - a < 10:
            yield b - a


TABLES = [Random(seed).choices((0, 1, 3, 7, 9, 10, 11, 14, 40), k=18) for seed in range(60)]


@pytest.mark.usefixtures("exact")
def test_no_pair_of_filters_differs_by_fewer_than_ten_people() -> None:
    for numbers in TABLES:
        parts = parts_of(make_cells(numbers))
        told = {at: people_in(parts, wanted) for at, wanted in enumerate(filters())}
        assert all(people == 0 or people >= 10 for people in told.values())
        assert list(small_differences(dict(told))) == []


def test_hiding_small_answers_alone_would_be_broken_by_the_same_attack() -> None:
    """The negative control: the attack works where answers are only cut at ten."""
    broken = 0
    for numbers in TABLES:
        raw = [Part(key=cell.key, people=cell.people) for cell in make_cells(numbers)]
        told = {
            at: people if (people := people_in(raw, wanted)) >= 10 else None
            for at, wanted in enumerate(filters())
        }
        broken += any(small_differences(told))
    assert broken > 50


@given(numbers=st.lists(st.integers(0, 60), min_size=18, max_size=18))
@settings(max_examples=200)
def test_everybody_is_in_one_part_of_ten_or_nothing_is_told(numbers: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disclosure, "PEOPLE_STEP", 1)
        parts = parts_of(make_cells(numbers))
    assert all(part.people >= 10 for part in parts)
    assert sum(part.people for part in parts) in ({sum(numbers)} if sum(numbers) >= 10 else {0})


@given(numbers=st.lists(st.integers(0, 60), min_size=18, max_size=18))
def test_every_number_is_a_multiple_of_five(numbers: list[int]) -> None:
    parts = parts_of(make_cells(numbers))
    assert all(people_in(parts, wanted) % 5 == 0 for wanted in filters())


def test_a_lone_small_cell_takes_the_smallest_part_with_it() -> None:
    numbers = [40, 12, 30] + [0] * 14 + [3]
    parts = parts_of(make_cells(numbers))
    assert {part.key: part.people for part in parts} == {
        ("city", "0-19", "alone"): 40,
        ("city", "20-29", "alone"): 30,
        (OTHERS, OTHERS, OTHERS): 15,
    }


def test_small_cells_of_one_origin_stay_people_of_that_origin() -> None:
    numbers = [6, 5, 20] + [0] * 15
    parts = parts_of(make_cells(numbers))
    assert ("city", "0-19", OTHERS) in {part.key for part in parts}
    assert people_in(parts, ({"city"}, None, None)) == 30


def test_nine_people_in_all_are_nobody() -> None:
    assert parts_of(make_cells([9] + [0] * 17)) == []


@pytest.mark.parametrize(
    ("shares", "hides"),
    [
        pytest.param({"a": 70, "b": 20, "c": 10}, True, id="seventy of a hundred"),
        pytest.param({"a": 71, "b": 19, "c": 10}, False, id="more than seventy"),
        pytest.param({"a": 50, "b": 50}, False, id="two shops"),
        pytest.param({"a": 50, "b": 50, "c": 0}, False, id="two shops and an empty one"),
        pytest.param({"a": 0, "b": 0, "c": 0}, False, id="no yen at all"),
        pytest.param({}, True, id="nothing to share"),
    ],
)
def test_one_shop_must_not_be_readable_from_a_sum(shares: dict[str, int], hides: bool) -> None:
    assert is_spread(shares) is hides


def test_a_part_that_one_shop_dominates_is_joined_until_it_does_not() -> None:
    even = {"a": 40, "b": 30, "c": 30}
    cells = [
        Cell(key=("city",), people=50, own_yen=100, spreads=({"a": 95, "b": 3, "c": 2},)),
        Cell(key=("kanto",), people=60, own_yen=100, spreads=(even,)),
        Cell(key=("abroad",), people=30, own_yen=100, spreads=({"b": 50, "c": 25, "d": 25},)),
    ]
    assert [(part.key, part.people) for part in parts_of(cells)] == [
        (("kanto",), 60),
        ((OTHERS,), 80),
    ]
