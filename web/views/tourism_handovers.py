"""The office's page for the sales of a stopped till: a file in, a second person, its outcome."""

import json
from collections.abc import Callable, Set
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.two_people import accounts_as_one
from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal, gettext_noop
from tourism.models import OfflineHandover
from tourism.offline_handovers import decline_handover, record_handover
from tourism.serializers.handovers import HandoverInput
from tourism.views.handovers import entered, handovers_for
from web.forms.office import HandoverForm
from web.refusal_words import in_words

_SHOWN: Final = 50
OUTCOMES: Final = {
    "posted": gettext_noop("記録されました"),
    "double": gettext_noop("二重利用（備えから払う）"),
    "refused": gettext_noop("記録できませんでした"),
    "lease-over": gettext_noop("準備の精算が終わっています"),
    "offline-gap": gettext_noop("前の番号がありません"),
    "offline-sale-changed": gettext_noop("送りずみの内容とちがいます"),
}


@requires("coupon.enter-handover")
@require_http_methods(["GET", "HEAD", "POST"])
def handovers(request: HttpRequest) -> HttpResponse:
    """Enter a file; see what waits and what became of the others."""
    form = HandoverForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        given = HandoverInput(data=_document(form) | {"reason": form.cleaned_data["reason"]})
        if not given.is_valid():
            form.add_error("file", _("端末から出したファイルを選んでください"))
        else:
            try:
                entered(request, given.validated_data)
            except Refusal as refusal:
                form.add_error("file", in_words(refusal))
            else:
                messages.success(request, _("入力しました。べつの人が記録します。"))
                return redirect("staff-handovers")
    mine = accounts_as_one(actor_of(request).user_id, now=timezone.now())
    page = {"form": form, "rows": [_line(request, row, mine) for row in _rows(request)]}
    status = 422 if form.is_bound else 200
    return render(request, "web/tourism/handovers.html", page, status=status)


def _document(form: HandoverForm) -> dict[str, Any]:
    try:
        read = json.loads(form.cleaned_data["file"].read())
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _rows(request: HttpRequest) -> list[OfflineHandover]:
    return list(handovers_for(request, "coupon.see-handover")[:_SHOWN])


def _line(request: HttpRequest, row: OfflineHandover, mine: Set[UUID]) -> dict[str, Any]:
    actor = actor_of(request)
    return {
        "row": row,
        "may_record": row.entered_by not in mine
        and policy.reason(actor, "coupon.record-handover", row) is not None,
        "outcomes": [
            (OUTCOMES.get(code, code), number) for code, number in sorted(row.outcomes.items())
        ],
    }


def _change(
    request: HttpRequest, action: str, handover_id: UUID, step: Callable[..., Any], *, done: str
) -> HttpResponse:
    row = get_object_or_404(handovers_for(request, action), pk=handover_id)
    try:
        step(row, actor=actor_of(request), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(request, done)
    return redirect("staff-handovers")


@requires("coupon.record-handover")
@require_POST
def handover_record(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """Have it recorded, as the second officer."""
    done = _("記録しました。結果は一覧に出ています。")
    return _change(request, "coupon.record-handover", handover_id, record_handover, done=done)


@requires("coupon.enter-handover")
@require_POST
def handover_decline(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """Leave it unrecorded."""
    done = _("記録しないことにしました。")
    return _change(request, "coupon.enter-handover", handover_id, decline_handover, done=done)
