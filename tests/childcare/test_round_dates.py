"""The days of a round are corrected until it is run, never against who applied."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role
from childcare.admission.refusals import RuleSetNotPublished
from childcare.admission.running import make_run
from childcare.applying.deadlines import last_day
from childcare.models import Application, Household, Round, RoundKind, RoundState, ScoreSheet
from childcare.round_dates import (
    Correction,
    DeadlineMovedEarlier,
    NewDays,
    RoundHasBegun,
    RoundIsRun,
    RoundStartIsFixed,
    correct_days,
    days_of,
)
from childcare.round_opening import RoundDatesWrong, RoundStartsOffTheFirst
from core.audit import SYSTEM
from core.models import AuditEvent, Notice
from tests.childcare.admission.rounds import (
    AFTER,
    apply_for,
    make_class,
    make_officer,
    make_scored_round,
)
from tests.childcare.applying.factories import (
    NOW,
    make_draft,
    make_facility,
    make_round,
    make_slot,
    make_submitted,
)
from tests.disability_card.factories import make_staff

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
BEFORE_OPENING = datetime.fromisoformat("2026-10-01T12:00:00+09:00")


def correct(row: Round, *, now: datetime = NOW, **days: date) -> Correction:
    done = correct_days(row, NewDays(**days), actor=SYSTEM, now=now)
    row.refresh_from_db()
    return done


def test_a_deadline_moves_later_and_who_applied_is_told_once() -> None:
    row = make_submitted()
    make_draft(round_=row.round)
    done = correct(row.round, closes_on=date(2026, 12, 11))
    assert last_day(row.round) == date(2026, 12, 11)
    assert (done.told, done.without_account) == (2, 0)
    assert Notice.objects.filter(kind="childcare.round-dates").count() == 2
    event = AuditEvent.objects.get(action="childcare.round.dates")
    assert event.facts == {"closes_on": ["2026-12-04", "2026-12-11"]}

    assert correct(row.round, closes_on=date(2026, 12, 11)).changed == {}
    assert AuditEvent.objects.filter(action="childcare.round.dates").count() == 1
    assert Notice.objects.filter(kind="childcare.round-dates").count() == 2


def test_a_deadline_never_moves_earlier_once_somebody_began_to_apply() -> None:
    row = make_round()
    correct(row, closes_on=date(2026, 12, 3))
    make_draft(round_=row)
    with pytest.raises(DeadlineMovedEarlier):
        correct(row, closes_on=date(2026, 12, 2))
    assert last_day(row) == date(2026, 12, 3)


def test_who_withdrew_hears_nothing_and_a_family_on_paper_is_counted() -> None:
    gone, paper = make_submitted(), make_submitted()
    Application.objects.filter(pk=gone.pk).update(state="withdrawn")
    Household.objects.filter(pk=paper.child.household_id).update(applicant=None)
    done = correct(paper.round, closes_on=date(2026, 12, 11))
    assert (done.told, done.without_account) == (0, 1)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"closes_on": date(2027, 4, 1)}, RoundDatesWrong),
        ({"closes_on": date(2026, 11, 19)}, RoundDatesWrong),  # it would be over already
        ({"opens_on": date(2026, 10, 16)}, RoundHasBegun),
        ({"starts_on": date(2027, 4, 2)}, RoundStartsOffTheFirst),
        ({"starts_on": date(2027, 5, 1)}, RoundStartsOffTheFirst),
    ],
)
def test_days_that_do_not_follow_each_other_are_refused(
    wrong: dict[str, Any], refusal: Any
) -> None:
    row = make_round()
    stood = days_of(row)
    with pytest.raises(refusal):
        correct(row, **wrong)
    assert days_of(row) == stood
    assert not AuditEvent.objects.filter(action="childcare.round.dates").exists()


def test_the_opening_day_moves_until_it_comes() -> None:
    row = make_round()
    correct(row, now=BEFORE_OPENING, opens_on=date(2026, 10, 20))
    assert days_of(row).opens_on == date(2026, 10, 20)


def test_a_day_that_stays_keeps_its_hour() -> None:
    row = make_round()
    opens_at = row.opens_at
    correct(row, closes_on=date(2026, 12, 11), opens_on=date(2026, 10, 15))
    assert row.opens_at == opens_at  # nine in the morning


def test_the_day_of_admission_moves_until_a_seat_is_set_or_somebody_applies() -> None:
    row = make_round(kind=RoundKind.MONTHLY, starts_on=date(2027, 5, 1), fiscal_year=2027)
    correct(row, starts_on=date(2027, 3, 1))
    assert (row.starts_on, row.fiscal_year) == (date(2027, 3, 1), 2026)
    make_slot(row, make_facility())
    with pytest.raises(RoundStartIsFixed):
        correct(row, starts_on=date(2027, 2, 1))


def test_what_was_scored_by_another_reference_day_is_scored_anew() -> None:
    row = make_scored_round()
    apply_for(row, make_class(row), points=80)
    correct(row, now=AFTER, reference_on=date(2026, 12, 1))
    assert not ScoreSheet.objects.exists()
    assert row.rule_set is None
    with pytest.raises(RuleSetNotPublished):
        make_run(row, actor=make_officer(), now=AFTER)


def test_a_later_deadline_leaves_the_scores_alone() -> None:
    row = make_scored_round()
    apply_for(row, make_class(row), points=80)
    correct(row, closes_on=date(2026, 12, 11))
    assert ScoreSheet.objects.exists()


@pytest.mark.parametrize("state", [RoundState.SELECTION, RoundState.NOTIFIED, RoundState.CLOSED])
def test_no_day_moves_after_the_run(state: RoundState) -> None:
    row = make_round(state=state)
    with pytest.raises(RoundIsRun):
        correct(row, reference_on=date(2026, 12, 1))


def staff(role: Role, **override: Any) -> Client:
    client = Client()
    client.force_login(make_staff(role, **override))
    return client


def made_in_the_future(**override: Any) -> Round:
    """A round of a day that the real clock has not reached: pages read it."""
    far = {
        "fiscal_year": 2098, "starts_on": date(2098, 4, 1), "reference_on": date(2097, 12, 4),
        "closes_at": datetime.fromisoformat("2097-12-05T00:00:00+09:00"),
    }  # fmt: skip
    return make_round(**(far | override))


def test_a_clerk_corrects_the_days_on_the_round_s_page() -> None:
    row, client = made_in_the_future(), staff(Role.CHILDCARE_CLERK)
    address = f"/staff/admission/{row.pk}/dates/"
    assert address in client.get(f"/staff/admission/{row.pk}/").content.decode()
    page = client.get(address).content.decode()
    assert 'name="was_closes_on" value="2097-12-04"' in page
    said = {
        "opens_on": "2026-10-15", "closes_on": "令和79年12月11日", "reference_on": "2097-12-04",
        "starts_on": "2098-04-01", "was_opens_on": "2026-10-15", "was_closes_on": "2097-12-04",
        "was_reference_on": "2097-12-04", "was_starts_on": "2098-04-01",
    }  # fmt: skip
    wrong = client.post(address, said | {"starts_on": "2098-04-02"})
    assert (wrong.status_code, "4月1日" in wrong.content.decode()) == (422, True)
    correct(row, reference_on=date(2097, 12, 1))  # another officer, meanwhile

    assert client.post(address, said).status_code == 302

    row.refresh_from_db()
    assert (last_day(row), row.reference_on) == (date(2097, 12, 11), date(2097, 12, 1))


def test_who_only_approves_moves_no_day() -> None:
    row, client = made_in_the_future(), staff(Role.CHILDCARE_APPROVER)
    address = f"/staff/admission/{row.pk}/dates/"
    assert address not in client.get(f"/staff/admission/{row.pk}/").content.decode()
    assert client.get(address).status_code == 403


def test_the_citys_systems_move_one_day_and_leave_the_others(settings: Any) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False
    row, client = made_in_the_future(), staff(Role.CHILDCARE_CLERK)
    address = f"/api/v1/staff/childcare/rounds/{row.pk}/dates"
    answer = client.patch(address, {"closes_on": "2097-12-11"}, content_type="application/json")
    assert (answer.status_code, answer.json()["changed"]) == (200, ["closes_on"])
    late = client.patch(address, {"closes_on": "2099-01-01"}, content_type="application/json")
    assert (late.status_code, late.json()["code"]) == (422, "round-dates-wrong")
    stranger = staff(Role.CHILDCARE_CLERK, municipality="202088")
    body = {"closes_on": "2097-12-12"}
    assert stranger.patch(address, body, content_type="application/json").status_code == 404
