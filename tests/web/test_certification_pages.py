"""The pages of a certification: proposed, issued, ended; the family reads the day and why."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Role
from childcare.models import Application, Certification, Household
from core.models import AuditEvent
from tests.childcare.applying.factories import make_submitted
from tests.disability_card.factories import make_staff
from tests.web.test_childcare_letters import words_of

pytestmark = pytest.mark.django_db
WHY = "市の外に引っこしたため"


@pytest.fixture(autouse=True)
def one_factor_is_enough(settings: Any) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False


@pytest.fixture
def clerk() -> Client:
    client = Client()
    client.force_login(make_staff(Role.CHILDCARE_CLERK))
    return client


@pytest.fixture
def row() -> Application:
    """A child that is three by law on 9 June 2028."""
    return make_submitted()


def certify(clerk: Client, row: Application, **override: str) -> Any:
    good = {"class_code": "3", "care_amount": "standard", "valid_from": "2027-04-01"}
    return clerk.post(f"/staff/childcare/applications/{row.pk}/certify/", good | override)


def test_the_form_proposes_the_class_and_the_last_day(clerk: Client, row: Application) -> None:
    page = clerk.get(f"/staff/childcare/applications/{row.pk}/certify/")
    form = page.context["form"]
    assert form["class_code"].value() == "3"
    days = (form["valid_from"].value(), form["valid_to"].value())
    assert days == ("令和9年4月1日", "令和10年6月8日")
    assert certify(clerk, row, valid_from=days[0], valid_to=days[1]).status_code == 302


def test_an_empty_last_day_is_the_last_that_the_class_can_hold(
    clerk: Client, row: Application
) -> None:
    assert certify(clerk, row).status_code == 302
    assert Certification.objects.get().valid_to.isoformat() == "2028-06-08"


def test_a_class_against_the_age_is_refused_beside_its_field(
    clerk: Client, row: Application
) -> None:
    page = certify(clerk, row, class_code="2")
    assert page.status_code == 422
    assert "class_code" in page.context["form"].errors
    assert not Certification.objects.exists()


def test_the_end_reaches_the_familys_page_with_its_reason(clerk: Client, row: Application) -> None:
    certify(clerk, row)
    made = Certification.objects.get()
    address = f"/staff/childcare/certifications/{made.pk}/end/"
    assert "3号" in clerk.get(address).content.decode()
    without = clerk.post(address, {"on": "2027-06-30", "reason": "moved"})
    assert "words" in without.context["form"].errors
    late = clerk.post(address, {"on": "2028-06-09", "reason": "moved", "words": WHY})
    assert late.status_code == 422
    done = clerk.post(address, {"on": "令和9年6月30日", "reason": "moved", "words": WHY})
    assert done["Location"] == f"/staff/childcare/applications/{row.pk}/"
    assert "終わりにした" in clerk.get(done["Location"]).content.decode()
    assert "最後の日" not in clerk.get(address).content.decode()

    parent = Client()
    applicant = row.child.household.applicant
    assert applicant is not None
    assert applicant.user is not None
    parent.force_login(applicant.user)
    page = parent.get(f"/childcare/applications/{row.pk}/").content.decode()
    assert WHY in page
    assert "2027年6月30日" in page


def test_a_family_without_an_account_gets_the_end_of_a_certification_by_letter(
    clerk: Client, row: Application
) -> None:
    Household.objects.filter(pk=row.child.household_id).update(applicant=None)
    certify(clerk, row)
    made = Certification.objects.get()
    letter = f"/staff/childcare/certifications/{made.pk}/letter.pdf"
    assert clerk.get(letter).status_code == 404  # nothing ended
    end = f"/staff/childcare/certifications/{made.pk}/end/"
    assert "通知書を印刷して" in clerk.get(end).content.decode()
    clerk.post(end, {"on": "2027-06-30", "reason": "moved", "words": WHY})
    page = clerk.get(f"/staff/childcare/applications/{row.pk}/").content.decode()
    assert letter in page

    text = words_of(clerk.get(letter).content)

    for said in ("教育・保育給付認定の取消通知書", "2027年6月30日", WHY, "審査請求", made.number):
        assert said in text
    event = AuditEvent.objects.get(action="childcare.letter.print")
    assert event.facts == {"letter": "certification_end"}
