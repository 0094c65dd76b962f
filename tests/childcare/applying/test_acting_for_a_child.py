"""A guardian who acts for a child finds the child in the form, and applies in her own name."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.families import add_child
from childcare.models import Application
from core.audit import SYSTEM
from tests.childcare.applying.factories import make_round
from tests.childcare.published import published
from tests.disability_card.factories import make_person
from tests.disability_card.test_device_views import signed_in

pytestmark = pytest.mark.django_db


def test_the_child_for_whom_a_guardian_acts_is_taken_over_into_the_application() -> None:
    now, mother = timezone.now(), make_person()
    round_ = make_round(
        rule_set=published(), opens_at=now - timedelta(days=9), closes_at=now + timedelta(days=9)
    )
    born = round_.starts_on - timedelta(days=500)
    child = add_child(mother, name="佐久　次郎", birth_date=born, actor=SYSTEM, now=now)
    client = signed_in(mother)
    client.post("/my/family/act/", {"person": str(child.pk)})
    form = client.get("/childcare/apply/").context["form"]
    given = {name: form[name].value() for name in ("child", "name", "birth_date")}
    assert given | {"birth_date": ""} == {"child": "new", "name": "佐久　次郎", "birth_date": ""}
    answer = client.post("/childcare/apply/", given | {"round": str(round_.pk)})
    row = Application.objects.get()
    assert row.child.birth_date == born
    assert row.child.person == child
    assert row.child.household.applicant == mother
    page = client.get(answer["Location"])  # her own act: she is herself again, and told so
    assert page.status_code == 200
    assert "自分の操作にもどりました" in page.content.decode()

    client.post("/my/family/act/", {"person": str(child.pk)})
    again = client.get("/childcare/apply/").context["form"]
    assert again["child"].value() == str(row.child.pk)  # the same child, not a second one
