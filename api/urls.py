"""Every address of the installation."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from api.health import healthz
from core.permissions import Public
from core.route_tree import route_tree

urlpatterns = route_tree(
    [
        path("healthz", healthz, name="healthz"),
        path("api/v1/", include("accounts.urls")),
        path("api/v1/", include("disability_card.urls.api_v1")),
        path("api/v1/", include("places.urls")),
        path("api/v1/", include("childcare.urls")),
        path("api/v1/", include("tourism.urls")),
        path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
        path("api/docs/", SpectacularSwaggerView.as_view(permission_classes=[Public]), name="docs"),
        path("account/", include("allauth.account.urls")),
        path("account/2fa/", include("allauth.mfa.urls")),
        path("account/3rdparty/", include("allauth.socialaccount.urls")),
        path("account/", include("allauth.socialaccount.providers.openid_connect.urls")),
        path("_allauth/", include("allauth.headless.urls")),
        path("data-care/", admin.site.urls),
        path("", include("web.urls")),
        path("", include("disability_card.urls.issuer")),
    ]
)

handler404 = "web.views.errors.not_found"
handler403 = "web.views.errors.forbidden"
handler400 = "web.views.errors.bad_request"
handler500 = "web.views.errors.server_error"
