"""A child's name and birth date: the family mends them until it has submitted."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from childcare.applying.child_details import ChildAlreadyApplied, mend_child
from childcare.applying.refusals import BornInTheFuture
from childcare.models import Application
from core.audit import SYSTEM
from tests.childcare.applying.factories import NOW, make_draft, make_round, make_submitted
from tests.disability_card.factories import make_person

pytestmark = pytest.mark.django_db


def mend(row: Application, **override: Any) -> None:
    born = date(2025, 6, 11)
    good: dict[str, Any] = {"name": "デモ 空", "name_kana": "でも そら", "birth_date": born}
    mend_child(row.child, **(good | override), actor=SYSTEM, now=NOW)
    row.child.refresh_from_db()


def test_a_name_that_was_typed_wrong_is_mended() -> None:
    row = make_draft()
    mend(row)
    assert (row.child.name, row.child.birth_date) == ("デモ 空", date(2025, 6, 11))


def test_who_is_not_born_yet_is_refused() -> None:
    with pytest.raises(BornInTheFuture):
        mend(make_draft(), birth_date=date(2027, 1, 1))


def test_after_the_submission_the_desk_changes_it() -> None:
    row = make_submitted()
    with pytest.raises(ChildAlreadyApplied):
        mend(row)


def test_a_proven_child_keeps_its_name() -> None:
    row = make_draft()
    row.child.person = make_person()
    row.child.save()
    with pytest.raises(ChildAlreadyApplied):
        mend(row)


def client_of(row: Application) -> Client:
    applicant = row.child.household.applicant
    assert applicant is not None
    assert applicant.user is not None
    client = Client()
    client.force_login(applicant.user)
    return client


def test_the_check_page_leads_to_the_form_and_back() -> None:
    now = timezone.now()
    round_ = make_round(opens_at=NOW - timedelta(days=1), closes_at=now + timedelta(days=9))
    row = make_draft(round_=round_)
    client, page = client_of(row), f"/childcare/apply/{row.pk}/child/"
    check = f"/childcare/apply/{row.pk}/check/"
    assert page in client.get(check).content.decode()
    assert client.post(page, {"name": "", "birth_date": "2025-06-11"}).status_code == 422
    answer = client.post(page, {"name": "デモ 空", "birth_date": "2025-06-11"})
    assert answer["Location"] == check
    shown = client.get(check).content.decode()
    assert "デモ 空" in shown
    stranger = Client()
    user = make_person().user
    assert user is not None
    stranger.force_login(user)
    assert stranger.post(page, {"name": "x", "birth_date": "2025-06-11"}).status_code == 404
