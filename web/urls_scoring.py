"""Addresses of the score preview and of staff's point tables."""

from django.urls import URLPattern, URLResolver, path

from web.views import (
    childcare_score,
    staff_rule_set_endings,
    staff_rule_set_files,
    staff_rule_sets,
)

_ONE = "staff/rule-sets/<uuid:rule_set_id>"
_ENDING = "staff/rule-sets/endings/<uuid:rule_set_ending_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("childcare/score/", childcare_score.score, name="childcare-score"),
    path("staff/rule-sets/", staff_rule_sets.rule_sets, name="staff-rule-sets"),
    path("staff/rule-sets/submit/", staff_rule_sets.rule_set_submit, name="staff-rule-set-submit"),
    path(
        "staff/rule-sets/shipped/<slug:shipped_table>/",
        staff_rule_set_files.shipped_draft,
        name="staff-shipped-rule-set",
    ),
    path(f"{_ONE}/", staff_rule_sets.rule_set, name="staff-rule-set"),
    path(f"{_ONE}/publish/", staff_rule_sets.rule_set_publish, name="staff-rule-set-publish"),
    path(f"{_ONE}/file/", staff_rule_set_files.rule_set_file, name="staff-rule-set-file"),
    path(f"{_ONE}/draft/", staff_rule_set_files.rule_set_draft, name="staff-rule-set-draft"),
    path(f"{_ONE}/end/", staff_rule_set_endings.rule_set_end, name="staff-rule-set-end"),
    path(
        f"{_ENDING}/confirm/",
        staff_rule_set_endings.ending_confirm,
        name="staff-rule-set-ending-confirm",
    ),
    path(
        f"{_ENDING}/decline/",
        staff_rule_set_endings.ending_decline,
        name="staff-rule-set-ending-decline",
    ),
]
