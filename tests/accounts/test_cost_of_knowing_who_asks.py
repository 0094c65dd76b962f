"""How many queries it takes to know who asks: one for a cookie, one for a device, two for a JWT.

Sessions are read from the cache here, as in production.
"""

from collections.abc import Mapping

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.devices import initialize_device, make_device
from accounts.models import DeviceProfile, Membership, Organisation, OrganisationKind, Role
from core.audit import SYSTEM
from tests.accounts.test_app_tokens import App
from tests.accounts.test_sign_in import make_user
from tests.disability_card.factories import CITY, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def addresses_that_do_nothing(settings: Settings) -> None:
    settings.ROOT_URLCONF = "bench.no_op"


def get(client: Client, path: str, headers: Mapping[str, str] | None = None) -> str:
    answer = client.get(path, headers=headers or {})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_stranger_costs_no_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        get(Client(), "/anonymous")


@pytest.mark.parametrize("path", ["/known", "/page"])
def test_a_cookie_costs_one_query(
    django_assert_num_queries: DjangoAssertNumQueries, path: str
) -> None:
    client = Client()
    client.force_login(make_user())
    with django_assert_num_queries(1):
        assert "user" in get(client, path)


def test_roles_and_memberships_come_with_it(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    staff = make_staff(Role.CARD_CLERK, Role.ADMIN)
    shop = Organisation.objects.create(municipality=CITY, name="店", kind=OrganisationKind.SHOP)
    for role in ("shop_owner", "shop_clerk"):
        Membership.objects.create(
            organisation=shop, user=staff, role=role, valid_from=timezone.now()
        )
    client = Client()
    client.force_login(staff)
    with django_assert_num_queries(1):
        get(client, "/known")


def test_an_access_token_costs_one_query_too(
    settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.ROOT_URLCONF = "api.urls"
    make_user()
    app = App()
    settings.ROOT_URLCONF = "bench.no_op"
    with django_assert_num_queries(1):
        get(Client(), "/known", {"Authorization": f"Bearer {app.access}"})


def test_a_device_costs_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    now = timezone.now()
    new = make_device(
        municipality=CITY, name="受付", profile=DeviceProfile.TILL, place_id=None,
        created_by=make_staff(Role.DEVICE_MANAGER), actor=SYSTEM, now=now,
    )  # fmt: skip
    _device, token = initialize_device(new.setup_token, now=now)
    with django_assert_num_queries(1):
        get(Client(), "/device", {"Authorization": f"Device {token}"})
