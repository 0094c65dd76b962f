"""The OpenAPI document holds every operation that exists, and none that does not."""

import re
from collections import Counter
from typing import Any

import pytest
from django.urls import resolve
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from core import policy
from core.actor import ANONYMOUS
from tests.test_routes import own_routes

# A mis-set versioning class would silently empty the document, so they are counted by room.
OPERATIONS = {
    "accounts": 53,
    "disability_card": 37,
    "tourism": 99,
    "places": 15,
    "childcare": 68,
}
SOME_ID = "01a20a91-960b-7a0a-8671-bee2d4934953"
METHODS = {"get", "post", "put", "patch", "delete"}


def make_document() -> dict[str, Any]:
    generator: Any = SchemaGenerator  # untyped
    made: dict[str, Any] = generator().get_schema(request=None, public=True)
    return made


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    with GENERATOR_STATS.silence():
        return make_document()


def all_operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, told)
        for path, methods in document["paths"].items()
        for method, told in methods.items()
        if method in METHODS
    ]


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Our own; allauth's say how to sign in."""
    return [one for one in all_operations(document) if not one[1].startswith("/_allauth/")]


def test_it_is_valid_and_was_made_without_a_warning() -> None:
    GENERATOR_STATS.reset()
    made = make_document()
    assert not GENERATOR_STATS
    validate: Any = validate_schema  # untyped
    validate(made)


def test_it_has_so_many_operations_each_with_a_name_of_its_own(document: dict[str, Any]) -> None:
    found = operations(document)
    rooms: Counter[str] = Counter()
    for _method, path, _told in found:
        view: Any = resolve(re.sub(r"\{\w+\}", SOME_ID, path)).func
        rooms[view.__module__.partition(".")[0]] += 1
    assert rooms == OPERATIONS
    assert len({told["operationId"] for _method, _path, told in found}) == len(found)


def test_every_documented_operation_exists(document: dict[str, Any]) -> None:
    for method, path, _told in operations(document):
        view: Any = resolve(re.sub(r"\{\w+\}", SOME_ID, path)).func
        assert callable(getattr(view.cls, method, None)), (method, path)


def test_every_operation_that_exists_is_documented(document: dict[str, Any]) -> None:
    documented = {(method, path) for method, path, _told in operations(document)}
    for path, view in own_routes():
        if getattr(view, "cls", None) is None or not path.startswith("api/v1/"):
            continue
        plain = "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", path)
        for method in METHODS & {name for name in dir(view.cls) if name in METHODS}:
            assert (method, plain) in documented


def test_a_call_says_who_may_make_it(document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"].keys()
    assert schemes == {"deviceToken", "accessToken", "sessionToken", "pageSession", "dpop"}
    for method, path, told in operations(document):
        view: Any = resolve(re.sub(r"\{\w+\}", SOME_ID, path)).func
        action = getattr(view.cls, "policy_actions", {}).get(method.upper())
        is_open = action is None or policy.may(ANONYMOUS, action)
        named = {name for one in told.get("security", ()) for name in one}
        assert bool(named - {"dpop"}) is not is_open, (method, path)


def test_every_refusal_is_a_problem_document_except_where_oauth_has_its_own(
    document: dict[str, Any],
) -> None:
    for _method, path, told in operations(document):
        errors = {code: answer for code, answer in told["responses"].items() if code >= "400"}
        oauth = path.startswith(("/api/v1/oauth/", "/api/v1/vci/"))
        form = "application/json" if oauth else "application/problem+json"
        assert errors
        assert all(set(answer["content"]) == {form} for answer in errors.values())


def test_what_a_phone_calls_is_documented(document: dict[str, Any]) -> None:
    assert {"/api/v1/oauth/token", "/api/v1/vci/nonce", "/api/v1/vci/credential"} <= document[
        "paths"
    ].keys()
    body = document["paths"]["/api/v1/oauth/token"]["post"]["requestBody"]["content"]
    assert set(body) == {"application/x-www-form-urlencoded"}


def test_the_same_document_says_how_to_sign_in_and_of_no_password(
    document: dict[str, Any],
) -> None:
    sign_in = [one for one in all_operations(document) if one[1].startswith("/_allauth/")]
    paths = {path for _method, path, _told in sign_in}
    assert "/_allauth/{client}/v1/auth/code/request" in paths
    assert "/_allauth/app/v1/tokens/refresh" in paths
    assert not [path for path in paths if "password" in path or "phone" in path]
    ids = [told["operationId"] for _method, _path, told in all_operations(document)]
    assert len(ids) == len(set(ids))


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for kind, name in set(re.findall(r"'#/components/(\w+)/(\w+)'", str(document))):
        assert name in document["components"][kind], (kind, name)
