"""Every error of the API is an RFC 9457 document with a stable code and a next step."""

import json
from typing import Any

import pytest
from django.test import Client
from rest_framework.exceptions import (
    ErrorDetail,
    NotFound,
    PermissionDenied,
    Throttled,
    ValidationError,
)

from core.policy import NotAllowed
from core.problems import CONTENT_TYPE, problem_handler
from core.refusals import Refusal


class TooEarly(Refusal):
    code, title, next_step = "too-early", "早すぎます", "待ってください。"


def body_of(exc: Exception) -> tuple[dict[str, Any], Any]:
    response = problem_handler(exc, {})
    assert response is not None
    assert response.content_type == CONTENT_TYPE
    return response.data, response


def test_a_refusal_says_its_code_its_facts_and_what_to_do() -> None:
    body, response = body_of(TooEarly("まだです", retry_after_seconds=7))
    assert body == {
        "type": "/problems/too-early",
        "code": "too-early",
        "title": "早すぎます",
        "status": 422,
        "retry_after_seconds": 7,
        "next_step": "待ってください。",
        "detail": "まだです",
    }
    assert response["Retry-After"] == "7"


def test_wrong_fields_are_named_by_pointers() -> None:
    wrong: Any = {
        "name": [ErrorDetail("空です", code="blank")],
        "entries": [{}, {"count": [ErrorDetail("多い", code="max_value")]}],
        "non_field_errors": [ErrorDetail("合いません", code="mismatch")],
    }
    body, _ = body_of(ValidationError(wrong))
    assert (body["code"], body["status"]) == ("invalid", 400)
    assert [(error["pointer"], error["code"]) for error in body["errors"]] == [
        ("/name", "blank"),
        ("/entries/1/count", "max_value"),
        ("/", "mismatch"),
    ]


def test_a_wait_is_told_in_whole_seconds_rounded_up() -> None:
    body, response = body_of(Throttled(wait=1.2))
    assert (body["code"], response["Retry-After"]) == ("too-many-requests", "2")


def test_codes_of_our_own_survive_and_those_of_the_framework_do_not() -> None:
    assert body_of(PermissionDenied(code="device-profile"))[0]["code"] == "device-profile"
    assert body_of(PermissionDenied())[0]["code"] == "not-allowed"
    assert body_of(NotFound())[0]["code"] == "not-found"


def test_a_bug_is_not_turned_into_a_polite_answer() -> None:
    assert problem_handler(KeyError("x"), {}) is None


def test_titles_are_in_the_readers_language() -> None:
    answers = {
        language: json.loads(
            Client().get("/api/v1/me", headers={"Accept-Language": language}).content
        )
        for language in ("ja", "en")
    }
    assert answers["ja"]["code"] == answers["en"]["code"] == "sign-in-first"
    assert answers["ja"]["title"] != answers["en"]["title"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/api/v1/device/initialize", b"{", 400),
        ("POST", "/api/v1/device/initialize", b'{"setup_token": NaN}', 400),
        ("PUT", "/api/v1/device/initialize", b"{}", 405),
        ("GET", "/api/v1/nothing-here", b"", 404),
    ],
)
@pytest.mark.django_db
def test_what_the_framework_refuses_is_a_problem_too(
    method: str, path: str, body: bytes, status: int
) -> None:
    answer = Client().generic(method, path, body, content_type="application/json")
    told = json.loads(answer.content)
    assert (answer.status_code, answer["Content-Type"]) == (status, CONTENT_TYPE)
    assert {"type", "code", "title", "status", "next_step"} <= told.keys()


def test_no_problem_tells_who_is_not_allowed_why() -> None:
    body, _ = body_of(NotAllowed())
    assert "detail" not in body
