"""お知らせ: everything that is new for me, and how else I want to hear of it."""

from dataclasses import asdict
from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Person, PushSubscription, User
from accounts.notice_choices import Ways, choose_ways, has_line, notices_of, read_notice, ways_of
from accounts.people import person_of
from core.models import Notice
from core.notice_channels.web_push import application_server_key
from core.outbox import SUBJECT
from core.policy_pages import requires
from core.refusals import Refusal
from web.dates import date_in_words
from web.forms.account import WaysForm
from web.notice_texts import NOTICE_TITLES
from web.refusal_words import in_words

SHOWN = 50


def notice_lines(notices: list[Notice], language: str) -> list[dict[str, object]]:
    """Return notices as the part shows them: a title without the news itself."""
    return [
        {
            "link": f"/my/notices/{one.pk}/",
            "title": _(NOTICE_TITLES.get(one.kind, SUBJECT)),
            "when": date_in_words(one.created_at, language),
            "is_new": one.read_at is None,
        }
        for one in notices
    ]


def _me(request: HttpRequest) -> Person:
    return person_of(cast("User", request.user), municipality=settings.DEFAULT_MUNICIPALITY)


@requires("me.notices")
def my_notices(request: HttpRequest) -> HttpResponse:
    """List what is new, and take the choice of ways."""
    person = _me(request)
    form = WaysForm(
        request.POST or None, initial=asdict(ways_of(person)), has_line=has_line(person)
    )
    if form.is_valid():
        try:
            choose_ways(person, Ways(**form.cleaned_data), now=timezone.now())
        except Refusal as refusal:
            form.add_error("line", in_words(refusal))
        else:
            messages.success(request, _("変えました。"))
            return redirect("my-notices")
    page = {
        "notices": notice_lines(
            list(notices_of(person).order_by("-id")[:SHOWN]), request.LANGUAGE_CODE
        ),
        "form": form,
        "browsers": PushSubscription.objects.filter(person=person).order_by("-id"),
        "push_key": application_server_key(),
    }
    return render(request, "web/account/notices.html", page)


@requires("me.notices")
def open_notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Go where the news stands, and keep that it was read."""
    notice = get_object_or_404(notices_of(_me(request)), pk=notice_id)
    read_notice(notice, now=timezone.now())
    return redirect(notice.link)


@requires("me.notices")
@require_POST
def forget_browser(request: HttpRequest, browser_id: UUID) -> HttpResponse:
    """Have a browser told no longer."""
    get_object_or_404(PushSubscription, pk=browser_id, person=_me(request)).delete()
    messages.success(request, _("変えました。"))
    return redirect("my-notices")
