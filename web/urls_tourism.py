"""Addresses of the pages of tourism."""

from django.urls import URLPattern, URLResolver, path

from web.views import tourism_insight

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/insight/", tourism_insight.insight_list, name="insight"),
    path(
        "staff/insight/<uuid:campaign_id>/",
        tourism_insight.insight_campaign,
        name="insight-campaign",
    ),
    path(
        "staff/insight/<uuid:campaign_id>/export/",
        tourism_insight.insight_export,
        name="insight-export",
    ),
    path(
        "staff/insight/<uuid:campaign_id>/<slug:question>.csv",
        tourism_insight.insight_table,
        name="insight-table",
    ),
]
