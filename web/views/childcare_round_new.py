"""Open a round: the April round of the next year, or one of a month."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role
from childcare.models import RoundKind
from childcare.round_opening import NewRound, RoundExists, open_round
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from web.forms.round_new import NewRoundForm
from web.refusal_words import in_words


@requires("staff.childcare.round.open")
def round_new(request: HttpRequest) -> HttpResponse:
    """Ask for the days of a round; its seats are the next page."""
    form = NewRoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given, actor = form.cleaned_data, actor_of(request)
        new = NewRound(
            kind=RoundKind(given["kind"]),
            starts_on=given["starts_on"],
            opens_on=given["opens_on"],
            closes_on=given["closes_on"],
            reference_on=given["reference_on"],
            name=given["name"],
        )
        try:
            made = open_round(
                new,
                municipality=min(actor.cities_of(Role.CHILDCARE_CLERK)),
                is_demo=settings.DEMO,
                actor=actor,
                now=timezone.now(),
            )
        except Refusal as refusal:
            field = "name" if isinstance(refusal, RoundExists) else "starts_on"
            form.add_error(field, in_words(refusal))
        else:
            messages.success(request, _("回を作りました。つぎに、席の数を入れてください。"))
            return redirect("staff-admission-slots", round_id=made.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "web/childcare/round_new.html", {"form": form}, status=status)
