"""A nursery's own people answer whether they take the children that were placed with them."""

from contextlib import suppress
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from childcare.applying.versions import Told
from childcare.models import Channel, Offer
from childcare.placing.offers import confirm_seat, refuse_seat
from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from web.refusal_words import in_words


@requires("childcare.offer.list")
@require_safe
def offers(request: HttpRequest) -> HttpResponse:
    """List the children placed here, those without an answer first; ``facility``: of one alone."""
    rows = policy.allowed(
        actor_of(request),
        "childcare.offer.answer",
        Offer.objects.select_related("application__child", "application__round", "facility__place"),
    ).order_by("-facility_answer", "facility_id", "class_age", "pk")
    with suppress(KeyError, ValueError):  # no nursery in the address: those of all
        rows = rows.filter(facility_id=UUID(request.GET["facility"]))
    return render(request, "web/childcare/nursery_offers.html", {"offers": rows})


@requires("childcare.offer.answer")
@require_POST
def offer(request: HttpRequest, seat_offer_id: UUID) -> HttpResponse:
    """Confirm a child, or refuse with a reason."""
    rows = policy.allowed(actor_of(request), "childcare.offer.answer", Offer.objects.all())
    row = get_object_or_404(rows, pk=seat_offer_id)
    told = Told(channel=Channel.ONLINE, actor=actor_of(request), now=timezone.now())
    try:
        if request.POST.get("answer") == "confirm":
            confirm_seat(row, told=told)
            messages.success(request, _("受け入れを伝えました。"))
        elif request.POST.get("answer") == "refuse":
            refuse_seat(row, reason=request.POST.get("reason", "")[:400], told=told)
            messages.success(request, _("受け入れられないことを市に伝えました。"))
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    return redirect("nursery-offers")
