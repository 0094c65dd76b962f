"""Try one's score: one question a page, without an account. Nothing is stored.

The answers travel in the form from page to page. They are no secret of ours, so they are not
signed: whoever changes them tries another family.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from childcare import score_preview as trying
from childcare.models import Facility, RuleSet
from childcare.points import points_text
from childcare.rule_sets.questions import Question
from childcare.rule_sets.rules import RuleSet as Rules
from childcare.rule_sets.words import Words
from childcare.rule_sets_in_force import NoRuleSetInForce, rule_set_in_force, rules_of
from childcare.selectors import lowest_admitted, lowest_admitted_scores
from core.policy_pages import public
from jp.clock import civil_date
from web.doors import address_of
from web.forms.score import AnswerForm, StartForm
from web.score_scale import Scale, scale

ANSWER: Final = "a_"  # before the names of the answers in the form


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visit:
    """What came with the form: where the family looks, and what it has answered."""

    facility: Facility | None
    class_age: int | None
    answers: dict[str, int]

    def hidden_answers(self, *, without: str = "") -> list[tuple[str, str]]:
        """Return the fields that carry the answers to the next page."""
        return [
            (f"{ANSWER}{name}", str(place))
            for name, place in self.answers.items()
            if name != without
        ]

    def hidden(self, *, without: str = "") -> list[tuple[str, str]]:
        """Return the fields that carry everything to the next page."""
        kept = self.hidden_answers(without=without)
        if self.facility:
            kept.append(("facility", str(self.facility.pk)))
        if self.class_age is not None:
            kept.append(("class_age", str(self.class_age)))
        return kept


@dataclass(frozen=True, slots=True)
class _Page:
    """All that a page is made of."""

    request: HttpRequest
    row: RuleSet
    rules: Rules
    visit: _Visit
    today: date


@public
@csrf_exempt  # nothing is stored: a forged form could only show its sender a page
@cache_control(no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def score(request: HttpRequest) -> HttpResponse:
    """Show the first page, a question or the result, by what the form says."""
    today = civil_date(timezone.now())
    try:
        row = rule_set_in_force(settings.DEFAULT_MUNICIPALITY, on=today)
    except NoRuleSetInForce:
        return render(request, "web/childcare/score_none.html")
    rules = rules_of(row)
    if not rules.questions:
        return render(request, "web/childcare/score_none.html")
    step = _STEPS.get(request.POST.get("do", ""), _start)
    return step(_Page(request, row, rules, _visit(request, rules), today))


def _start(page: _Page) -> HttpResponse:
    form = StartForm(
        facilities=_facilities(),
        school_year=_starts_on(page.today).year,
        initial={
            "facility": page.visit.facility or page.request.GET.get("facility", ""),
            "class_age": page.visit.class_age
            if page.visit.class_age is not None
            else page.request.GET.get("class_age", ""),
        },
    )
    shown = {"form": form, "rule_set": page.row, "hidden": page.visit.hidden_answers()}
    return render(page.request, "web/childcare/score_start.html", shown)


def _begin(page: _Page) -> HttpResponse:
    return _question(page, page.rules.questions[0])


def _next(page: _Page) -> HttpResponse:
    """Take an answer; show the next question, one that was left open, or the result."""
    before = trying.asked_questions(page.rules, page.visit.answers)
    at = page.request.POST.get("at", "")
    question = next((one for one in before if one.id == at), before[0])
    form = AnswerForm(page.request.POST, question=question, language=_language())
    if not form.is_valid():
        return _question(page, question, form=form)
    answers = page.visit.answers | {question.id: form.cleaned_data["answer"]}
    page = replace(page, visit=replace(page.visit, answers=answers))
    asked = trying.asked_questions(page.rules, answers)
    following = asked[asked.index(question) + 1 :]
    open_ones = [one for one in asked if trying.chosen(one, answers) is None]
    if following or open_ones:
        return _question(page, (following or open_ones)[0])
    return _result(page)


def _back(page: _Page) -> HttpResponse:
    """Show the question before, with its answer; from the result, the last one."""
    asked = trying.asked_questions(page.rules, page.visit.answers)
    at = page.request.POST.get("at", "")
    place = next((number for number, one in enumerate(asked) if one.id == at), len(asked))
    return _start(page) if place == 0 else _question(page, asked[place - 1])


def _question(page: _Page, question: Question, *, form: AnswerForm | None = None) -> HttpResponse:
    language, visit = _language(), page.visit
    asked = trying.likely_questions(page.rules, visit.answers)
    given = form or AnswerForm(
        question=question, language=language, initial={"answer": visit.answers.get(question.id)}
    )
    shown = {
        "rule_set": page.row,
        "form": given,
        "question_id": question.id,
        "title": question.title.for_language(language),
        "hint": _text(question.hint),
        "at": asked.index(question) + 1,
        "of": len(asked),
        "hidden": visit.hidden(without=question.id),
        "hidden_back": visit.hidden(),
    }
    status = 422 if given.errors else 200
    return render(page.request, "web/childcare/score_question.html", shown, status=status)


def _result(page: _Page) -> HttpResponse:
    visit, starts_on = page.visit, _starts_on(page.today)
    found = trying.preview_answers(
        page.rules,
        visit.answers,
        facility=str(visit.facility.pk) if visit.facility else None,
        on=page.today,
        starts_on=starts_on,
    )
    shown = {
        "rule_set": page.row,
        "preview": found,
        "points": points_text(found.points),
        "lines": _lines(found, visit.facility),
        "documents": _documents(page.rules, found),
        "facility": visit.facility,
        "class_age": visit.class_age,
        "scale": _scale(page.rules, found, visit, school_year=starts_on.year),
        "is_hidden": _is_hidden(visit, school_year=starts_on.year),
        "hidden": visit.hidden(),
        "apply_href": address_of("childcare-apply"),
    }
    return render(page.request, "web/childcare/score_result.html", shown)


def _lines(found: trying.Preview, facility: Facility | None) -> list[dict[str, Any]]:
    language = _language()
    return [
        {
            "title": line.title.for_language(language),
            "answer": _text(line.answer),
            "is_here_only": line.is_here_only,
            "facility": facility.place.name if facility else "",
            "points": points_text(line.points),
        }
        for line in found.lines
    ]


def _documents(rules: Rules, found: trying.Preview) -> list[dict[str, Any]]:
    """Each paper once, with how many of it."""
    names = [one.document for one in found.documents]
    return [
        {
            "label": _text(rules.documents[name].label),
            "where": _text(rules.documents[name].where),
            "count": names.count(name),
        }
        for name in dict.fromkeys(names)
    ]


def _scale(rules: Rules, found: trying.Preview, visit: _Visit, *, school_year: int) -> Scale | None:
    """Draw the score beside last year's lowest, where the city may show that."""
    if visit.facility is None or visit.class_age is None:
        return None
    lowest = lowest_admitted(visit.facility, visit.class_age, school_year - 1)
    if lowest is None:
        return None
    return scale(found.points, lowest=Fraction(lowest), ends=trying.points_scale(rules))


def _is_hidden(visit: _Visit, *, school_year: int) -> bool:
    """Say whether last year's lowest is kept back because too few were admitted."""
    if visit.facility is None or visit.class_age is None:
        return False
    key, year = visit.facility.pk, school_year - 1
    found = lowest_admitted_scores([key], visit.class_age, year)
    return key in found and found[key] is None


def _visit(request: HttpRequest, rules: Rules) -> _Visit:
    answers = {}
    for question in rules.questions:
        place = request.POST.get(f"{ANSWER}{question.id}", "")
        if place.isdecimal() and int(place) < len(question.options):
            answers[question.id] = int(place)
    age = request.POST.get("class_age", "")
    return _Visit(
        facility=_facility(request.POST.get("facility", "")),
        class_age=int(age) if age in set("012345") and age else None,
        answers=answers,
    )


def _facility(given: str) -> Facility | None:
    try:
        return _facilities().filter(pk=UUID(given)).first()
    except ValueError:
        return None


def _facilities() -> QuerySet[Facility]:
    rows = Facility.objects.filter(municipality=settings.DEFAULT_MUNICIPALITY)
    return rows.select_related("place").order_by("place__name_kana", "place__name")


def _starts_on(today: date) -> date:
    """Return the next 1 April: the round that most families try for."""
    return date(today.year + (today >= date(today.year, 4, 1)), 4, 1)


def _language() -> str:
    return get_language() or "ja"


def _text(words: Words | None) -> str:
    return words.for_language(_language()) if words else ""


_STEPS: Final[Mapping[str, Callable[[_Page], HttpResponse]]] = {
    "begin": _begin,
    "next": _next,
    "back": _back,
}
