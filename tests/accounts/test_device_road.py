"""A device's call leaves out what cookies need; nobody else's call does, and it opens nothing."""

from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from accounts.models import User

SEEN: list[bool] = []


@csrf_exempt
def has_a_session(request: HttpRequest) -> HttpResponse:
    SEEN.append(hasattr(request, "session"))
    return HttpResponse()


urlpatterns = [path("api/v1/probe", has_a_session), path("probe", has_a_session)]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture(autouse=True)
def _nothing_seen() -> Iterator[None]:
    SEEN.clear()
    yield
    SEEN.clear()


@pytest.mark.parametrize(
    ("address", "headers", "is_with_session"),
    [
        ("/api/v1/probe", {"Authorization": "Device abc"}, False),
        ("/api/v1/probe", {"Authorization": "Bearer abc"}, True),
        ("/api/v1/probe", {"Authorization": "Devices abc"}, True),
        ("/api/v1/probe", {}, True),
        ("/probe", {"Authorization": "Device abc"}, True),
    ],
)
def test_only_a_device_that_calls_the_api_goes_the_short_way(
    client: Client, address: str, headers: dict[str, str], *, is_with_session: bool
) -> None:
    assert client.post(address, headers=headers).status_code == 200
    assert [is_with_session] == SEEN


def test_the_short_answer_carries_the_headers_of_every_answer(client: Client) -> None:
    short = client.post("/api/v1/probe", headers={"Authorization": "Device abc"})
    whole = client.post("/api/v1/probe")
    assert set(short.headers) == set(whole.headers)


@pytest.mark.urls("api.urls")
def test_a_cookie_beside_a_devices_token_signs_nobody_in(client: Client) -> None:
    client.force_login(User.objects.create_user("a@city.example"))
    answer = client.get("/api/v1/device/me", headers={"Authorization": "Device wrong"})
    assert answer.status_code == 401
