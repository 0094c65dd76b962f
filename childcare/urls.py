"""URLs of childcare under /api/v1/."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("childcare.urls_applications")),
    path("", include("childcare.urls_facilities")),
    path("", include("childcare.urls_rounds")),
    path("", include("childcare.urls_scoring")),
]
