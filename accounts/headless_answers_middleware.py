"""Answers that allauth's API lacks: a problem document where it says nothing, 409 where it falls.

A body that is no JSON object gets an empty page from it, and the second step of a sign-up by
passkey without its first step ends in a ``KeyError`` instead of its own answer "conflict".
"""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from allauth.headless.base.response import ConflictResponse
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from core.problems import plain_problem, problem_response

_ITS_CALLS: Final = "/_allauth/"
_SIGNS_UP_BY_PASSKEY: Final = re.compile(r"\A/_allauth/(app|browser)/v1/auth/webauthn/signup\Z")


class HeadlessAnswersMiddleware:
    """Looks at nothing but calls of allauth's API."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        if answer.status_code != HTTPStatus.BAD_REQUEST or not request.path.startswith(_ITS_CALLS):
            return answer
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            return problem_response(plain_problem(HTTPStatus.BAD_REQUEST))
        return answer

    def process_exception(self, request: HttpRequest, exc: Exception) -> HttpResponse | None:
        """Say "conflict" for a passkey that no sign-up waits for."""
        is_without_stage = isinstance(exc, KeyError) and exc.args == ("user",)
        if is_without_stage and _SIGNS_UP_BY_PASSKEY.match(request.path):
            conflict: HttpResponse = ConflictResponse(request)
            return conflict
        return None
