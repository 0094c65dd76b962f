"""The staff's list of devices: found by its own name or its place's, a page at a time."""

import pytest
from django.test import Client

from accounts.devices import make_device
from accounts.models import Device, DeviceProfile, Role
from core.audit import SYSTEM
from tests.disability_card.factories import CITY, NOW, make_staff
from tests.disability_card.test_scanning import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Client:
    client = Client()
    client.force_login(make_staff(Role.DEVICE_MANAGER))
    return client


def make(name: str, desk: Desk, *, city: str = CITY) -> None:
    make_device(
        municipality=city,
        name=name,
        profile=DeviceProfile.FRONT_DESK,
        place_id=desk.venue.place_id,
        organisation_id=None,
        created_by=make_staff(Role.DEVICE_MANAGER),
        actor=SYSTEM,
        now=NOW,
    )


def listed(client: Client, query: str = "") -> str:
    return client.get(f"/staff/devices/{query}").content.decode()


def test_a_device_is_found_by_its_name_and_by_its_places(manager: Client) -> None:
    baths, library = Desk(), Desk()
    baths.venue.place.name = "湯の里"
    baths.venue.place.save()
    make("青いタブレット", baths)
    make("白いタブレット", library)
    for words in ("青い", "湯の里"):
        text = listed(manager, f"?q={words}")
        assert "青いタブレット" in text
        assert "白いタブレット" not in text
    assert "この言葉の端末は ありません" in listed(manager, "?q=ない")


def test_the_list_comes_fifty_at_a_time_and_the_word_goes_along(manager: Client) -> None:
    desk = Desk()
    for number in range(51):
        make(f"窓口{number:02}", desk)
    first, last = listed(manager, "?q=窓口"), listed(manager, "?q=窓口&page=2")
    assert "窓口50" in first
    assert "窓口00" not in first
    assert "page=2#list" in first
    assert "窓口00" in last


def test_a_search_finds_no_other_citys_device(manager: Client) -> None:
    make("よその端末", Desk(), city="202011")
    assert "よその端末" not in listed(manager, "?q=よその").replace('value="よその"', "")


def test_a_device_ends_only_after_a_page_that_says_which(manager: Client) -> None:
    make("青いタブレット", Desk())
    device = Device.objects.get(name="青いタブレット")
    address = f"/staff/devices/{device.pk}/revoke/"
    assert "青いタブレット" in manager.post(address).content.decode()
    device.refresh_from_db()
    assert device.revoked_at is None
    manager.post(address, {"confirmed": "1"})
    device.refresh_from_db()
    assert device.revoked_at is not None


def test_a_place_is_chosen_among_those_where_the_same_happens(manager: Client) -> None:
    baths = Desk()
    baths.venue.place.name = "湯の里"
    baths.venue.place.save()
    page = listed(manager)
    discounts = page[page.index('<optgroup label="手帳の割引がある所">') :]
    assert "湯の里" in discounts[: discounts.index("</optgroup>")]
    assert "クーポンのお店と宿" not in page  # no shop is there
