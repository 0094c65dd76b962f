"""Forms that spend: each carries a key, and a second tap or a lost answer spends nothing more.

Without scripts the key stands in the form, so that the browser's own "send again" repeats it. With
scripts `pay.js` keeps form and key on the device before it sends, and asks for JSON.
"""

from http import HTTPStatus
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from core.idempotency import KEY_CHARS_MAX
from core.refusals import Refusal
from web.easy_japanese import plain


def new_key() -> str:
    """Return a key for one form."""
    return str(uuid4())


def key_of(request: HttpRequest) -> str:
    """Return the key that the form carried; empty where it had none."""
    return request.POST.get("key", "")[: KEY_CHARS_MAX + 1]


def wants_json(request: HttpRequest) -> bool:
    """Say whether `pay.js` asks, not a form."""
    return request.headers.get("Accept") == "application/json"


def answer(
    request: HttpRequest, *, there: str = "", refusal: Refusal | None = None, back: str = ""
) -> HttpResponse:
    """Lead on to ``there``, or say a refusal: as a message on the page ``back``, or as JSON."""
    if refusal is None:
        return JsonResponse({"next": there}) if wants_json(request) else redirect(there)
    title, next_step = _(refusal.title), _(refusal.next_step)
    if wants_json(request):
        body = {"code": refusal.code, "title": plain(title), "next_step": plain(next_step)}
        status = max(int(refusal.status), int(HTTPStatus.BAD_REQUEST))
        # 503: nobody knows whether it moved, so the page sends the same key again.
        return JsonResponse(body, status=status)
    messages.error(request, f"{title}。{next_step}")
    return redirect(back)
