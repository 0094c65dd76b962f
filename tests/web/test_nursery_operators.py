"""The city makes a nursery's operator, and its first owner can let people in from then on."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation, OrganisationRole, Role, User
from childcare.models import Facility
from childcare.operators import FacilityHasOperator, make_operator
from core.audit import SYSTEM
from core.models import AuditEvent, Notice
from core.notice_delivery import send_due
from tests.childcare.facility_factories import make_facility
from tests.disability_card.factories import CITY, NOW, make_staff
from tests.web.test_nursery_pages import client_of

pytestmark = pytest.mark.django_db
PAGE = "/staff/childcare/operators/"
NEW = f"{PAGE}new/"
API = "/api/v1/staff/childcare/operators"
OWNER = "owner@example.test"


@pytest.fixture(autouse=True)
def one_factor_is_enough(settings: Any) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False


@pytest.fixture
def approver() -> Client:
    return client_of(make_staff(Role.CHILDCARE_APPROVER))


def form(*facilities: Facility, **change: Any) -> dict[str, Any]:
    keys = [str(one.pk) for one in facilities]
    return {"name": "デモ福祉会", "email": OWNER, "facilities": keys} | change


def sent(client: Client, *facilities: Facility, key: str = "a", **change: Any) -> Any:
    return client.post(
        API,
        form(*facilities, **change),
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


def make(*facilities: Facility, name: str = "デモ福祉会") -> Organisation:
    return make_operator(CITY, name=name, email=OWNER, facilities=facilities, actor=SYSTEM, now=NOW)


def test_the_owner_made_on_the_page_is_told_and_lets_a_teacher_into_the_nursery(
    approver: Client, mailoutbox: list[Any]
) -> None:
    chosen, other = make_facility(name="あおぞら園"), make_facility(name="ほしぞら園")
    page = approver.get(NEW).content.decode()
    assert "あおぞら園" in page
    assert "ほしぞら園" in page
    answer = approver.post(NEW, form(chosen, email="Owner@Example.test "))
    assert answer["Location"] == PAGE
    chosen.refresh_from_db()
    other.refresh_from_db()
    assert chosen.organisation is not None
    assert (chosen.organisation.kind, other.organisation) == ("nursery", None)
    member = Membership.objects.get()
    assert (member.user.email, member.role, member.place_id) == (OWNER, "nursery_owner", None)
    send_due(now=timezone.now())
    assert [mail.to for mail in mailoutbox] == [[OWNER]]
    assert "/my/members/" in mailoutbox[0].body
    owner = client_of(member.user)
    added = owner.post(
        reverse("my-member-add", args=[chosen.organisation.pk]),
        {"email": "teacher@example.test", "role": OrganisationRole.NURSERY_STAFF},
    )
    assert added["Location"] == "/my/members/"
    teacher = client_of(User.objects.get(email="teacher@example.test"))
    assert teacher.get(f"/nursery/{chosen.pk}/").status_code == 200
    assert teacher.get(f"/nursery/{other.pk}/").status_code == 404


def test_the_trail_keeps_who_made_it_and_no_address(approver: Client) -> None:
    facility = make_facility()
    approver.post(NEW, form(facility))
    event = AuditEvent.objects.get(action="nursery.operator.make")
    assert event.facts["facilities"] == [str(facility.pk)]
    assert OWNER not in str(event.facts)


def test_who_works_elsewhere_already_keeps_the_account(approver: Client) -> None:
    user = User.objects.create_user(OWNER)
    approver.post(NEW, form(make_facility()))
    assert Membership.objects.get().user == user
    assert User.objects.filter(email=OWNER).count() == 1


def test_a_nursery_that_has_an_operator_is_never_handed_on(approver: Client) -> None:
    taken, free = make_facility(), make_facility()
    first = make(taken)
    again = approver.post(NEW, form(taken, free, name="べつの会"))
    assert again.status_code == 422
    assert "運営者のいない園を、選んでください" in again.content.decode()
    answer = sent(approver, taken, free)
    assert (answer.status_code, answer.json()["code"]) == (409, "facility-has-operator")
    with pytest.raises(FacilityHasOperator):
        make(taken, free, name="べつの会")
    free.refresh_from_db()
    assert free.organisation is None
    assert list(Organisation.objects.all()) == [first]


@pytest.mark.parametrize("missing", ["name", "email", "facilities"])
def test_a_form_with_a_gap_makes_nothing(approver: Client, missing: str) -> None:
    gap: Any = {missing: []}
    facility = make_facility()
    assert approver.post(NEW, form(facility, **gap)).status_code == 422
    assert sent(approver, facility, **gap).status_code == 400
    assert not Organisation.objects.exists()


def test_a_clerk_reads_who_runs_what_and_makes_nothing() -> None:
    clerk = client_of(make_staff(Role.CHILDCARE_CLERK))
    run, free = make_facility(name="あおぞら園"), make_facility(name="ほしぞら園")
    make(run)
    page = clerk.get(PAGE).content.decode()
    assert "デモ福祉会" in page
    assert "ほしぞら園" in page
    assert NEW not in page
    assert clerk.get(NEW).status_code == 403
    assert clerk.post(NEW, form(free)).status_code == 403
    assert sent(clerk, free).status_code == 403
    assert PAGE in clerk.get("/staff/").content.decode()


def test_another_citys_nursery_is_not_there(approver: Client) -> None:
    far = make_facility(name="とおくの園", municipality="202011")
    for address in (PAGE, NEW):
        assert "とおくの園" not in approver.get(address).content.decode()
    assert approver.post(NEW, form(far)).status_code == 422
    assert sent(approver, far).status_code == 404
    assert not Organisation.objects.exists()


def test_the_api_makes_one_operator_once_and_lists_it(approver: Client) -> None:
    run, free = make_facility(name="あおぞら園"), make_facility(name="ほしぞら園")
    made = sent(approver, run)
    assert made.status_code == 201
    assert sent(approver, run).json() == made.json()
    assert Notice.objects.filter(kind="nursery-operator").count() == 1
    told = approver.get(API).json()
    assert told["operators"] == [made.json()]
    assert made.json()["facilities"] == [{"id": str(run.pk), "name": "あおぞら園"}]
    assert told["without_operator"] == [{"id": str(free.pk), "name": "ほしぞら園"}]
    assert OWNER not in str(told)


def test_an_operator_takes_on_another_nursery_by_page_and_by_api(approver: Client) -> None:
    first, second, third = (make_facility() for _ in range(3))
    operator = make(first)
    page = f"{PAGE}{operator.pk}/facilities/"
    assert page in approver.get(PAGE).content.decode()
    assert approver.post(page, {"facilities": []}).status_code == 422
    assert approver.post(page, {"facilities": [second.pk]})["Location"] == PAGE
    answer = approver.post(
        f"{API}/{operator.pk}/facilities",
        {"facilities": [str(third.pk)]},
        content_type="application/json",
    )
    assert len(answer.json()["facilities"]) == 3
    assert set(Facility.objects.values_list("organisation", flat=True)) == {operator.pk}
    assert AuditEvent.objects.filter(action="nursery.operator.facilities").count() == 2
    other = make(make_facility(), name="べつの会")
    again = approver.post(
        f"{API}/{other.pk}/facilities",
        {"facilities": [str(third.pk)]},
        content_type="application/json",
    )
    assert (again.status_code, again.json()["code"]) == (409, "facility-has-operator")
