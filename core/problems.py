"""Every error leaves the API as an RFC 9457 problem document."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext
from rest_framework.exceptions import (
    APIException,
    ErrorDetail,
    NotAuthenticated,
    ParseError,
    Throttled,
    ValidationError,
)
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from core.parsers import TooLarge
from core.refusals import Refusal, gettext_noop as _

CONTENT_TYPE = "application/problem+json"

# What DRF and Django refuse by themselves, in our words. Codes are public API.
_TITLES: Mapping[int, tuple[str, str, str]] = {
    400: (
        "bad-request",
        _("送られた内容を読み取れません"),
        _("内容をたしかめて、もう一度送ってください。"),
    ),
    401: (
        "sign-in-first",
        _("ログインが必要です"),
        _("ログインしてから、もう一度ためしてください。"),
    ),
    403: ("not-allowed", _("この操作はできません"), _("担当の窓口に相談してください。")),
    404: ("not-found", _("見つかりません"), _("番号やリンクをたしかめてください。")),
    405: (
        "method-not-allowed",
        _("この方法では使えません"),
        _("API の説明で、使える方法をたしかめてください。"),
    ),
    406: (
        "not-acceptable",
        _("この形では答えられません"),
        _("Accept を application/json にしてください。"),
    ),
    413: ("too-large", _("送られた内容が大きすぎます"), _("小さくして、もう一度送ってください。")),
    415: (
        "unsupported-media-type",
        _("この形の内容は受け取れません"),
        _("Content-Type を application/json にしてください。"),
    ),
    429: (
        "too-many-requests",
        _("回数が多すぎます"),
        _("少し待ってから、もう一度ためしてください。"),
    ),
}


def problem_of(refusal: Refusal) -> dict[str, object]:
    """Return the problem document of ``refusal`` in the reader's language."""
    body: dict[str, object] = {
        "type": f"/problems/{refusal.code}",
        "code": refusal.code,
        "title": gettext(refusal.title),
        "status": int(refusal.status),
        **refusal.extra,
    }
    if refusal.next_step:
        body["next_step"] = gettext(refusal.next_step)
    if refusal.detail:
        body["detail"] = refusal.detail
    return body


def plain_problem(status: int) -> dict[str, object]:
    """Return the problem document for a bare HTTP status."""
    code, title, next_step = _TITLES.get(status, ("error", HTTPStatus(status).phrase, ""))
    body: dict[str, object] = {
        "type": f"/problems/{code}",
        "code": code,
        "title": gettext(title),
        "status": status,
    }
    return body | ({"next_step": gettext(next_step)} if next_step else {})


def problem_handler(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF ``EXCEPTION_HANDLER``. ``None`` means "not ours": Django answers 500 and logs it."""
    if isinstance(exc, Refusal):
        set_rollback()  # a refusal must not commit, whatever ATOMIC_REQUESTS says
        response = Response(problem_of(exc), status=exc.status)
        if seconds := exc.extra.get("retry_after_seconds"):
            response["Retry-After"] = str(seconds)
        response.content_type = CONTENT_TYPE
        return response

    answer = exception_handler(_as_ours(exc), dict(context))
    if answer is None:
        return None
    body = plain_problem(answer.status_code)
    if isinstance(exc, ValidationError):
        body |= {
            "code": "invalid",
            "type": "/problems/invalid",
            "errors": list(_field_errors(exc.detail)),
        }
    elif isinstance(exc, Throttled):
        wait: float | None = getattr(exc, "wait", None)  # the stubs do not know it
        answer["Retry-After"] = str(max(1, int(wait or 0)))  # DRF has rounded it up
    elif isinstance(exc, APIException) and not isinstance(exc, (ParseError, NotAuthenticated)):
        codes = exc.get_codes()
        if isinstance(codes, str) and "-" in codes:  # a stable code of ours
            body |= {"code": codes, "type": f"/problems/{codes}"}
    answer.data = body
    answer.content_type = CONTENT_TYPE
    return answer


def _as_ours(exc: Exception) -> Exception:
    """Return what a view says where Django alone would say "bad request" to a form's size."""
    return TooLarge() if isinstance(exc, RequestDataTooBig) else exc


def _field_errors(detail: Any, pointer: str = "") -> Iterator[dict[str, str]]:
    """Flatten DRF's nested errors to ``{"pointer", "code", "detail"}`` (RFC 6901 pointers)."""
    if isinstance(detail, ErrorDetail):
        yield {"pointer": pointer or "/", "code": detail.code or "invalid", "detail": str(detail)}
    elif isinstance(detail, Mapping):
        for name, inner in detail.items():
            step = "" if name == "non_field_errors" else f"/{name}"
            yield from _field_errors(inner, pointer + step)
    else:
        for place, inner in enumerate(detail):
            step = "" if isinstance(inner, ErrorDetail) else f"/{place}"
            yield from _field_errors(inner, pointer + step)


def problem_response(body: dict[str, object]) -> JsonResponse:
    """Return ``body`` as an answer, for views and handlers outside DRF."""
    status = body["status"]
    return JsonResponse(
        body,
        status=status if isinstance(status, int) else 500,
        content_type=CONTENT_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )


def api_error(status: int) -> Any:
    """Return a Django error handler that answers a problem document under /api/."""

    def handler(_request: HttpRequest, *_args: Any, **_more: Any) -> JsonResponse:
        return problem_response(plain_problem(status))

    return handler
