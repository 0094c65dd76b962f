"""A nursery goes to another operator by two officers, and the old people see it no more."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.members import make_member
from accounts.models import Membership, Organisation, OrganisationRole, Role, User
from childcare.models import Facility, OperatorChange
from childcare.operator_changes import ChangeNeedsSecondPerson, confirm_change, enter_change
from childcare.operators import make_operator
from core.audit import SYSTEM
from core.models import AuditEvent, Notice
from tests.childcare.facility_factories import make_facility
from tests.disability_card.factories import CITY, NOW, make_staff
from tests.second_accounts import second_account_of
from tests.web.test_nursery_pages import client_of

pytestmark = pytest.mark.django_db
PAGE = "/staff/childcare/operators/changes/"
API = "/api/v1/staff/childcare"


@pytest.fixture(autouse=True)
def one_factor_is_enough(settings: Any) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False


def make(*facilities: Facility, name: str, municipality: str = CITY) -> Organisation:
    return make_operator(
        municipality, name=name, email=f"{len(name)}@example.test", facilities=facilities,
        actor=SYSTEM, now=NOW,
    )  # fmt: skip


def two_operators() -> tuple[Facility, Organisation, Organisation]:
    facility = make_facility(name="あおぞら園")
    return facility, make(facility, name="前の会"), make(make_facility(), name="新しい会")


def approver() -> Client:
    return client_of(make_staff(Role.CHILDCARE_APPROVER))


def post(client: Client, path: str, body: Any = None) -> Any:
    return client.post(f"{API}/{path}", body or {}, content_type="application/json")


def test_two_officers_hand_a_nursery_on_and_its_old_people_see_it_no_more() -> None:
    facility, old, new = two_operators()
    whole, here = (
        make_member(old, email=email, role=OrganisationRole.NURSERY_STAFF, now=NOW).user
        for email in ("whole@example.test", "here@example.test")
    )
    Membership.objects.filter(user=here).update(place_id=facility.place_id)
    added = make_member(
        new, email="new@example.test", role=OrganisationRole.NURSERY_STAFF, now=NOW
    ).user
    page = f"/nursery/{facility.pk}/"

    def seen_by(*people: User) -> list[int]:
        return [client_of(one).get(page).status_code for one in people]

    assert seen_by(whole, here, added) == [200, 200, 404]
    clerk, second = client_of(make_staff(Role.CHILDCARE_CLERK)), approver()
    asked = clerk.post(PAGE, {"facility": facility.pk, "operator": new.pk})
    assert asked["Location"] == PAGE
    change = OperatorChange.objects.get()
    confirm = f"{PAGE}{change.pk}/confirm/"
    assert confirm not in clerk.get(PAGE).content.decode()
    assert clerk.post(confirm).status_code == 403
    assert seen_by(whole, here, added) == [200, 200, 404]
    assert confirm in second.get(PAGE).content.decode()
    assert "園を引きつぎました" in second.post(confirm, follow=True).content.decode()
    assert seen_by(whole, here, added) == [404, 403, 200]  # without any role: at the door
    assert Membership.objects.get(user=whole).valid_to is None  # the operator's other nurseries
    assert Notice.objects.filter(kind="nursery-handed-on").count() == 2
    events = AuditEvent.objects.filter(action__startswith="nursery.operator.change")
    assert {one.object_id for one in events} == {str(facility.pk)}


def test_one_person_with_two_accounts_does_not_hand_a_nursery_on() -> None:
    facility, _old, new = two_operators()
    first = make_staff(Role.CHILDCARE_APPROVER)
    change = enter_change(facility, new, asked_by=first, actor=SYSTEM, now=NOW)
    for officer in (first, second_account_of(first)):
        with pytest.raises(ChangeNeedsSecondPerson):
            confirm_change(change, decided_by=officer, actor=SYSTEM, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        OperatorChange.objects.update(decision="confirmed", decided_by=first)


def test_the_api_enters_confirms_and_declines_a_change_once() -> None:
    facility, old, new = two_operators()
    first, second = approver(), approver()
    path = f"facilities/{facility.pk}/operator-changes"
    assert post(first, path, {"operator": str(old.pk)}).json()["code"] == "operator-change-is-none"
    made = post(first, path, {"operator": str(new.pk)})
    assert made.status_code == 201
    again = post(second, path, {"operator": str(new.pk)})
    assert (again.status_code, again.json()["code"]) == (409, "operator-change-waiting")
    assert [one["id"] for one in first.get(f"{API}/operator-changes").json()] == [made.json()["id"]]
    change = f"operator-changes/{made.json()['id']}"
    assert post(first, f"{change}/confirm").json()["code"] == "operator-change-second-person"
    assert post(first, f"{change}/decline").json()["decision"] == "declined"
    assert post(second, f"{change}/confirm").json()["code"] == "operator-change-decided"
    facility.refresh_from_db()
    assert facility.organisation == old


def test_a_nursery_goes_to_no_operator_of_another_city_nor_from_nobody() -> None:
    facility, _old, new = two_operators()
    far = make(name="とおくの町の会", municipality="202011")
    free = make_facility()
    client = approver()
    path = "facilities/{}/operator-changes"
    assert post(client, path.format(facility.pk), {"operator": str(far.pk)}).status_code == 404
    refused = post(client, path.format(free.pk), {"operator": str(new.pk)})
    assert refused.json()["code"] == "operator-change-is-none"
    stranger = client_of(make_staff(Role.CHILDCARE_APPROVER, municipality="202011"))
    assert post(stranger, path.format(facility.pk), {"operator": str(far.pk)}).status_code == 404
    change = enter_change(facility, new, asked_by=make_staff(), actor=SYSTEM, now=NOW)
    for what in ("confirm", "decline"):
        assert post(stranger, f"operator-changes/{change.pk}/{what}").status_code == 404
