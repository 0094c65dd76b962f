"""The page on which a family mends its child's name or birth date before it submits."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from childcare.applying.child_details import mend_child
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from web.forms.childcare import ChildDetailsForm
from web.refusal_words import in_words
from web.views.childcare_apply import STEPS, editable_row


@requires("childcare.application.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def child_details(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Change the child's name or birth date, and go back to the check."""
    row = editable_row(request, application_id)
    child = row.child
    written = {"name": child.name, "name_kana": child.name_kana, "birth_date": child.birth_date}
    form = ChildDetailsForm(request.POST or None, initial=written)
    if form.is_valid():
        try:
            mend_child(child, **form.cleaned_data, actor=actor_of(request), now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, in_words(refusal))
        else:
            messages.success(request, _("子どものことを直しました。"))
            return redirect("childcare-apply-check", application_id=row.pk)
    page = {"row": row, "form": form, "at": STEPS, "of": STEPS}
    status = 422 if form.errors else 200
    return render(request, "web/childcare/apply_child.html", page, status=status)
