"""まわり方 for the city's editors: a list, and one form for a new or a written course."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from disability_card.benefit_forms import in_language
from tourism.course_editing import edit_course, make_course
from tourism.models import Course
from tourism.views.courses import city_of_editor, courses_for
from web.forms.courses import CourseForm, StopForm, stop_rows
from web.refusal_words import in_words


@requires("listing.list")
@require_safe
def staff_courses(request: HttpRequest) -> HttpResponse:
    """The city's courses, shown or not."""
    now, language = timezone.now(), get_language() or "ja"
    rows = [
        {
            "row": one,
            "title": in_language(one.title, language),
            "stops": len(one.stops.all()),
            "is_waiting": one.shows_from > now,
        }
        for one in courses_for(request)
    ]
    return render(request, "web/tourism/staff_courses.html", {"courses": rows})


@requires("listing.list")
@require_http_methods(["GET", "HEAD", "POST"])
def course_new(request: HttpRequest) -> HttpResponse:
    """Write a new course."""
    return _edit(request, None)


@requires("listing.write")
@require_http_methods(["GET", "HEAD", "POST"])
def course_edit(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Write a course anew."""
    return _edit(request, get_object_or_404(courses_for(request), pk=course_id))


def _edit(request: HttpRequest, course: Course | None) -> HttpResponse:
    given = request.POST or None
    form = CourseForm(given, initial=CourseForm.initial_of(course) if course else {})
    form.fields["slug"].disabled = course is not None
    rows = stop_rows(given, municipality=city_of_editor(request), course=course)
    if form.is_valid() and rows.is_valid() and _keep(request, course, form, rows):
        messages.success(request, _("保存しました。"))
        return redirect("staff-courses")
    page = {
        "form": form,
        "rows": rows,
        "title": in_language(course.title, get_language() or "ja") if course else "",
    }
    status = 422 if form.is_bound else 200
    return render(request, "web/tourism/course_form.html", page, status=status)


def _keep(
    request: HttpRequest, course: Course | None, form: CourseForm, rows: BaseFormSet[StopForm]
) -> bool:
    actor, now = actor_of(request), timezone.now()
    stops = [stop for row in rows.forms if (stop := row.stop()) is not None]
    try:
        plan = form.plan(stops, now=now)
        if course is None:
            slug: Any = form.cleaned_data["slug"]
            make_course(plan, municipality=city_of_editor(request), slug=slug, actor=actor, now=now)
        else:
            version = form.cleaned_data["version"] or 0
            edit_course(course, plan, version=version, actor=actor, now=now)
    except Refusal as refusal:
        form.add_error(None, in_words(refusal))
        return False
    return True
