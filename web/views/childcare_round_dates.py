"""Correct the days of a round, until it is run."""

from dataclasses import asdict
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext

from childcare.round_dates import (
    Correction,
    DeadlineMovedEarlier,
    NewDays,
    RoundHasBegun,
    RoundStartIsFixed,
    correct_days,
    days_of,
    may_correct,
)
from childcare.round_opening import RoundExists, RoundStartsOffTheFirst
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from web.admission_page import round_title
from web.forms.round_new import RoundDatesForm
from web.refusal_words import in_words
from web.views.childcare_admission import round_of

_FIELDS: Final[dict[type[Refusal], str]] = {
    RoundHasBegun: "opens_on",
    RoundStartIsFixed: "starts_on",
    RoundStartsOffTheFirst: "starts_on",
    RoundExists: "starts_on",
    DeadlineMovedEarlier: "closes_on",
}


@requires("staff.childcare.round.dates")
def round_dates(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Show the days as they stand; write those that the officer changed."""
    row = round_of(request, round_id, "staff.childcare.round.dates")
    stood = asdict(days_of(row))
    initial = stood | {f"was_{name}": day for name, day in stood.items()}
    form = RoundDatesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            done = correct_days(
                row, NewDays(**form.moved()), actor=actor_of(request), now=timezone.now()
            )
        except Refusal as refusal:
            form.add_error(_FIELDS.get(type(refusal), "closes_on"), in_words(refusal))
        else:
            messages.success(request, _said(done))
            return redirect("staff-admission-round", round_id=row.pk)
    page = {
        "form": form,
        "round": row,
        "title": round_title(row),
        "may_correct": may_correct(row),
        "applications": row.applications.count(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "web/childcare/round_dates.html", page, status=status)


def _said(done: Correction) -> str:
    if not done.changed:
        return _("日付は、もとのままです。")
    if not done.told and not done.without_account:
        return _("日付を直しました。")
    said = ngettext(
        "日付を直して、%(count)d人に知らせました。",
        "日付を直して、%(count)d人に知らせました。",
        done.told,
    ) % {"count": done.told}
    if not done.without_account:
        return said
    rest = ngettext(
        "アカウントのない家族が %(count)d組います。手紙か電話で知らせてください。",
        "アカウントのない家族が %(count)d組います。手紙か電話で知らせてください。",
        done.without_account,
    ) % {"count": done.without_account}
    return f"{said} {rest}"
