"""A family's first page says where its applications stand."""

import pytest
from django.test import Client

from childcare.applying.submission import withdraw_application
from childcare.models import Application
from tests.childcare.applying.factories import (
    make_child,
    make_draft,
    make_family,
    make_submitted,
    told_by_family,
)

pytestmark = pytest.mark.django_db


def first_page(row: Application) -> str:
    applicant = row.child.household.applicant
    assert applicant is not None
    assert applicant.user is not None
    client = Client()
    client.force_login(applicant.user)
    return client.get("/my/").content.decode()


def test_each_child_stands_there_with_the_way_on() -> None:
    family = make_family()
    handed_in = make_submitted(make_child(family, name="山﨑　そら"))
    draft = make_draft(make_child(family, name="山﨑　うみ"))
    stranger = make_submitted(make_child(name="小林　ゆい"))
    page = first_page(handed_in)
    assert f'href="/childcare/applications/{handed_in.pk}/"' in page
    assert f'href="/childcare/apply/{draft.pk}/check/"' in page
    assert "山﨑　そら" in page
    assert "申しこみ済み" in page
    assert str(stranger.pk) not in page


def test_one_that_was_withdrawn_is_left_to_the_list() -> None:
    row = make_submitted()
    withdraw_application(row, if_match=None, told=told_by_family(row))
    assert str(row.pk) not in first_page(row)
