"""URLs of tourism under /api/v1/."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tourism.campaign_urls")),
    path("", include("tourism.insight.urls")),
    path("", include("tourism.money_urls")),
]
