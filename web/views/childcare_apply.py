"""A family applies: child and round, wishes, questions, siblings, papers, check. Saved at each."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actor_middleware import ACTING_FOR
from accounts.models import Person
from childcare.applying.applicants import applicant_of, own_applications
from childcare.applying.content import Siblings
from childcare.applying.content_rules import WISHES_MAX, class_age_in
from childcare.applying.deadlines import last_day, open_rounds
from childcare.applying.drafting import (
    add_child,
    draft_content,
    household_of,
    start_application,
)
from childcare.applying.questionnaire import (
    asked,
    needs_facility,
    next_question,
)
from childcare.applying.refusals import EditedMeanwhile
from childcare.applying.states import BEFORE_SELECTION, ApplicationState
from childcare.applying.steps import rules_of_row, save_answer, save_step, saved_answers
from childcare.applying.submission import circumstances
from childcare.models import Application, Child, Facility, Round, Slot
from core.actor import Actor
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from web.dates import date_in_words
from web.forms.childcare import AnswerForm, ChildForm, HeldForm, SiblingForm, WishForm
from web.refusal_words import in_words

STEPS = 6
_EDITABLE = frozenset({ApplicationState.DRAFT}) | BEFORE_SELECTION


@requires("childcare.apply")
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Choose the child and the round."""
    now, city = timezone.now(), settings.DEFAULT_MUNICIPALITY
    actor = actor_of(request)
    applicant = applicant_of(actor, municipality=city)
    household = household_of(applicant, now=now)
    rounds = list(open_rounds(municipality=city, now=now))
    children, principal = list(Child.objects.filter(household=household)), _acting_for(actor)
    form = ChildForm(
        request.POST or None,
        initial=_told_before(principal, children),
        children=children,
        rounds=[(one, _round_choice(one)) for one in rounds],
    )
    if form.is_valid():
        given = form.cleaned_data
        round_ = next(one for one in rounds if str(one.pk) == given["round"])
        try:
            child = _child(household, given, principal=principal, now=now)
            row = start_application(child, round_, actor=actor, now=now)
            row = _first_wish(row, request.GET.get("facility", ""), now=now)
        except Refusal as refusal:
            form.add_error(None, in_words(refusal))
        else:
            # A child's application is its guardian's own act (childcare/policy.py).
            if principal is not None and request.session.pop(ACTING_FOR, None):
                messages.info(request, _("申しこみは保護者がするので、自分の操作にもどりました。"))
            return redirect("childcare-apply-wishes", application_id=row.pk)
    page = {"form": form, "rounds": rounds, "at": 1, "of": STEPS,
            "has_children": bool(form.fields["child"].widget.is_hidden is False)}  # fmt: skip
    return render(request, "web/childcare/apply_start.html", page)


def _acting_for(actor: Actor) -> Person | None:
    """Return the child as whom a guardian acts; at the counter the person is the applicant."""
    if actor.counter_session is not None or actor.on_behalf_of is None:
        return None
    return Person.objects.get(pk=actor.on_behalf_of)


def _told_before(principal: Person | None, children: list[Child]) -> dict[str, Any]:
    """Take over the child as whom the guardian acts: nobody writes twice what is known."""
    if principal is None:
        return {}
    for child in children:
        if child.person_id == principal.pk:
            return {"child": str(child.pk)}
    return {"child": "new", "name": principal.name, "birth_date": principal.birth_date}


def _child(
    household: Any, given: dict[str, Any], *, principal: Person | None, now: datetime
) -> Child:
    if given["child"] != "new":
        return Child.objects.get(household=household, pk=given["child"])
    told = (given["name"], given["birth_date"])
    is_principal = principal is not None and told == (principal.name, principal.birth_date)
    return add_child(
        household,
        name=given["name"],
        name_kana=given["name_kana"],
        birth_date=given["birth_date"],
        person=principal if is_principal else None,
        now=now,
    )


def _first_wish(row: Application, facility: str, *, now: datetime) -> Application:
    """Take over the nursery from whose page the family came."""
    content = draft_content(row)
    known = {key for key, _name in _classes(row)}
    if facility not in known or facility in content.preferences:
        return row
    content = replace(content, preferences=(*content.preferences, facility))
    return save_step(row, content, step="wishes", if_match=None, now=now)


def editable_row(request: HttpRequest, application_id: UUID) -> Application:
    """Return an own application that can still be edited; others answer 404."""
    rows = own_applications(actor_of(request), "childcare.application.edit")
    found = get_object_or_404(rows, pk=application_id)
    if found.state not in _EDITABLE:
        raise Http404
    return found


def revision_of(request: HttpRequest) -> int | None:
    """Return the revision that the page was made from."""
    try:
        return int(request.POST.get("revision", ""))
    except ValueError:
        return None


def _save(request: HttpRequest, save: Callable[[], Application]) -> bool:
    """Save a step; where somebody else was first, say so and show the newer content."""
    try:
        save()
    except EditedMeanwhile as refusal:
        messages.error(request, in_words(refusal))
        return False
    return True


@requires("childcare.application.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Choose nurseries, best first."""
    row = editable_row(request, application_id)
    content = draft_content(row)
    options = _classes(row)
    if request.method == "POST":
        changed = replace(
            content,
            preferences=_changed_wishes(request, content.preferences, dict(options)),
            held_facility=_held(request, content.held_facility),
        )
        is_saved = _save(
            request,
            lambda: save_step(
                row, changed, step="wishes", if_match=revision_of(request), now=timezone.now()
            ),
        )
        if is_saved and request.POST.get("do") == "next":
            if changed.preferences:
                return redirect("childcare-apply-questions", application_id=row.pk)
            messages.error(request, _("希望する園を1つ以上えらんでください。"))
        return redirect("childcare-apply-wishes", application_id=row.pk)
    names = dict(options) | dict(_everywhere(row))
    page = {
        "row": row,
        "wishes": [
            {"id": one, "name": names.get(one, one), "rank": rank,
             "is_first": rank == 1, "is_last": rank == len(content.preferences)}
            for rank, one in enumerate(content.preferences, start=1)
        ],
        "form": WishForm(facilities=[one for one in options if one[0] not in content.preferences]),
        "held": HeldForm(initial={"held": content.held_facility}, facilities=_everywhere(row)),
        "is_full": len(content.preferences) >= WISHES_MAX,
        "most": WISHES_MAX,
        "at": 2,
        "of": STEPS,
    }  # fmt: skip
    return render(request, "web/childcare/apply_wishes.html", page)


def _changed_wishes(
    request: HttpRequest, wished: tuple[str, ...], known: dict[str, str]
) -> tuple[str, ...]:
    """Return the wishes after the pressed button: add, remove, up, down."""
    found = list(wished)
    do, _colon, which = request.POST.get("do", "").partition(":")
    added = request.POST.get("facility", "")
    if do in ("add", "next") and added in known and added not in found:
        found = [*found, added][:WISHES_MAX]
    if which in found:
        at = found.index(which)
        if do == "remove":
            found.remove(which)
        elif do == "up" and at > 0:
            found[at - 1], found[at] = found[at], found[at - 1]
        elif do == "down" and at + 1 < len(found):
            found[at + 1], found[at] = found[at], found[at + 1]
    return tuple(found)


def _held(request: HttpRequest, before: str) -> str:
    sent = request.POST.get("held")
    if sent is None:
        return before
    try:
        return str(UUID(sent)) if sent else ""
    except ValueError:
        return before


@requires("childcare.application.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, application_id: UUID, question_id: str = "") -> HttpResponse:
    """Ask one question of the rule set; without a name the first that has no answer."""
    row = editable_row(request, application_id)
    rules = rules_of_row(row)
    answers = saved_answers(row, rules)
    questions = asked(rules, answers) if rules else []
    if not question_id:
        following = next_question(rules, answers) if rules else None
        if following is None:
            return redirect(_after_questions(row), application_id=row.pk)
        return redirect("childcare-apply-question", application_id=row.pk, question_id=following.id)
    one = next((one for one in questions if one.id == question_id), None)
    if one is None or rules is None:
        raise Http404
    language = get_language() or "ja"
    form = AnswerForm(
        request.POST or None,
        title=_("あてはまるもの"),
        options=[
            (number, option.label.for_language(language))
            for number, option in enumerate(one.options)
        ],
        facilities=_everywhere(row),
        with_facility=frozenset(
            number for number, option in enumerate(one.options) if needs_facility(option)
        ),
        initial={
            "option": answers.options.get(one.id),
            "facility": answers.facilities.get(one.id, ""),
        },
    )
    if form.is_valid():
        given = form.cleaned_data
        is_saved = _save(
            request,
            lambda: save_answer(
                row, one.id, given["option"], facility=given.get("facility", ""),
                if_match=revision_of(request), now=timezone.now(),
            ),
        )  # fmt: skip
        if is_saved and request.GET.get("back") == "check":
            row.refresh_from_db()
            if next_question(rules, saved_answers(row, rules)) is None:
                return redirect("childcare-apply-check", application_id=row.pk)
        return redirect("childcare-apply-questions", application_id=row.pk)
    place = questions.index(one) + 1
    page = {
        "row": row, "form": form, "hint": one.hint.for_language(language) if one.hint else "",
        "title": one.title.for_language(language), "number": place, "count": len(questions),
        "at": 3, "of": STEPS,
    }  # fmt: skip
    return render(request, "web/childcare/apply_question.html", page)


def _after_questions(row: Application) -> str:
    around = circumstances(row, now=timezone.now())
    return "childcare-apply-siblings" if around.siblings_apply else "childcare-apply-papers"


@requires("childcare.application.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def siblings(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Say whether the siblings start together."""
    row = editable_row(request, application_id)
    content = draft_content(row)
    form = SiblingForm(request.POST or None, initial=content.siblings.as_json())
    if form.is_valid():
        given = form.cleaned_data
        changed = replace(
            content,
            siblings=Siblings(
                box=given["box"], same_first=given["same_first"], one_alone=given["one_alone"]
            ),
        )
        if _save(
            request,
            lambda: save_step(
                row, changed, step="siblings", if_match=revision_of(request), now=timezone.now()
            ),
        ):
            return redirect("childcare-apply-papers", application_id=row.pk)
        return redirect("childcare-apply-siblings", application_id=row.pk)
    page = {"row": row, "form": form, "at": 4, "of": STEPS}
    return render(request, "web/childcare/apply_siblings.html", page)


def _classes(row: Application) -> list[tuple[str, str]]:
    """Return the nurseries that have a class for the child in the round."""
    age = class_age_in(row.child.birth_date, school_year=row.round.fiscal_year)
    slots = Slot.objects.filter(round=row.round, class_age=age).order_by("facility__place__name")
    return [
        (str(pk), name) for pk, name in slots.values_list("facility_id", "facility__place__name")
    ]


def _everywhere(row: Application) -> list[tuple[str, str]]:
    """Return all the nurseries of the round: where a sibling is, where the child is now."""
    rows = Facility.objects.filter(slots__round=row.round).distinct().order_by("place__name")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "place__name")]


def _round_choice(round_: Round) -> SafeString:
    language = get_language() or "ja"
    return format_html(
        _("{start}から（しめきり {until}）"),
        start=date_in_words(round_.starts_on, language),
        until=date_in_words(last_day(round_), language),
    )
