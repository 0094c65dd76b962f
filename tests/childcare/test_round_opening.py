"""A round is opened on its page, with days that follow each other."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role
from childcare.applying.deadlines import last_day, open_rounds
from childcare.models import Round, RoundKind
from childcare.round_opening import (
    NewRound,
    RoundDatesWrong,
    RoundExists,
    RoundStartsOffTheFirst,
    open_round,
    state_by_the_clock,
)
from core.audit import SYSTEM
from core.models import AuditEvent
from tests.disability_card.factories import CITY, make_staff

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 30, 3, 0, tzinfo=UTC)


def make_new(**override: Any) -> NewRound:
    good: dict[str, Any] = {
        "kind": RoundKind.APRIL,
        "starts_on": date(2027, 4, 1),
        "opens_on": date(2026, 10, 15),
        "closes_on": date(2026, 12, 4),
    }
    return NewRound(**(good | override))


def opened(**override: Any) -> Round:
    return open_round(make_new(**override), municipality=CITY, is_demo=False, actor=SYSTEM, now=NOW)


def test_a_round_takes_applications_to_the_last_second_of_its_last_day_in_japan() -> None:
    row = opened()
    assert (row.fiscal_year, row.reference_on, last_day(row)) == (
        2027, date(2026, 12, 4), date(2026, 12, 4),
    )  # fmt: skip
    last = datetime(2026, 12, 4, 14, 59, 59, tzinfo=UTC)
    after = datetime(2026, 12, 4, 15, 0, tzinfo=UTC)
    assert [open_rounds(municipality=CITY, now=one).exists() for one in (NOW, last, after)] == [
        False, True, False,
    ]  # fmt: skip
    assert [state_by_the_clock(row, now=one) for one in (NOW, last, after)] == [
        "prepared", "open", "review",
    ]  # fmt: skip
    assert AuditEvent.objects.get(action="childcare.round.open").object_id == str(row.pk)


def test_a_monthly_round_of_march_belongs_to_the_school_year_before() -> None:
    row = opened(kind=RoundKind.MONTHLY, starts_on=date(2027, 3, 1), closes_on=date(2027, 1, 20))
    assert row.fiscal_year == 2026


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"closes_on": date(2026, 10, 14)}, RoundDatesWrong),
        ({"closes_on": date(2027, 4, 1)}, RoundDatesWrong),
        ({"opens_on": date(2026, 8, 1), "closes_on": date(2026, 9, 29)}, RoundDatesWrong),
        ({"starts_on": date(2027, 4, 2)}, RoundStartsOffTheFirst),
        ({"starts_on": date(2027, 5, 1)}, RoundStartsOffTheFirst),
        ({"kind": RoundKind.MONTHLY}, RoundStartsOffTheFirst),
    ],
)
def test_days_that_do_not_follow_each_other_are_refused(
    wrong: dict[str, Any], refusal: Any
) -> None:
    with pytest.raises(refusal):
        opened(**wrong)
    assert not Round.objects.exists()


def test_a_second_round_of_one_day_needs_a_name() -> None:
    opened()
    with pytest.raises(RoundExists):
        opened()
    assert opened(name="二次募集").name == "二次募集"


def test_a_clerk_opens_a_round_on_its_page_and_goes_on_to_the_seats() -> None:
    client = Client()
    client.force_login(make_staff(Role.CHILDCARE_CLERK))
    assert "/staff/admission/new/" in client.get("/staff/admission/").content.decode()
    days = {"kind": "april", "starts_on": "令和80年4月1日", "opens_on": "2097-10-15"}
    wrong = client.post("/staff/admission/new/", days | {"closes_on": "2097-10-01"})
    assert (wrong.status_code, Round.objects.count()) == (422, 0)

    answer = client.post("/staff/admission/new/", days | {"closes_on": "2097年12月4日"})

    made = Round.objects.get()
    assert (made.fiscal_year, made.municipality) == (2098, CITY)
    assert answer["Location"] == f"/staff/admission/{made.pk}/slots/"
    assert client.get(f"/staff/admission/{made.pk}/slots/").status_code == 200


def test_who_only_approves_opens_no_round() -> None:
    client = Client()
    client.force_login(make_staff(Role.CHILDCARE_APPROVER))
    assert "/staff/admission/new/" not in client.get("/staff/admission/").content.decode()
    assert client.get("/staff/admission/new/").status_code == 403
