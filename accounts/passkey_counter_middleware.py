"""A passkey whose counter goes back was copied: refuse it (WebAuthn Level 3, section 6.1.1).

allauth checks the signature and keeps no counter. This stands before its views: it reads the
counter out of the signed authenticator data, refuses one that is not above the last, and keeps it
once the view has found the signature good. Synchronised passkeys always say 0, which says nothing.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext

from accounts.models import PasskeyCounter
from core.refusals import gettext_noop as _

_USES: Final = re.compile(
    r"\A/_allauth/(app|browser)/v1/auth/webauthn/(login|authenticate|reauthenticate)\Z"
)
# rpIdHash (32), flags (1), signCount (4, big endian)
_COUNTER: Final = slice(33, 37)
_WENT_BACK: Final = _(
    "このパスキーは使えません。ほかの方法でログインして、パスキーを作り直してください。"
)


class PasskeyCounterMiddleware:
    """Looks at nothing but the three calls that use a passkey."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        used = None
        if request.method == "POST" and _USES.match(request.path):
            used = _used(request.body)
        if used is None:
            return self.get_response(request)
        digest, counter = used
        last = PasskeyCounter.objects.filter(pk=digest).first()
        if last is not None and (counter or last.counter) and counter <= last.counter:
            error = {
                "message": gettext(_WENT_BACK),
                "code": "passkey_counter",
                "param": "credential",
            }
            return JsonResponse({"status": 400, "errors": [error]}, status=400)
        response = self.get_response(request)
        if response.status_code == 200:  # noqa: PLR2004  signed in: the signature was good
            _keep(digest, counter, is_new=last is None)
        return response


def _used(body: bytes) -> tuple[bytes, int] | None:
    """Return (digest of the credential's id, counter), or ``None``: the view will refuse it."""
    try:
        credential = json.loads(body)["credential"]
        key_id, data = (
            _unb64(str(text))
            for text in (credential["rawId"], credential["response"]["authenticatorData"])
        )
    except (KeyError, TypeError, ValueError, binascii.Error):
        return None
    if len(data[_COUNTER]) != _COUNTER.stop - _COUNTER.start:
        return None
    return hashlib.sha256(key_id).digest(), int.from_bytes(data[_COUNTER])


def _keep(digest: bytes, counter: int, *, is_new: bool) -> None:
    if is_new:
        PasskeyCounter.objects.get_or_create(pk=digest, defaults={"counter": counter})
    PasskeyCounter.objects.filter(pk=digest, counter__lt=counter).update(counter=counter)


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
