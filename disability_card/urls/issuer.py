"""Public addresses of each city's issuer, at the root: ISSUER is ``/<municipality>``.

Well-known names go between host and path (RFC 8414 section 3.1, RFC 5785).
"""

from django.urls import re_path

from disability_card.views import well_known

_CITY = r"(?P<municipality>[0-9]{6})"

urlpatterns = [
    re_path(rf"^\.well-known/openid-credential-issuer/{_CITY}$", well_known.credential_issuer),
    re_path(rf"^\.well-known/oauth-authorization-server/{_CITY}$", well_known.authorization_server),
    re_path(rf"^\.well-known/jwt-vc-issuer/{_CITY}$", well_known.jwt_vc_issuer),
    re_path(rf"^{_CITY}/jwks\.json$", well_known.jwks),
    re_path(rf"^{_CITY}/trust-list$", well_known.trust),
    re_path(rf"^{_CITY}/status/(?P<number>[0-9]{{1,9}})$", well_known.status_list),
    re_path(rf"^{_CITY}/vct/(?P<name>[a-z0-9/-]{{1,60}})$", well_known.card_type),
]
