"""Error pages for people, problem documents for programs."""

from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from core.problems import plain_problem, problem_response
from core.refusals import gettext_noop as _

FOR_PROGRAMS: Final = ("/api/", "/_allauth/")
_OURS: Final = {
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        "server-error",
        _("うまく動きませんでした"),
        _("私たちの側の故障です。少し待ってから、もう一度ためしてください。"),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "maintenance",
        _("いま、手入れをしています"),
        _("少し待ってから、もう一度ためしてください。手帳は、そのまま使えます。"),
    ),
}


def problem_of_status(status: HTTPStatus) -> dict[str, object]:
    """Return the problem document of ``status``, with words for the server's own troubles."""
    if status not in _OURS:
        return plain_problem(status)
    code, title, next_step = _OURS[status]
    return {
        "type": f"/problems/{code}",
        "code": code,
        "title": gettext(title),
        "status": int(status),
        "next_step": gettext(next_step),
    }


def answer(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    """Return ``status`` as a page, or as a problem document where a program asks."""
    problem = problem_of_status(status)
    if request.path.startswith(FOR_PROGRAMS):
        return problem_response(problem)
    template = "web/plain_error.html" if status in _OURS else "web/error.html"
    return render(request, template, {"problem": problem}, status=status)


def bad_request(request: HttpRequest, *_args: Any, **_more: Any) -> HttpResponse:
    return answer(request, HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, *_args: Any, **_more: Any) -> HttpResponse:
    return answer(request, HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, *_args: Any, **_more: Any) -> HttpResponse:
    return answer(request, HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest, *_args: Any, **_more: Any) -> HttpResponse:
    return answer(request, HTTPStatus.INTERNAL_SERVER_ERROR)


def csrf_failure(request: HttpRequest, *_args: Any, **_more: Any) -> HttpResponse:
    """The form is older than its session, or came from elsewhere."""
    problem = {
        "type": "/problems/form-too-old",
        "code": "form-too-old",
        "title": gettext("この画面は古くなりました"),
        "status": int(HTTPStatus.FORBIDDEN),
        "next_step": gettext("前の画面へもどり、読みこみ直してから、もう一度ためしてください。"),
    }
    if request.path.startswith(FOR_PROGRAMS):
        return problem_response(problem)
    return render(request, "web/error.html", {"problem": problem}, status=HTTPStatus.FORBIDDEN)
