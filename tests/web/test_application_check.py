"""The last look at an application says what is not told yet, before it counts."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from childcare.applying.questionnaire import needs_facility
from childcare.applying.round_rules import rules_of
from childcare.applying.steps import save_answer
from childcare.models import Application
from tests.childcare.applying.factories import NOW, make_draft, make_round
from tests.childcare.published import published

pytestmark = pytest.mark.django_db


def check_page(row: Application) -> str:
    applicant = row.child.household.applicant
    assert applicant is not None
    assert applicant.user is not None
    client = Client()
    client.force_login(applicant.user)
    return client.get(f"/childcare/apply/{row.pk}/check/").content.decode()


def test_questions_without_an_answer_are_counted_with_the_way_to_the_first() -> None:
    now = timezone.now()
    row = make_draft(
        round_=make_round(
            rule_set=published(),
            opens_at=NOW - timedelta(days=9),
            closes_at=now + timedelta(days=9),
        )
    )
    text = check_page(row)
    assert "まだ答えていない質問が" in text
    assert f'/childcare/apply/{row.pk}/questions/family/">' in text


def test_an_answer_that_names_a_nursery_shows_it() -> None:
    now = timezone.now()
    row = make_draft(
        round_=make_round(
            rule_set=published(),
            opens_at=NOW - timedelta(days=9),
            closes_at=now + timedelta(days=9),
        )
    )
    rules = rules_of(row.round)
    assert rules is not None
    place = row.round.slots.get().facility
    number = next(
        at
        for at, option in enumerate(next(q for q in rules.questions if q.id == "sibling").options)
        if needs_facility(option)
    )
    save_answer(row, "sibling", number, facility=str(place.pk), if_match=None, now=now)
    assert f"（{place.place.name}）" in check_page(row)
