"""はたらく人とPIN: the owner's page, and who may not open it."""

from typing import Any

import pytest
from django.test import Client

from accounts.clerk_pins import PinRefused, pin_of
from accounts.members import OwnerNeeded, end_membership
from accounts.models import (
    ClerkPin,
    ClerkSession,
    Membership,
    Organisation,
    OrganisationKind,
    OrganisationRole,
)
from childcare.models import Facility
from core.audit import SYSTEM
from core.models import AuditEvent
from tests.accounts.test_clerk_pins import (
    OTHER_PIN,
    PIN,
    PLACE,
    begin,
    give_pin,
    make_member,
    make_shop,
    make_till,
)
from tests.childcare.facility_factories import make_facility
from tests.disability_card.factories import CITY, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Membership:
    return make_member(make_shop(), role=OrganisationRole.SHOP_OWNER)


def browser(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def typed(client: Client, member: Membership, **change: str) -> Any:
    form = {"name": "みか", "pin": PIN, "again": PIN} | change
    return client.post(f"/my/members/{member.pk}/pin/", form)


def test_an_owner_gives_a_clerk_a_pin_that_opens_the_till(owner: Membership) -> None:
    clerk, client = make_member(owner.organisation, place_id=PLACE), browser(owner)
    assert "PINはまだです" in client.get("/my/members/").content.decode()
    assert typed(client, clerk)["Location"] == "/my/members/"
    begin(make_till(owner.organisation), clerk)
    page = client.get("/my/members/").content.decode()
    assert "みか" in page


def test_a_locked_pin_is_shown_and_a_new_one_opens_it(owner: Membership) -> None:
    clerk = make_member(owner.organisation, place_id=PLACE)
    give_pin(clerk)
    ClerkPin.objects.update(failures=5)
    client = browser(owner)
    assert "PINは止まっています" in client.get("/my/members/").content.decode()
    typed(client, clerk, pin=OTHER_PIN, again=OTHER_PIN)
    begin(make_till(owner.organisation), clerk, OTHER_PIN)


@pytest.mark.parametrize(
    ("change", "said"),
    [({"pin": "111111", "again": "111111"}, "このPINは使えません"),
     ({"again": OTHER_PIN}, "上のPINとちがいます"), ({"name": ""}, "まちがい")],
    ids=["easy", "not the same", "without a name"],
)  # fmt: skip
def test_a_pin_that_cannot_be_used_is_not_kept(
    owner: Membership, change: dict[str, str], said: str
) -> None:
    clerk = make_member(owner.organisation)
    answer = typed(browser(owner), clerk, **change)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ClerkPin.objects.exists()


def test_who_has_left_loses_pin_and_shift_at_once(owner: Membership) -> None:
    clerk, till = make_member(owner.organisation, place_id=PLACE), make_till(owner.organisation)
    give_pin(clerk)
    begin(till, clerk)
    browser(owner).post(f"/my/members/{clerk.pk}/end/")
    assert pin_of(Membership.objects.get(pk=clerk.pk)) is None
    assert ClerkSession.objects.get().ended_at is not None
    with pytest.raises(PinRefused):
        begin(till, clerk)
    assert AuditEvent.objects.filter(action="membership.end", object_id=str(clerk.pk)).exists()


def test_the_last_owner_stays(owner: Membership) -> None:
    with pytest.raises(OwnerNeeded):
        end_membership(owner, actor=SYSTEM, now=NOW)
    assert "責任者がいなくなります" in browser(owner).post(
        f"/my/members/{owner.pk}/end/", follow=True
    ).content.decode()  # fmt: skip


def test_nobody_but_the_owner_gives_or_ends(owner: Membership) -> None:
    clerk = make_member(owner.organisation)
    stranger = make_member(make_shop(), role=OrganisationRole.SHOP_OWNER)
    for member, refused in ((clerk, 403), (stranger, 404)):
        client = browser(member)
        assert typed(client, clerk).status_code == refused
        assert client.post(f"/my/members/{clerk.pk}/end/").status_code == refused
    assert not ClerkPin.objects.exists()
    assert Membership.objects.filter(valid_to__isnull=False).count() == 0


def make_nursery_owner() -> Membership:
    nursery = Organisation.objects.create(
        municipality=CITY, name="デモ園をはこぶ会", kind=OrganisationKind.NURSERY
    )
    return make_member(nursery, role=OrganisationRole.NURSERY_OWNER)


def added(client: Client, organisation: Organisation, role: str, **more: str) -> Any:
    form = {"email": "sensei@example.jp", "role": role} | more
    return client.post(f"/my/members/{organisation.pk}/add/", form, follow=True)


def test_the_owner_of_nurseries_adds_a_teacher_who_opens_the_nursery_and_ends_it_again() -> None:
    owner = make_nursery_owner()
    client = browser(owner)
    page = added(client, owner.organisation, "nursery_staff").content.decode()
    assert "sensei@example.jp" in page
    assert "PIN" not in page.partition("<main")[2]  # a nursery has no till
    teacher = Membership.objects.get(role=OrganisationRole.NURSERY_STAFF)
    facility = make_facility()
    Facility.objects.update(organisation=owner.organisation)
    theirs = f"/nursery/{facility.pk}/"
    assert browser(teacher).get(theirs).status_code == 200
    assert client.get(theirs).status_code in {403, 404}  # who gives roles has not each of them
    client.post(f"/my/members/{teacher.pk}/end/")
    assert browser(teacher).get(theirs).status_code in {403, 404}
    assert AuditEvent.objects.filter(action__in=["membership.add", "membership.end"]).count() == 2


def test_the_last_owner_of_a_nursery_stays_until_there_is_another() -> None:
    owner = make_nursery_owner()
    with pytest.raises(OwnerNeeded):
        end_membership(owner, actor=SYSTEM, now=NOW)
    added(browser(owner), owner.organisation, "nursery_owner")
    end_membership(owner, actor=SYSTEM, now=NOW)


@pytest.mark.parametrize("role", ["shop_clerk", "admin", ""])
def test_a_nursery_gives_no_role_that_is_not_its_own(role: str) -> None:
    owner = make_nursery_owner()
    added(browser(owner), owner.organisation, role)
    assert Membership.objects.get() == owner


def test_nobody_but_the_owner_of_the_whole_organisation_adds(owner: Membership) -> None:
    clerk = make_member(owner.organisation)
    at_one_place = make_member(owner.organisation, role=OrganisationRole.SHOP_OWNER, place_id=PLACE)
    stranger = make_nursery_owner()
    before = Membership.objects.count()
    for member, refused in ((clerk, 403), (at_one_place, 404), (stranger, 404)):
        answer = added(browser(member), owner.organisation, "shop_clerk")
        assert answer.status_code == refused
    assert Membership.objects.count() == before


def test_the_api_adds_and_ends_a_member(owner: Membership) -> None:
    client, body = browser(owner), {"email": "mika@example.jp", "role": "shop_clerk"}
    path = "/api/v1/organisation/members"
    body["organisation_id"] = str(owner.organisation_id)
    made = client.post(path, body, content_type="application/json")
    assert made.status_code == 201
    wrong = client.post(path, body | {"role": "nursery_staff"}, content_type="application/json")
    assert wrong.json()["code"] == "organisation-role-refused"
    assert made.json()["id"] in {one["id"] for one in client.get(path).json()}
    assert client.post(f"{path}/{made.json()['id']}/end").status_code == 204
    last = client.post(f"{path}/{owner.pk}/end")
    assert (last.status_code, last.json()["code"]) == (409, "shop-owner-needed")
    stranger = browser(make_nursery_owner())
    assert stranger.post(path, body, content_type="application/json").status_code == 404
