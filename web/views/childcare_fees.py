"""What childcare may cost at most, from the band of the household's tax. Nothing is stored."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from childcare.placing.fees import Band, FeeEstimate, estimate
from core.policy_pages import public
from web.forms.fees import FeeForm, band_text, taxed_rows


@public
@csrf_exempt  # nothing is stored: a forged form could only show its sender a page
@cache_control(no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def fees(request: HttpRequest) -> HttpResponse:
    """Show the form and the table; sent, the answer above both. Tax travels in the body only."""
    form = FeeForm(request.POST or None)
    rows = taxed_rows()
    page: dict[str, Any] = {
        "form": form,
        "rows": [(band_text(row), row) for row in rows],
        "is_checked": all(row.amounts_checked for row in rows),
    }
    if request.method != "POST":
        return render(request, "web/childcare/fees.html", page)
    if not form.is_valid():
        return render(request, "web/childcare/fees.html", page, status=422)
    return render(request, "web/childcare/fees.html", page | {"found": _found(form.cleaned_data)})


def _found(given: dict[str, Any]) -> FeeEstimate:
    rows = {str(row.band): row for row in taxed_rows()}
    row = rows.get(given["band"])
    return estimate(
        class_age=given["class_age"],
        levy_yen=row.levy_from_yen if row else None,
        band=None if row else Band(given["band"]),
        is_short=given["hours"] == "short",
        nth_child=given["nth_child"],
    )
