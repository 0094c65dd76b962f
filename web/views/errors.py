"""Error pages for people, problem documents for programs."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.problems import plain_problem, problem_response


def _answer(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    problem = plain_problem(status)
    if request.path.startswith(("/api/", "/_allauth/")):
        return problem_response(problem)
    return render(request, "web/error.html", {"problem": problem}, status=status)


def bad_request(request: HttpRequest, *_args: Any, **_more: Any) -> HttpResponse:
    return _answer(request, HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, *_args: Any, **_more: Any) -> HttpResponse:
    return _answer(request, HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, *_args: Any, **_more: Any) -> HttpResponse:
    return _answer(request, HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest, *_args: Any, **_more: Any) -> HttpResponse:
    return problem_response(
        {
            "type": "/problems/server-error",
            "code": "server-error",
            "title": "サーバーの調子が悪いです",
            "status": 500,
        }
    )
