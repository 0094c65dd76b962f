"""The phone's endpoints under /api/v1/, and the holder's list of phones."""

from django.urls import path

from disability_card.views.wallet import CredentialView, NonceView, TokenView

urlpatterns = [
    path("oauth/token", TokenView.as_view(), name="oauth-token"),
    path("vci/nonce", NonceView.as_view(), name="vci-nonce"),
    path("vci/credential", CredentialView.as_view(), name="vci-credential"),
]
