"""Certification by day, fees by band, appeal by the calendar."""

from datetime import date
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction

from childcare.models import CareAmount, Certification, CertificationClass, Child
from childcare.placing.appeals import review_until
from childcare.placing.certification import (
    cancel_certification,
    certified_on,
    class_for,
    issue_certification,
    until_school,
)
from childcare.placing.fees import Band, estimate, fee_rows, half, row_of
from childcare.placing.refusals import CertificationDatesWrong
from tests.childcare.applying.factories import make_child, make_clerk, told_by

THIRD, SECOND = CertificationClass.THIRD, CertificationClass.SECOND


def issue(child: Child, **override: object) -> Certification:
    good: dict[str, object] = {
        "class_code": THIRD, "care_amount": CareAmount.STANDARD, "need_reason": "1",
        "valid_from": date(2027, 4, 1), "valid_to": date(2028, 6, 9),
        "told": told_by(make_clerk()),
    }  # fmt: skip
    return issue_certification(child, **(good | override))  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_change_ends_the_old_certification_on_the_day_before() -> None:
    child = make_child()
    first = issue(child)
    second = issue(child, care_amount=CareAmount.SHORT, valid_from=date(2027, 9, 1))
    assert second.number == first.number
    assert certified_on(child, day=date(2027, 8, 31)) == first
    assert certified_on(child, day=date(2027, 9, 1)) == second
    assert certified_on(child, day=date(2028, 6, 10)) is None


@pytest.mark.django_db
def test_a_certification_is_cancelled_within_its_own_days() -> None:
    row = issue(make_child())
    with pytest.raises(CertificationDatesWrong):
        cancel_certification(row, on=date(2028, 6, 10), told=told_by(make_clerk()))
    cancel_certification(row, on=date(2027, 5, 31), told=told_by(make_clerk()))
    assert certified_on(row.child, day=date(2027, 6, 1)) is None


@pytest.mark.django_db
def test_hours_belong_to_care_and_not_to_education() -> None:
    with transaction.atomic(), pytest.raises(IntegrityError):
        issue(make_child(), class_code=CertificationClass.FIRST)
    with pytest.raises(CertificationDatesWrong):
        issue(make_child(), valid_to=date(2027, 3, 31))


@pytest.mark.django_db
def test_the_class_changes_when_a_child_is_three_by_law() -> None:
    child = make_child(birth_date=date(2025, 6, 10))
    assert class_for(child, day=date(2028, 6, 9)) == THIRD
    assert class_for(child, day=date(2028, 6, 10)) == SECOND
    assert class_for(child, day=date(2028, 6, 10), needs_care=False) == CertificationClass.FIRST
    assert until_school(child, school_year=2027) == date(2032, 3, 31)


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
