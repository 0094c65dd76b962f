"""支援措置: an officer from whom somebody is protected does not find that person's family."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Person, ProtectiveBlock, Role
from childcare.models import (
    Application,
    Consultation,
    ConsultationState,
    Document,
    Exchange,
    Guardian,
    LetterRun,
)
from core import policy
from core.actor import RoleGrant
from tests.childcare.applying.factories import NOW, actor_of, make_submitted, work_papers
from tests.childcare.applying.test_application_api import THEIRS, client_of
from tests.childcare.placing.factories import make_offer
from tests.disability_card.factories import make_person, make_staff

pytestmark = pytest.mark.django_db
QUEUE = "/staff/childcare/applications/"


def make_officer() -> Person:
    user = make_staff(Role.CHILDCARE_CLERK, Role.CHILDCARE_APPROVER)
    return make_person(user=user, name="職員　一郎")


def protect(person: Person | None, officer: Person, **override: Any) -> ProtectiveBlock:
    assert person is not None
    good = {"set_by": make_staff(Role.COUNTER), "set_at": timezone.now()}
    return ProtectiveBlock.objects.create(person=person, blocked=officer, **(good | override))


def listed_to(client: Client) -> list[set[str]]:
    """Return the applications that the queue and the API list."""
    page = client.get(QUEUE).content.decode()
    answer = client.get(THEIRS).json()
    api = {one["id"] for one in answer["results"]}
    return [{str(one.pk) for one in Application.objects.all() if f"{one.pk}/" in page}, api]


@pytest.fixture
def officer() -> Person:
    return make_officer()


@pytest.fixture
def client(officer: Person) -> Client:
    return client_of(officer)


@pytest.mark.parametrize("who", ["applicant", "guardian", "child"])
def test_the_queue_leaves_out_a_family_that_is_protected_from_the_officer(
    officer: Person, client: Client, who: str
) -> None:
    row, other = make_submitted(), make_submitted()
    child, person = row.child, make_person(name="保護　花子")
    if who == "applicant":
        person = child.household.applicant or person
        child.household.guardians.update(person=None)
    elif who == "guardian":
        Guardian.objects.update_or_create(
            household=child.household, number=2, defaults={"person": person}
        )
    else:
        child.person = person
        child.save()
    both = {str(row.pk), str(other.pk)}
    assert listed_to(client) == [both, both]
    block = protect(person, officer)
    assert listed_to(client) == [{str(other.pk)}, {str(other.pk)}]
    assert listed_to(client_of(make_officer())) == [both, both]
    block.lifted_at = timezone.now()
    block.save()
    assert listed_to(client) == [both, both]


def test_a_receipt_number_does_not_lead_to_a_protected_family(
    officer: Person, client: Client
) -> None:
    row = make_submitted()
    address = f"{QUEUE}?q={row.receipt_number}"
    assert f"{row.pk}/" in client.get(address).content.decode()
    protect(row.child.household.applicant, officer)
    assert f"{row.pk}/" not in client.get(address).content.decode()


def test_hiding_the_protected_costs_no_query_of_its_own(
    officer: Person, django_assert_num_queries: Any
) -> None:
    row, other = make_submitted(), make_submitted()
    protect(row.child.household.applicant, officer)
    grant = RoleGrant(role=Role.CHILDCARE_CLERK, municipality=row.municipality)
    actor = actor_of(officer, roles=frozenset({grant}))
    with django_assert_num_queries(1):
        rows = policy.allowed(actor, "staff.childcare.application.read", Application.objects.all())
        assert list(rows) == [other]


def test_pages_of_a_protected_family_answer_404(officer: Person, client: Client) -> None:
    row = make_submitted(papers_of=work_papers)
    page = f"{QUEUE}{row.pk}/"
    assert client.get(page).status_code == 200
    protect(row.child.household.applicant, officer)
    assert client.get(page).status_code == 404
    for what in ("check", "certify", "consultation", "carry"):
        assert client.post(f"{page}{what}/").status_code == 404, what
    paper = f"/staff/childcare/papers/{Document.objects.get().pk}/"
    assert client.get(paper).status_code == 404
    assert client.post(f"{paper}receive/").status_code == 404


def test_the_api_answers_404_for_a_protected_family(officer: Person, client: Client) -> None:
    row = make_submitted(papers_of=work_papers)
    address, paper = f"{THEIRS}/{row.pk}", Document.objects.get()
    etag = client.get(address)["ETag"]
    protect(row.child.household.applicant, officer)
    assert client.get(address).status_code == 404
    given: dict[str, Any] = {"content_type": "application/json", "headers": {"If-Match": etag}}
    assert client.put(address, {}, **given).status_code == 404
    assert client.post(f"{address}/checks", {"read": []}, **given).status_code == 404
    told = {"channel": "phone", "facts": []}
    assert client.post(f"{address}/told-facts", told, **given).status_code == 404
    papers = f"/api/v1/staff/childcare/documents/{paper.pk}"
    assert client.post(f"{papers}/accept", {"says": []}, **given).status_code == 404
    assert client.post(f"{papers}/send-back", {"reason": "読めない"}, **given).status_code == 404


def test_a_protected_familys_nursery_is_not_shown_after_the_notice(
    officer: Person, client: Client
) -> None:
    offer = make_offer()
    page = f"/staff/childcare/placing/{offer.application.round_id}/"
    answers = f"/staff/childcare/offers/{offer.pk}/"
    assert answers in client.get(page).content.decode()
    protect(offer.application.child.household.applicant, officer)
    assert answers not in client.get(page).content.decode()
    for what in ("answer", "admit"):
        assert client.post(f"{answers}{what}/", {"answer": "accept"}).status_code == 404
    assert client.post(f"/api/v1/staff/childcare/offers/{offer.pk}/admit").status_code == 404


def test_a_protected_familys_letters_are_printed_by_another_officer(
    officer: Person, client: Client
) -> None:
    offer = make_offer()
    row = offer.application
    heaps = f"/staff/admission/{row.round_id}/letters/"
    assert client.post(f"{heaps}offered/", {"waiting": "1"}).status_code == 302
    file = f"{heaps}{LetterRun.objects.get().pk}.pdf"
    assert file in client.get(heaps).content.decode()
    protect(row.child.household.applicant, officer)
    assert file not in client.get(heaps).content.decode()
    assert client.get(file).status_code == 404
    assert client.get(f"{QUEUE}{row.pk}/letters/result.pdf").status_code == 404
    assert file in client_of(make_officer()).get(heaps).content.decode()


def test_a_protected_familys_letter_is_left_for_another_officer_to_print(
    officer: Person, client: Client
) -> None:
    row = make_offer().application
    heaps = f"/staff/admission/{row.round_id}/letters/"
    protect(row.child.household.applicant, officer)
    client.post(f"{heaps}offered/", {"waiting": "1"})
    assert not LetterRun.objects.exists()
    client_of(make_officer()).post(f"{heaps}offered/", {"waiting": "1"})
    assert LetterRun.objects.get().letters.get().application == row


def test_a_consultation_about_a_protected_family_is_left_out(
    officer: Person, client: Client
) -> None:
    row = make_submitted()
    found = Consultation.objects.create(
        municipality=row.municipality, application=row, direction=Exchange.OUT,
        state=ConsultationState.PREPARED, other_name="デモ市", opened_at=NOW,
    )  # fmt: skip
    page = "/staff/childcare/consultations/"
    assert f"{row.pk}/" in client.get(page).content.decode()
    protect(row.child.household.applicant, officer)
    assert f"{row.pk}/" not in client.get(page).content.decode()
    assert client.get(f"{page}{found.pk}/letter/").status_code == 404
