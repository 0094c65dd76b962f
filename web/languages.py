"""Which language a page speaks: ja, やさしい日本語 (`ja-easy`) or en.

The reader's own choice comes first (``?lang=`` in the address, then a cookie), then what the
browser asks for, then Japanese. やさしい日本語 is never guessed: nobody's browser asks for it.
Its readings (ふりがな) are shown unless the reader switched them off (``?ruby=off``, a cookie).
"""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

from web.easy_japanese import page_with_ruby, plain

EASY: Final = "ja-easy"
CODES: Final = frozenset(code for code, _name in settings.LANGUAGES)
COOKIE_AGE: Final = 365 * 24 * 3600
RUBY_COOKIE: Final = "kaiteki_ruby"
_OFF: Final = "off"


def chosen_language(request: HttpRequest) -> str:
    """Return the language of ``request`` by the order above."""
    asked = request.GET.get("lang", "") if request.META.get("QUERY_STRING") else ""
    if asked in CODES:
        return asked
    kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if kept in CODES:
        return kept
    return from_header(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))


def from_header(header: str) -> str:
    """Return the first language of an ``Accept-Language`` header that we have, else Japanese."""
    for wish in header.lower().split(","):
        tag = wish.split(";")[0].strip()
        if tag in CODES and tag != EASY:
            return tag
        if tag.partition("-")[0] in CODES:
            return tag.partition("-")[0]
    return settings.LANGUAGE_CODE


def ruby_is_shown(request: HttpRequest) -> bool:
    """Say whether the reader wants readings above kanji."""
    asked = request.GET.get("ruby") or request.COOKIES.get(RUBY_COOKIE, "")
    return asked != _OFF


def spoken_language(code: str) -> str:
    """Return the language of ``code`` for ``lang`` and ``Content-Language``."""
    return "ja" if code == EASY else code


class LanguageMiddleware:
    """Activates the reader's language for the request, and keeps a choice made in the address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = chosen_language(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        if language == EASY and isinstance(response, HttpResponse):
            _finish_easy(response, ruby=ruby_is_shown(request))
        if request.META.get("QUERY_STRING"):
            _keep_choices(request, response, language)
        response.headers.setdefault("Content-Language", spoken_language(language))
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response


def _keep_choices(request: HttpRequest, response: HttpResponseBase, language: str) -> None:
    if request.GET.get("lang") == language:
        _keep(response, settings.LANGUAGE_COOKIE_NAME, language)
    if request.GET.get("ruby") in {"on", _OFF}:
        _keep(response, RUBY_COOKIE, request.GET["ruby"])


def _keep(response: HttpResponseBase, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=COOKIE_AGE, samesite="Lax", secure=settings.PRODUCTION)


def _finish_easy(response: HttpResponse, *, ruby: bool) -> None:
    """Turn the catalogue's readings into ruby, or into plain words where no ruby can stand."""
    kind = response.headers.get("Content-Type", "")
    if not kind.startswith("text/") and not kind.partition(";")[0].endswith(("json", "+xml")):
        return
    before = response.content.decode(response.charset)
    after = page_with_ruby(before, shown=ruby) if kind.startswith("text/html") else plain(before)
    if after != before:
        response.content = after.encode(response.charset)
        if response.has_header("Content-Length"):
            response.headers["Content-Length"] = str(len(response.content))
