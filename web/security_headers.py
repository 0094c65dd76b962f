"""Headers that keep a page to its own origin and its own scripts.

``'wasm-unsafe-eval'`` lets the QR reader's WebAssembly run; nothing else is loosened. Pages of a
signed-in person are never kept by shared caches.
"""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# Swagger's page starts itself with an inline script.
_DOCS: Final = CONTENT_SECURITY_POLICY.replace(
    "script-src 'self'", "script-src 'self' 'unsafe-inline'"
).replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")


_PERMISSIONS: Final = "camera=(self), display-capture=(self), geolocation=(), microphone=()"
# Of the one page that offers to sort by distance: the browser asks the reader besides.
PERMISSIONS_WITH_PLACE: Final = _PERMISSIONS.replace("geolocation=()", "geolocation=(self)")


def policy_with_form_to(origin: str) -> str:
    """Return the policy of a page whose form may lead to ``origin`` too."""
    return CONTENT_SECURITY_POLICY.replace("form-action 'self'", f"form-action 'self' {origin}")


def policy_with_pictures_of(origin: str) -> str:
    """Return the policy of a page that shows pictures of ``origin`` too: a map's tiles."""
    return CONTENT_SECURITY_POLICY.replace("img-src 'self'", f"img-src 'self' {origin}")


class SecurityHeadersMiddleware:
    """Adds the headers to every answer that does not set its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        policy = _DOCS if request.path.startswith("/api/docs/") else CONTENT_SECURITY_POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if _is_signed_in(request):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def _is_signed_in(request: HttpRequest) -> bool:
    """Say whether a page's cookie signs somebody in; without a cookie nothing has to be loaded."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated
