"""Every address says who may use it: a policy action, or public by decision."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

from core import policy
from core.permissions import Public

# Others' views: allauth and Django's admin have their own doors and their own tests.
FOREIGN = ("allauth.", "django.", "drf_spectacular.")
# Documents of the app shell and the site's public pages: no data of anybody.
PUBLIC_MODULES = {
    "api.health",
    "disability_card.views.well_known",
    "web.views.public",
    "web.views.shell",
    "web.views.demo",
}

# Information for everybody, and what a secret of the caller's own opens.
PUBLIC_ACTIONS = {
    "refund.notice",
    "wallet.fetch",
    "coupon.campaign.read",
    "benefit.read",
    "place.read",
    "facility.read",
    "visit.book",
    "shop.apply",
    "childcare.rule-set.read",
    "childcare.score.preview",
    "childcare.round.list",
}


def routes(patterns: Any = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, path)
        elif isinstance(entry, URLPattern):
            yield path, entry.callback


def own_routes() -> list[tuple[str, Any]]:
    return [
        (path, view)
        for path, view in routes()
        if not getattr(view, "__module__", "").startswith(FOREIGN)
        and not path.startswith("data-care/")
    ]


# A secret in the body, or OAuth's own header, says who calls; they answer 401 by themselves.
KNOW_THEIR_CALLERS_THEMSELVES = {
    "accounts.views.device",
    "disability_card.views.verifier",
    "disability_card.views.wallet",
}


def test_no_view_turns_a_missing_sign_in_into_a_forbidden_one() -> None:
    # Without any authentication class REST framework answers 403 where 401 is meant.
    found = {
        view.cls.__module__
        for _path, view in own_routes()
        if issubclass(getattr(view, "cls", object), APIView) and not view.cls.authentication_classes
    }
    assert found == KNOW_THEIR_CALLERS_THEMSELVES


def named_action(view: Any) -> object:
    rest: type[APIView] | None = getattr(view, "cls", None)
    if rest is not None:
        return getattr(rest, "policy_actions", None) or (Public in rest.permission_classes)
    return getattr(view, "policy_action", None) or view.__module__ in PUBLIC_MODULES


def test_there_are_routes_to_look_at() -> None:
    assert len(own_routes()) > 60


def test_every_route_names_its_action_or_is_public_by_decision() -> None:
    assert [path for path, view in own_routes() if not named_action(view)] == []


def test_every_named_action_stands_in_a_policy_table() -> None:
    known = policy.actions().keys() | {"public"}
    named: set[object] = set()
    for _path, view in own_routes():
        found = named_action(view)
        named |= set(found.values()) if isinstance(found, dict) else {found} - {True}
    assert named - known == set()


def api_requests() -> list[tuple[str, str]]:
    found = []
    for path, view in own_routes():
        rest = getattr(view, "cls", None)
        if rest is None or Public in rest.permission_classes:
            continue
        concrete = path
        concrete = re.sub(r"<uuid:\w+>", "01a20a91-960b-7a0a-8671-bee2d4934953", concrete)
        concrete = re.sub(r"<slug:\w+>", "insight", concrete)
        for method, action in rest.policy_actions.items():
            if action not in PUBLIC_ACTIONS:
                found.append((method, "/" + concrete))
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path"), api_requests())
def test_a_stranger_is_asked_to_sign_in_everywhere_else(method: str, path: str) -> None:
    answer = Client().generic(method, path, b"{}", content_type="application/json")
    assert answer.status_code in {401, 403}
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        f"/{path}"
        for path, view in own_routes()
        if getattr(view, "policy_action", "public") != "public"
        and "<" not in path
        and "(" not in path
    ],
)
def test_a_stranger_is_led_to_sign_in_from_every_page(path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code in {302, 405}
    if answer.status_code == 302:
        assert answer["Location"].startswith("/account/login/")
