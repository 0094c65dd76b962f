"""Fees by band, appeal by the calendar."""

from datetime import date
from itertools import pairwise

import pytest

from childcare.placing.appeals import review_until
from childcare.placing.fees import Band, estimate, fee_rows, half, row_of


@pytest.mark.parametrize(
    ("levy", "band", "yen"),
    [(0, 3, 19_500), (48_599, 3, 19_500), (48_600, 4, 30_000), (396_999, 7, 80_000),
     (397_000, 8, 104_000), (9_000_000, 8, 104_000)],
)  # fmt: skip
def test_a_band_ends_below_its_upper_amount(levy: int, band: int, yen: int) -> None:
    found = estimate(class_age=2, levy_yen=levy)
    assert (found.band, found.at_most_yen) == (band, yen)


def test_the_bands_leave_no_gap() -> None:
    taxed = [row for row in fee_rows() if row.levy_from_yen is not None]
    assert taxed[0].levy_from_yen == 0
    assert taxed[-1].levy_below_yen is None
    for below, above in pairwise(taxed):
        assert below.levy_below_yen == above.levy_from_yen


def test_three_and_over_without_tax_and_the_third_child_are_free() -> None:
    assert estimate(class_age=3, levy_yen=9_000_000).at_most_yen == 0
    assert estimate(class_age=0, levy_yen=None, band=Band.EXEMPT).at_most_yen == 0
    assert estimate(class_age=0, levy_yen=9_000_000, nth_child=3).at_most_yen == 0
    assert estimate(class_age=0, levy_yen=0, nth_child=2, is_short=True).at_most_yen == 9_650
    assert half(19_510) == 9_750


def test_a_negative_levy_has_no_band() -> None:
    with pytest.raises(ValueError, match="band"):
        row_of(-1)


@pytest.mark.parametrize(
    ("known_on", "last_day"),
    [
        (date(2027, 2, 10), date(2027, 5, 10)),
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 1, 31), date(2027, 4, 30)),
        (date(2027, 2, 28), date(2027, 5, 31)),
        (date(2026, 11, 29), date(2027, 2, 28)),
    ],
)
def test_three_months_are_counted_from_the_day_after(known_on: date, last_day: date) -> None:
    assert review_until(known_on) == last_day
