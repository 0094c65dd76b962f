"""Distances on the ground and the towns that words name."""

import pytest
from hypothesis import given, strategies as st

from places.points import Point, TownPoint, distance, extra_on_the_way, town_by_words, town_in

LATITUDE = st.floats(min_value=24, max_value=46)
LONGITUDE = st.floats(min_value=122, max_value=154)
POINTS = st.builds(Point, latitude=LATITUDE, longitude=LONGITUDE)
SAKUDAIRA = Point(latitude=36.277585, longitude=138.46326)
NAKAGOMI = Point(latitude=36.230673, longitude=138.479372)


def make_town(name: str, postal_code: str = "") -> TownPoint:
    point = Point(latitude=36.2, longitude=138.4, about_metres=1_000)
    return TownPoint(name=name, postal_code=postal_code, point=point)


TOWNS = [
    make_town("中込", "3850051"),
    make_town("中込一丁目", "3850051"),
    make_town("原", "3850053"),
    make_town("岩村田", "3850022"),
]


def test_two_stations_of_saku_are_five_kilometres_apart() -> None:
    found = distance(SAKUDAIRA, NAKAGOMI)
    assert found is not None
    assert (5_300 < found.metres < 5_500, found.is_about) == (True, False)


@given(one=POINTS, other=POINTS)
def test_a_way_back_is_as_long_as_the_way_there(one: Point, other: Point) -> None:
    there, back = distance(one, other), distance(other, one)
    assert there is not None
    assert back is not None
    assert abs(there.metres - back.metres) <= 1


@given(home=POINTS, stop=POINTS, work=POINTS)
def test_a_stop_never_makes_the_way_shorter(home: Point, stop: Point, work: Point) -> None:
    extra = extra_on_the_way(home, stop, work)
    assert extra is not None
    assert extra.metres >= 0


def test_a_nursery_at_home_or_at_work_costs_no_way() -> None:
    for stop in (SAKUDAIRA, NAKAGOMI):
        extra = extra_on_the_way(SAKUDAIRA, stop, NAKAGOMI)
        assert extra is not None
        assert extra.metres == 0


def test_a_towns_point_makes_a_distance_about() -> None:
    found = distance(TOWNS[0].point, SAKUDAIRA)
    assert found is not None
    assert found.is_about


def test_an_unknown_point_has_no_distance() -> None:
    assert distance(None, SAKUDAIRA) is None
    assert extra_on_the_way(SAKUDAIRA, None, NAKAGOMI) is None


@pytest.mark.parametrize(
    ("address", "town"),
    [
        ("長野県佐久市中込1877番地", "中込"),
        ("長野県佐久市中込一丁目2-3", "中込一丁目"),
        ("佐久市大字原1", "原"),
        ("長野県佐久市", None),
        ("長野県小諸市中込1", None),
    ],
)
def test_an_address_names_the_longest_town_behind_the_city(address: str, town: str | None) -> None:
    found = town_in(address, TOWNS, city="佐久市")
    assert (found.name if found else None) == town


@pytest.mark.parametrize(
    ("words", "town"),
    [
        ("385-0022", "岩村田"),
        ("〒３８５００２２", "岩村田"),
        ("岩村田", "岩村田"),
        ("佐久市中込一丁目", "中込一丁目"),
        ("岩", "岩村田"),
        ("9999999", None),
        ("東京", None),
    ],
)
def test_home_and_work_are_a_postal_code_or_a_town(words: str, town: str | None) -> None:
    found = town_by_words(words, TOWNS)
    assert (found.name if found else None) == town
