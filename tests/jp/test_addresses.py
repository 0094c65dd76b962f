"""is_same_address: what an identity provider, a ledger and a clerk write for one house."""

import pytest

from jp.addresses import is_same_address

HOME = "長野県佐久市中込3056-1"


@pytest.mark.parametrize(
    "other",
    [
        "長野県佐久市中込３０５６－１",
        "佐久市中込3056-1",
        "長野県佐久市大字中込3056-1",
        "長野県佐久市中込3056-1 コーポ中込101",
    ],
    ids=["wide", "without the prefecture", "大字", "with the building"],
)
def test_one_house_has_many_spellings(other: str) -> None:
    assert is_same_address(HOME, other)
    assert is_same_address(other, HOME)


@pytest.mark.parametrize(
    "other",
    ["", "長野県佐久市", "佐久市中込3056-12", "佐久市中込3057", "佐久市野沢3056-1"],
    ids=["empty", "the city alone", "a longer number", "the next house", "another town"],
)
def test_another_house_is_another(other: str) -> None:
    assert not is_same_address(HOME, other)
    assert not is_same_address(other, HOME)
