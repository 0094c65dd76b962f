"""URLs of point tables and tried scores, under /api/v1/."""

from django.urls import URLPattern, URLResolver, path

from childcare.views import scoring

urlpatterns: list[URLPattern | URLResolver] = [
    path("childcare/rule-sets", scoring.RuleSetsView.as_view(), name="childcare-rule-sets"),
    path(
        "childcare/rule-sets/<uuid:rule_set_id>",
        scoring.RuleSetView.as_view(),
        name="childcare-rule-set",
    ),
    path(
        "childcare/rule-set-schema",
        scoring.RuleSetSchemaView.as_view(),
        name="childcare-rule-set-schema",
    ),
    path(
        "childcare/score-previews",
        scoring.ScorePreviewsView.as_view(),
        name="childcare-score-previews",
    ),
]
