"""A published point table ends early by two people, and never behind what it was used for."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role, User
from childcare.models import Round, RuleSet, RuleSetEnding
from childcare.rule_set_ending import (
    EndingDayWrong,
    EndingDecided,
    EndingNeedsSecondPerson,
    EndingWaits,
    EndingWithoutReason,
    OnlyPublishedEnds,
    ScoredByIt,
    ask_ending,
    confirm_ending,
    decline_ending,
    rounds_without_table,
)
from childcare.rule_sets_in_force import NoRuleSetInForce, rule_set_in_force
from core.audit import SYSTEM
from core.models import AuditEvent
from tests.childcare.applying.factories import make_round
from tests.childcare.published import (
    NOW,
    make_approver,
    make_submitter,
    published,
    submitted,
    version,
)
from tests.disability_card.factories import CITY, make_staff

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
NEW_YEAR = date(2026, 12, 31)


def ask(row: RuleSet, **override: Any) -> RuleSetEnding:
    good: dict[str, Any] = {
        "ends_on": NEW_YEAR, "reason": "条例が変わるため", "actor": SYSTEM, "now": NOW,
    }  # fmt: skip
    good["asked_by"] = override.pop("asked_by", None) or make_submitter()
    return ask_ending(row, **(good | override))


def confirm(ending: RuleSetEnding, by: User | None = None, now: datetime = NOW) -> RuleSetEnding:
    return confirm_ending(ending, decided_by=by or make_approver(), actor=SYSTEM, now=now)


def table() -> RuleSet:
    """In force from April 2026 to March 2027."""
    return published(version("t-1", "2026-04-01", "2027-03-31"))


def test_a_table_ends_when_a_second_person_confirms_and_not_before() -> None:
    row, ending = table(), None
    ending = ask(row)
    assert rule_set_in_force(CITY, on=date(2027, 1, 1)) == row
    confirm(ending)
    assert rule_set_in_force(CITY, on=NEW_YEAR) == row
    with pytest.raises(NoRuleSetInForce):
        rule_set_in_force(CITY, on=date(2027, 1, 1))
    event = AuditEvent.objects.get(action="rule-set.ended")
    assert event.facts == {"effective_to": ["2027-03-31", "2026-12-31"]}
    published(version("t-2", "2027-01-01", "2027-03-31"))  # its days are free now


def test_who_asked_cannot_confirm() -> None:
    officer = make_staff(Role.CHILDCARE_CLERK, Role.CHILDCARE_APPROVER)
    ending = ask(table(), asked_by=officer)
    with pytest.raises(EndingNeedsSecondPerson):
        confirm(ending, officer)
    assert RuleSet.objects.get().effective_to == date(2027, 3, 31)


@pytest.mark.parametrize(
    "ends_on",
    [TODAY - timedelta(days=1), date(2027, 3, 31), date(2027, 4, 1), date(2026, 3, 31)],
)
def test_a_table_never_ends_before_today_nor_later_than_it_would(ends_on: date) -> None:
    row = table()
    with pytest.raises(EndingDayWrong):
        ask(row, ends_on=ends_on)
    ask(row, ends_on=TODAY)


def test_a_day_that_passed_while_nobody_confirmed_is_asked_anew() -> None:
    ending = ask(table(), ends_on=TODAY)
    with pytest.raises(EndingDayWrong):
        confirm(ending, now=NOW + timedelta(days=1))


def test_a_round_that_was_scored_by_it_keeps_its_table() -> None:
    row = table()
    make_round(rule_set=row, reference_on=date(2027, 1, 15))
    with pytest.raises(ScoredByIt):
        ask(row)
    ending = ask(row, ends_on=date(2027, 1, 15))
    Round.objects.update(reference_on=date(2027, 1, 16))  # scored again meanwhile
    with pytest.raises(ScoredByIt):
        confirm(ending)


def test_the_officers_see_which_rounds_would_have_no_table() -> None:
    row = table()
    late = make_round(reference_on=date(2027, 1, 15))
    make_round(reference_on=NEW_YEAR, name="before")
    make_round(reference_on=date(2027, 2, 1), name="scored", rule_set=row)
    assert list(rounds_without_table(row, ends_on=NEW_YEAR)) == [late]


def test_a_draft_is_not_ended_and_nothing_is_without_a_reason() -> None:
    draft = submitted(version("t-3", "2026-04-01", "2027-03-31"))
    with pytest.raises(OnlyPublishedEnds):
        ask(draft)
    with pytest.raises(EndingWithoutReason):
        ask(draft, reason=" ")


def test_one_wish_waits_at_a_time_and_a_declined_one_changes_nothing() -> None:
    row = table()
    ending = ask(row)
    with pytest.raises(EndingWaits):
        ask(row)
    decline_ending(ending, decided_by=make_approver(), actor=SYSTEM, now=NOW)
    with pytest.raises(EndingDecided):
        confirm(ending)
    row.refresh_from_db()
    assert row.effective_to == date(2027, 3, 31)
    ask(row)


def staff(*roles: Role, **override: Any) -> Client:
    client = Client()
    client.force_login(make_staff(*roles, **override))
    return client


def test_two_officers_end_a_table_on_its_page() -> None:
    row = published(version("far", "2026-04-01", "2098-03-31"))  # pages read the real clock
    clerk, approver = staff(Role.CHILDCARE_CLERK), staff(Role.CHILDCARE_APPROVER)
    address = f"/staff/rule-sets/{row.pk}/end/"
    assert address in clerk.get(f"/staff/rule-sets/{row.pk}/").content.decode()
    said = {"ends_on": "2097年3月31日", "reason": "条例が変わるため"}
    assert clerk.post(address, said | {"ends_on": "2099-01-01"}).status_code == 422
    assert clerk.post(address, said).status_code == 302
    ending = RuleSetEnding.objects.get()
    confirming = f"/staff/rule-sets/endings/{ending.pk}/confirm/"
    assert confirming not in clerk.get(address).content.decode()
    assert clerk.post(confirming).status_code == 403
    assert "条例が変わるため" in approver.get(address).content.decode()
    assert confirming in approver.get(address).content.decode()
    approver.post(confirming)
    row.refresh_from_db()
    assert row.effective_to == date(2097, 3, 31)
    stranger = staff(Role.CHILDCARE_APPROVER, municipality="202088")
    assert stranger.get(address).status_code == 404
    assert stranger.post(confirming).status_code == 404
