"""Everything of the card under /api/v1/."""

from django.urls import include, path

urlpatterns = [
    path("", include("disability_card.urls.wallet")),
    path("", include("disability_card.urls.cards")),
    path("", include("disability_card.urls.verifier")),
    path("", include("disability_card.urls.staff")),
]
