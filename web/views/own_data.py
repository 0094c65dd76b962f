"""わたしのデータ: who looked, what I agreed to, taking it away, having it erased; my family."""

import json
from collections.abc import Callable, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Any, Final, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actor_middleware import ACTING_FOR
from accounts.actors import principals_of
from accounts.consents import PURPOSES, decide, has_consented
from accounts.families import (
    accept_invite,
    acted_for_by,
    add_child,
    end_own,
    invite_helper,
    who_acts_for,
)
from accounts.models import DataExport, DelegationKind, Person, User
from accounts.own_data import (
    Look,
    StillNeeded,
    erase,
    export_data,
    looks_at,
    reasons_to_keep,
)
from accounts.people import person_of
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from web.audit_words import ACTORS, action_words
from web.forms.account import ChildForm, CodeForm
from web.own_record.pdf import render_record
from web.refusal_words import in_words
from web.views.account import freshly

_LOOKS_A_PAGE: Final = 20


def _me(request: HttpRequest) -> Person:
    return person_of(cast("User", request.user), municipality=settings.DEFAULT_MUNICIPALITY)


def own_alone(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Show nothing of one's own under the banner that names another person."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        if actor_of(request).on_behalf_of is None:
            return view(request, *args, **named)
        status = HTTPStatus.OK if request.method in {"GET", "HEAD"} else HTTPStatus.CONFLICT
        return render(request, "web/account/own_only.html", status=status)

    return asked


def _say(request: HttpRequest, refusal: Refusal) -> None:
    messages.error(request, in_words(refusal))


@requires("me.data")
def my_data(request: HttpRequest) -> HttpResponse:
    """Show consents, who looked, and the way to take the data away or have it erased.

    A guardian who acts for a child sees who looked at the child's record, and nothing of her own.
    """
    if actor_of(request).on_behalf_of is not None:
        looks = _looks_of_ward(request)
        return render(request, "web/account/own_only.html", {"looks": looks})
    person = _me(request)
    page = {
        "purposes": [
            (purpose, has_consented(person.pk, purpose.code)) for purpose in PURPOSES.values()
        ],
        "looks": _in_words(looks_at(person)),
        "exports": DataExport.objects.filter(person=person, expires_at__gt=timezone.now()).order_by(
            "-made_at"
        ),
    }
    return render(request, "web/account/data.html", page)


def _looks_of_ward(request: HttpRequest) -> list[dict[str, Any]] | None:
    """Return who looked at the record of a guardian's child; ``None`` for helpers and officers."""
    actor, mine = actor_of(request), _me(request)
    wards = {
        one.other
        for one in acted_for_by(mine, now=timezone.now())
        if one.kind == DelegationKind.GUARDIAN
    }
    ward = Person.objects.filter(pk__in=wards & {actor.on_behalf_of}).first()
    if ward is None or actor.counter_session is not None:
        return None
    return _in_words(looks_at(ward, reader=mine))


def _in_words(looks: Sequence[Look]) -> list[dict[str, Any]]:
    return [
        {"at": one.at, "who": _(ACTORS[one.who]), "what": _(action_words(one.action))}
        for one in looks[:_LOOKS_A_PAGE]
    ]


@requires("me.data")
@own_alone
@require_POST
def consent(request: HttpRequest, purpose: str) -> HttpResponse:
    """Give or withdraw one consent."""
    is_given = request.POST.get("act") == "give"
    try:
        decide(
            _me(request).pk,
            purpose,
            is_given=is_given,
            channel="page",
            actor=actor_of(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        _say(request, refusal)
    else:
        done = _("同意しました。") if is_given else _("同意を取り消しました。")
        messages.success(request, done)
    return redirect("my-data")


@requires("me.data")
@own_alone
@require_POST
@freshly
def export(request: HttpRequest) -> HttpResponse:
    """Collect all that is kept of me."""
    export_data(_me(request), actor=actor_of(request), now=timezone.now())
    messages.success(request, _("データをまとめました。24時間、ここから受け取れます。"))
    return redirect("my-data")


@requires("me.data")
@own_alone
@require_safe
@freshly
def export_file(request: HttpRequest, export_id: UUID, kind: str) -> HttpResponse:
    """Give the collected data as JSON or PDF, to the person alone, for a day."""
    found = get_object_or_404(
        DataExport, pk=export_id, person=_me(request), expires_at__gt=timezone.now()
    )
    if kind == "json":
        text = json.dumps(found.content, ensure_ascii=False, indent=1, default=str)
        response = HttpResponse(text, content_type="application/json; charset=utf-8")
    else:
        pdf = render_record(found.content, title=_("わたしのデータ"), made_at=found.made_at)
        response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="my-data.{kind}"'
    response["Cache-Control"] = "no-store"
    return response


@requires("me.data")
@own_alone
@freshly
def erasure(request: HttpRequest) -> HttpResponse:
    """Say what stands in the way; on the button, erase and give the receipt."""
    person, now = _me(request), timezone.now()
    if request.method == "POST":
        try:
            receipt = erase(person, actor=actor_of(request), now=now)
        except StillNeeded as refusal:
            _say(request, refusal)
        else:
            logout(request)
            return render(request, "web/account/erased.html", {"receipt": receipt})
    page = {"reasons": [_(reason) for reason in reasons_to_keep(person, now=now)]}
    return render(request, "web/account/erasure.html", page)


@requires("me.family")
def family(request: HttpRequest) -> HttpResponse:
    """Show for whom I act and who acts for me; add a child, invite or be a helper."""
    person, now = _me(request), timezone.now()
    what = request.POST.get("what", "")
    child = ChildForm(request.POST if what == "child" else None)
    code = CodeForm(request.POST if what == "accept" else None)
    invite = ""
    try:
        if what == "invite":
            invite = invite_helper(person, kind=DelegationKind.FAMILY, now=now)
        elif child.is_valid():
            add_child(person, **child.cleaned_data, actor=actor_of(request), now=now)
            messages.success(request, _("子どもを加えました。"))
            return redirect("my-family")
        elif code.is_valid():
            accept_invite(person, code.cleaned_data["code"], actor=actor_of(request), now=now)
            messages.success(request, _("手伝う人として登録しました。"))
            return redirect("my-family")
    except Refusal as refusal:
        _say(request, refusal)
    page: dict[str, Any] = {
        "helps_me": who_acts_for(person, now=now),
        "i_help": acted_for_by(person, now=now),
        "child": child,
        "code": code,
        "invite": invite,
        "acting_for": request.session.get(ACTING_FOR, ""),
    }
    response = render(request, "web/account/family.html", page)
    response["Cache-Control"] = "no-store"
    return response


@requires("me.family")
@require_POST
def family_end(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    """End one relation."""
    if not end_own(_me(request), delegation_id, actor=actor_of(request), now=timezone.now()):
        raise Http404
    messages.success(request, _("終わりにしました。"))
    return redirect("my-family")


@requires("me.family")
@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """Choose for whom the next pages are; an empty choice means myself."""
    chosen = request.POST.get("person", "")
    request.session.pop(ACTING_FOR, None)
    allowed = {str(one) for one in principals_of(_me(request), now=timezone.now())}
    if chosen in allowed:
        request.session[ACTING_FOR] = chosen
    return redirect("my")
