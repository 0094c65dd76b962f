"""Limits count the address that our own proxies saw, never what the caller writes."""

from typing import Any

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from core.client_address import client_address


def told(settings: Settings, *, proxies: int, connected: str, **headers: str) -> str:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=connected)
    return client_address(request)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (0, None, "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.1, 203.0.113.9", "203.0.113.9"),
        (2, "10.0.0.1, 203.0.113.9, 198.51.100.7", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, None, "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_what_stands_left_of_our_own_proxies_counts_for_nothing(
    settings: Settings, proxies: int, forwarded: str | None, address: str
) -> None:
    headers: dict[str, Any] = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    assert told(settings, proxies=proxies, connected="192.0.2.1", **headers) == address


@pytest.mark.parametrize(
    ("connected", "address"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
    ],
)
def test_a_subscriber_with_many_addresses_is_one(
    settings: Settings, connected: str, address: str
) -> None:
    assert told(settings, proxies=0, connected=connected) == address
