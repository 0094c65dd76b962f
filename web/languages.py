"""Which language a page speaks: ja, やさしい日本語 (`ja-easy`) or en.

The reader's own choice comes first (``?lang=`` in the address, then a cookie), then what the
browser asks for, then Japanese. やさしい日本語 is never guessed: nobody's browser asks for it.
"""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

EASY: Final = "ja-easy"
CODES: Final = frozenset(code for code, _name in settings.LANGUAGES)
COOKIE_AGE: Final = 365 * 24 * 3600


def chosen_language(request: HttpRequest) -> str:
    """Return the language of ``request`` by the order above."""
    asked = request.GET.get("lang", "")
    if asked in CODES:
        return asked
    kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if kept in CODES:
        return kept
    return from_header(request.headers.get("Accept-Language", ""))


def from_header(header: str) -> str:
    """Return the first language of an ``Accept-Language`` header that we have, else Japanese."""
    for wish in header.lower().split(","):
        tag = wish.split(";")[0].strip()
        if tag in CODES:
            return tag
        if tag.partition("-")[0] in CODES:
            return tag.partition("-")[0]
    return settings.LANGUAGE_CODE


class LanguageMiddleware:
    """Activates the reader's language for the request, and keeps a choice made in the address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = chosen_language(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        if request.GET.get("lang") == language:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                language,
                max_age=COOKIE_AGE,
                samesite="Lax",
                secure=settings.PRODUCTION,
            )
        response.headers.setdefault("Content-Language", "ja" if language == EASY else language)
        return response
