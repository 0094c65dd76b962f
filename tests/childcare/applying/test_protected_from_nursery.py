"""支援措置: who works in a nursery does not find there the family that is protected from them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Person, ProtectiveBlock, User
from accounts.people import record_guardian
from childcare.models import Facility, Offer
from childcare.visits import book_visit
from core.audit import SYSTEM
from tests.childcare.facility_factories import make_facility, make_teacher, make_visit
from tests.childcare.placing.factories import make_offer
from tests.disability_card.factories import make_person, make_staff
from tests.second_accounts import second_account_of

pytestmark = pytest.mark.django_db
OFFERS = "/nursery/offers/"
API = "/api/v1/childcare/placements"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def protect(person: Person, blocked: Person) -> ProtectiveBlock:
    return ProtectiveBlock.objects.create(
        person=person, blocked=blocked, set_by=make_staff(), set_at=timezone.now()
    )


def make_worker(facility: Facility) -> Person:
    return make_person(user=make_teacher(facility))


def offered_ids(user: User | None) -> list[str]:
    assert user is not None
    answer = signed_in(user).get(API)
    assert answer.status_code == 200
    return [one["id"] for one in answer.json()["results"]]


@pytest.mark.parametrize("account", ["the one we know", "a second one"])
def test_a_nurserys_own_parent_does_not_see_the_child_kept_from_them(account: str) -> None:
    offer: Offer = make_offer(confirmed=False)
    parent, colleague = make_worker(offer.facility), make_worker(offer.facility)
    assert parent.user is not None
    assert offered_ids(parent.user) == [str(offer.pk)]
    kept_out = parent
    if account == "a second one":
        kept_out = Person.objects.get(user=second_account_of(parent.user))
    applicant = offer.application.child.household.applicant
    assert applicant is not None
    protect(applicant, kept_out)
    assert offered_ids(parent.user) == []
    assert offered_ids(colleague.user) == [str(offer.pk)]
    client = signed_in(parent.user)
    assert str(offer.pk) not in client.get(OFFERS).content.decode()
    answer = client.post(f"{OFFERS}{offer.pk}/", {"answer": "confirm"})
    assert answer.status_code == 404
    offer.refresh_from_db()
    assert offer.facility_answer == "waiting"


@pytest.mark.parametrize("who", ["the child of who comes", "who comes"])
def test_a_nurserys_own_parent_does_not_see_that_the_family_comes_to_look(who: str) -> None:
    facility, mother, child = make_facility(), make_person(), make_person(user=None)
    record_guardian(child=child, guardian=mother, proof="counter", actor=SYSTEM, now=timezone.now())
    parent, colleague = make_worker(facility), make_worker(facility)
    day = make_visit(facility, starts_at=timezone.now() + timedelta(days=3))
    booked: dict[str, Any] = {"contact": "0267-00-0000", "children": 1, "actor": SYSTEM}
    for name, person in (("浅間　花子", mother), ("千曲　花子", None)):
        book_visit(day, name=name, person=person, now=timezone.now(), **booked)
    protect(mother if who == "who comes" else child, parent)
    page = f"/nursery/{facility.pk}/"
    for worker, sees in ((parent, False), (colleague, True)):
        assert worker.user is not None
        said = signed_in(worker.user).get(page).content.decode()
        assert ("浅間　花子" in said) is sees
        assert "千曲　花子" in said
        assert ("2組" in said) is sees
