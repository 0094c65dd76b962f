"""Applications that came on paper, at the counter or by phone: a family with all its children."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods

from childcare.applying.bulk_entry import ChildEntry, EntryRefused, FamilyEntry, enter_families
from childcare.applying.content import Content, Siblings
from childcare.applying.content_rules import TEXTS
from childcare.applying.questionnaire import Answers, apply_answers
from childcare.applying.round_rules import rules_of
from childcare.applying.second_paper import enter_for_family, known_families, record_shown
from childcare.models import Application, Round, Slot
from childcare.rule_sets.questions import Question
from childcare.rule_sets.rules import RuleSet
from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from web.forms.childcare import SiblingForm
from web.forms.staff_childcare import ChildOnPaperForm, KnownFamilyForm, PaperForm
from web.refusal_words import in_words
from web.views.staff_childcare import paper_told

CHILDREN_MAX: Final = 4  # one form; a larger family gives a second one


@dataclass(frozen=True, slots=True, kw_only=True)
class _Forms:
    """The forms of one family: with its first child, of each further one, and the boxes."""

    family: PaperForm
    others: list[ChildOnPaperForm]
    siblings: SiblingForm | None
    known: KnownFamilyForm | None = None  # once a family was found that it may be

    def all(self) -> list[Form]:
        """Return them in the order of the page."""
        ends = [form for form in (self.siblings, self.known) if form is not None]
        return [self.family, *self.others, *ends]

    def are_valid(self) -> bool:
        """Check each of them, so that every mistake is shown at once."""
        asked = [form for form in self.all() if form.is_bound]
        wrong = [form for form in asked if not form.is_valid()]
        return self.family.is_bound and not wrong

    def entry(self, rules: RuleSet | None) -> FamilyEntry:
        """Return the family as it was typed."""
        given = self.family.cleaned_data
        boxes = Siblings()
        if self.siblings is not None and self.siblings.is_bound:
            boxes = Siblings(**self.siblings.cleaned_data)
        return FamilyEntry(
            children=tuple(_child(one, rules, boxes) for one in (self.family, *self.others)),
            received_at=_received(given["received_at"]),
            guardians=tuple(name for name in (given["guardian_1"], given["guardian_2"]) if name),
            address=given["address"],
            papers_there=False,
        )


@requires("staff.childcare.application.enter")
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Type in an application that came on paper, at the counter or by phone."""
    cities = actor_of(request).cities_of("childcare_clerk", "childcare_approver")
    rounds = Round.objects.filter(municipality__in=cities).exclude(
        state__in=("selection", "notified", "closed")
    )
    named = _uuid(request.GET.get("round"))
    chosen = rounds.filter(pk=named).first() if named is not None else None
    chosen = chosen or rounds.order_by("starts_on").first()
    if chosen is None:
        return render(request, "web/staff/childcare_enter.html", {"forms": None})
    rules = rules_of(chosen)
    children = _children(request.GET.get("children", ""))
    typed = _forms(request, chosen, rules, children=children)
    if request.method == "POST" and typed.are_valid():
        typed = _ask_for_known(request, chosen, typed, rules)
        if typed.known is None or typed.are_valid():
            rows = _enter(request, chosen, typed, rules)
            if rows:
                return _entered(request, rows)
    page = {
        "forms": typed,
        "all_forms": typed.all(),
        "round": chosen,
        "rounds": rounds.order_by("starts_on"),
        "children": children,
        "numbers": range(1, CHILDREN_MAX + 1),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "web/staff/childcare_enter.html", page, status=status)


def _enter(
    request: HttpRequest, round_: Round, typed: _Forms, rules: RuleSet | None
) -> list[Application]:
    """Enter the family; where a rule is broken, none and the rule beside its child."""
    told = paper_told(request, typed.family.cleaned_data["channel"])
    known = typed.known.chosen() if typed.known is not None else None
    try:
        if known is not None:
            return enter_for_family(known.household, round_, typed.entry(rules), told=told)
        return enter_families(round_, [typed.entry(rules)], told=told)
    except EntryRefused as refusal:
        child = (typed.family, *typed.others)[int(refusal.extra["child"])]
        for code in str(refusal.extra["problems"]).split(","):
            child.add_error(None, _(TEXTS[code]))
    except Refusal as refusal:
        typed.family.add_error(None, in_words(refusal))
    return []


def _ask_for_known(
    request: HttpRequest, round_: Round, typed: _Forms, rules: RuleSet | None
) -> _Forms:
    """Add the question whether it is a family of before, and the boxes that it then needs."""
    actor, told = actor_of(request), paper_told(request)
    readable = policy.allowed(actor, "staff.childcare.application.read", Application.objects.all())
    families = known_families(round_, typed.entry(rules), readable)
    if not families:
        return typed
    is_answered = "known" in request.POST
    if not is_answered:
        record_shown(families, told=told)
    form = KnownFamilyForm(request.POST, families=families)
    boxes = typed.siblings
    if boxes is None and any(one.needs_box for one in families):
        chosen = form.chosen() if form.is_valid() else None
        boxes = SiblingForm(request.POST if chosen and chosen.needs_box else None)
    return replace(typed, known=form, siblings=boxes)


def _entered(request: HttpRequest, rows: list[Application]) -> HttpResponse:
    for row in rows:
        words = _("受付番号 %(number)s で入れました。") % {"number": row.receipt_number}
        messages.success(request, words)
    return redirect("staff-childcare-application", application_id=rows[0].pk)


def _forms(request: HttpRequest, round_: Round, rules: RuleSet | None, *, children: int) -> _Forms:
    data = request.POST or None
    facilities, language = _facilities(round_), get_language() or "ja"
    questions = rules.questions if rules else ()
    own = [question for question in questions if _is_of_a_child(question)]
    return _Forms(
        family=PaperForm(data, facilities=facilities, questions=questions, language=language),
        others=[
            ChildOnPaperForm(
                data,
                prefix=f"child-{number}",
                facilities=facilities,
                questions=own,
                language=language,
            )
            for number in range(2, children + 1)
        ],
        siblings=SiblingForm(data) if children > 1 else None,
    )


def _is_of_a_child(question: Question) -> bool:
    """Say whether an answer may state a fact of the child or of a nursery, and not the family's."""
    subjects = {subject for option in question.options for subject in option.facts}
    return bool(subjects & {"child", "facility"})


def _child(form: ChildOnPaperForm, rules: RuleSet | None, boxes: Siblings) -> ChildEntry:
    given = form.cleaned_data
    content = Content(preferences=tuple(form.wishes()), held_facility=given["held"], siblings=boxes)
    if rules is not None:
        content = apply_answers(rules, content, before=Answers(), after=form.answers())
    return ChildEntry(
        name=given["name"],
        name_kana=given["name_kana"],
        birth_date=given["birth_date"],
        content=content,
    )


def _children(typed: str) -> int:
    """Return how many children the form has: one where the address does not say."""
    if not (typed.isascii() and typed.isdigit()):
        return 1
    return min(max(int(typed), 1), CHILDREN_MAX)


def _received(at: datetime) -> datetime:
    now = timezone.now()
    return min(at, now)


def _facilities(round_: Round) -> list[tuple[str, str]]:
    rows = Slot.objects.filter(round=round_).order_by("facility__place__name")
    named = rows.values_list("facility_id", "facility__place__name").distinct()
    return [(str(pk), name) for pk, name in named]


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
