"""Addresses of the score preview and of staff's point tables."""

from django.urls import URLPattern, URLResolver, path

from web.views import childcare_score, staff_rule_sets

urlpatterns: list[URLPattern | URLResolver] = [
    path("childcare/score/", childcare_score.score, name="childcare-score"),
    path("staff/rule-sets/", staff_rule_sets.rule_sets, name="staff-rule-sets"),
    path("staff/rule-sets/submit/", staff_rule_sets.rule_set_submit, name="staff-rule-set-submit"),
    path("staff/rule-sets/<uuid:rule_set_id>/", staff_rule_sets.rule_set, name="staff-rule-set"),
    path(
        "staff/rule-sets/<uuid:rule_set_id>/publish/",
        staff_rule_sets.rule_set_publish,
        name="staff-rule-set-publish",
    ),
]
