"""The demo's statistics show a month, made once."""

from datetime import UTC, datetime

import pytest

from disability_card.models import VerificationCount
from disability_card.statistics import by_day_and_venue, closed_months
from disability_card.venues import make_venue
from tests.disability_card.factories import CITY
from tests.places.factories import make_place
from web.demo_counts import prepare_counts

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)


def test_the_newest_month_that_is_told_has_numbers() -> None:
    make_venue(make_place())
    prepare_counts(municipality=CITY, now=NOW)
    made = VerificationCount.objects.count()
    prepare_counts(municipality=CITY, now=NOW)
    assert VerificationCount.objects.count() == made
    (month,) = closed_months(1, now=NOW)
    days, _venues = by_day_and_venue(CITY, month=month, now=NOW)
    assert len(days.rows) == 30
    assert days.total is not None
    assert days.total > 400
