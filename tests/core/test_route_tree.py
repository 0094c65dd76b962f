"""The tree answers as the flat list does, with fewer routes looked at."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, URLPattern, URLResolver, include, path, re_path
from django.urls.resolvers import RegexPattern

from core.route_tree import Entry, route_tree


def view(_request: HttpRequest, **_more: Any) -> HttpResponse:
    return HttpResponse()


def named(route: str, **more: Any) -> URLPattern:
    return path(route, view, more, name=route)


ROUTES: list[Entry] = [
    named("shops/", city="佐久"),
    path("shops/<int:shop>/", include([named("sell/"), named("")])),
    named("events"),
    re_path(r"^shops/(?P<shop>[0-9]+)/(?P<change>open|close)/$", view, name="change"),
    named("<slug:other>/sell/"),
    named("events/old/"),
    path("", include([named("shops/near/"), named("health")])),
    path("apart/", include(([named("in/")], "apart"))),
    path("given/", include([named("in/")]), {"lang": "ja"}),
]
ASKED = [
    "shops/", "shops/7/", "shops/7/sell/", "shops/7/open/", "shops/x/", "events", "events/",
    "events/old/", "any/sell/", "shops/near/", "health", "apart/in/", "given/in/", "", "nothing",
]  # fmt: skip


def answer(resolver: URLResolver, asked: str) -> Any:
    try:
        found = resolver.resolve(asked)
    except Resolver404:
        return None
    return (found.route, found.url_name, found.kwargs, found.namespaces)


def root(entries: list[Entry]) -> URLResolver:
    return URLResolver(RegexPattern(r""), entries)


@pytest.mark.parametrize("asked", ASKED)
def test_the_same_address_leads_to_the_same_view_under_the_same_name(asked: str) -> None:
    assert answer(root(route_tree(ROUTES)), asked) == answer(root(ROUTES), asked)


def test_a_name_leads_to_the_same_address() -> None:
    for name in ("shops/", "sell/", "shops/near/", "events/old/", "in/"):
        wanted = root(ROUTES).reverse_dict.getlist(name)
        assert [one[0] for one in root(route_tree(ROUTES)).reverse_dict.getlist(name)] == [
            one[0] for one in wanted
        ]


def test_routes_that_begin_alike_share_a_branch() -> None:
    tree = route_tree([named(f"room/{number}/") for number in range(50)] + [named("other/")])
    assert len(tree) == 3  # and the one that knows whole addresses


def test_an_address_without_a_converter_is_found_by_one_look() -> None:
    first = route_tree(ROUTES)[0]
    assert isinstance(first, URLResolver)
    whole = ("shops/", "events", "events/old/", "shops/near/", "health")
    assert [answer(first, asked) for asked in whole] == [
        answer(root(ROUTES), asked) for asked in whole
    ]
    assert [answer(first, asked) for asked in ("shops/7/", "shops/7/open/", "apart/in/")] == [
        None, None, None,
    ]  # fmt: skip
    assert first.url_patterns == []
