"""Point tables: list, hand in, look beside the one in force, publish as the second person."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Role, User
from accounts.two_people import are_one
from childcare.models import RuleSet, RuleSetStatus
from childcare.points import points_text
from childcare.rule_set_ending import waiting_ending
from childcare.rule_set_publication import (
    publication_problems,
    publish_rule_set,
    submit_rule_set,
)
from childcare.rule_sets.comparing import Change, RowChange, RowView, compare
from childcare.rule_sets.problems import Problem, RuleSetRefused
from childcare.rule_sets_in_force import NoRuleSetInForce, rule_set_in_force, rules_of
from childcare.shipped_rule_sets import shipped_tables
from core import policy
from core.permissions import actor_of
from core.policy_pages import requires
from core.refusals import Refusal
from jp.clock import civil_date
from web.forms.score import RuleSetForm
from web.refusal_words import in_words

_PROBLEMS_MAX = 50
_ROLES = (Role.CHILDCARE_CLERK, Role.CHILDCARE_APPROVER)


def _rule_sets(request: HttpRequest) -> Any:
    rows = RuleSet.objects.select_related("submitted_by", "published_by")
    return policy.allowed(actor_of(request), "staff.rule-set.list", rows)


@requires("staff.rule-set.list")
def rule_sets(request: HttpRequest) -> HttpResponse:
    """List drafts, published versions and references, with the form for a new file."""
    return _list(request, RuleSetForm())


def _list(
    request: HttpRequest, form: RuleSetForm, *, problems: Any = (), status: int = 200
) -> HttpResponse:
    rows = _rule_sets(request).order_by("status", "name", "-effective_from", "version")
    groups = [
        (status_.label, [row for row in rows if row.status == status_])
        for status_ in (RuleSetStatus.DRAFT, RuleSetStatus.PUBLISHED, RuleSetStatus.REFERENCE)
    ]
    page = {
        "groups": groups,
        "form": form,
        "problems": _problems(problems),
        "in_force": _in_force_today(min(actor_of(request).cities_of(*_ROLES))),
        "shipped": shipped_tables(),
    }
    return render(request, "web/staff/rule_sets.html", page, status=status)


@requires("staff.rule-set.submit")
@require_POST
def rule_set_submit(request: HttpRequest) -> HttpResponse:
    """Take a file in as a draft or a reference; one that cannot be read changes nothing."""
    form = RuleSetForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, form, status=422)
    actor = actor_of(request)
    try:
        row = submit_rule_set(
            form.cleaned_data["file"].read(),
            municipality=min(actor.cities_of(*_ROLES)),
            submitted_by=cast("User", request.user),
            actor=actor,
            now=timezone.now(),
        )
    except RuleSetRefused as refused:
        return _list(request, form, problems=refused.problems, status=422)
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
        return redirect("staff-rule-sets")
    return redirect("staff-rule-set", rule_set_id=row.pk)


@requires("staff.rule-set.list")
def rule_set(request: HttpRequest, rule_set_id: UUID) -> HttpResponse:
    """Show a version beside the one in force, what stands against it, and its examples."""
    row = get_object_or_404(_rule_sets(request), pk=rule_set_id)
    rules = rules_of(row)
    in_force = _in_force(row)
    changes = compare(rules_of(in_force) if in_force else None, rules)
    is_draft = row.status == RuleSetStatus.DRAFT
    user, actor = cast("User", request.user), actor_of(request)
    now = timezone.now()
    is_own = row.submitted_by_id is not None and are_one(row.submitted_by_id, user.pk, now=now)
    page = {
        "row": row,
        "rules": rules,
        "in_force": in_force,
        "counts": {change: sum(one.change == change for one in changes) for change in Change},
        "changes": [_change(one) for one in changes],
        "examples": rules.examples,
        "problems": _problems(publication_problems(row)) if is_draft else [],
        "is_draft": is_draft,
        "is_own": is_own,
        "may_end": row.status == RuleSetStatus.PUBLISHED
        and policy.reason(actor, "staff.rule-set.end", row) is not None,
        "ending": waiting_ending(row),
        "may_publish": is_draft
        and not is_own
        and policy.reason(actor, "staff.rule-set.publish", row) is not None,
    }
    return render(request, "web/staff/rule_set.html", page)


@requires("staff.rule-set.publish")
@require_POST
def rule_set_publish(request: HttpRequest, rule_set_id: UUID) -> HttpResponse:
    """Publish a draft as the second person."""
    actor = actor_of(request)
    rows = policy.allowed(actor, "staff.rule-set.publish", RuleSet.objects.all())
    row = get_object_or_404(rows, pk=rule_set_id)
    try:
        publish_rule_set(
            row, published_by=cast("User", request.user), actor=actor, now=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(request, _("点数表を公開しました。この版は、もう変わりません。"))
    return redirect("staff-rule-set", rule_set_id=rule_set_id)


def _in_force(row: RuleSet) -> RuleSet | None:
    """Return the version to compare with: the one in force today, if it is another."""
    found = _in_force_today(row.municipality)
    return None if found is None or found.pk == row.pk else found


def _in_force_today(municipality: str) -> RuleSet | None:
    try:
        return rule_set_in_force(municipality, on=civil_date(timezone.now()))
    except NoRuleSetInForce:
        return None


def _change(one: RowChange) -> dict[str, Any]:
    words = {
        Change.ADDED: _("加わる"),
        Change.REMOVED: _("なくなる"),
        Change.CHANGED: _("変わる"),
        Change.SAME: _("同じ"),
    }
    return {
        "change": words[one.change],
        "is_same": one.change == Change.SAME,
        "row": one.row,
        "before": _points(one.before),
        "after": _points(one.after),
    }


def _points(view: RowView | None) -> str:
    return points_text(view.points) if view and view.points is not None else ""


def _problems(problems: Any) -> list[dict[str, Any]]:
    found: list[Problem] = list(problems)[:_PROBLEMS_MAX]
    return [
        {
            "line": one.line or "",
            "place": one.place or "/",
            "message": _(one.message) % one.params,
            "mend": _(one.mend) % one.params,
        }
        for one in found
    ]
