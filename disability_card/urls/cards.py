"""The holder's addresses under /api/v1/."""

from django.urls import path

from disability_card.views.cards import (
    CardsView,
    DefaultCardView,
    LinkView,
    PaperCardView,
    ReissueCardView,
    ResumeCardView,
    RevokeCardView,
    SuspendCardView,
)

urlpatterns = [
    path("cards", CardsView.as_view(), name="cards"),
    path("cards/link", LinkView.as_view(), name="card-link"),
    path("cards/<uuid:card_id>/suspend", SuspendCardView.as_view(), name="card-suspend"),
    path("cards/<uuid:card_id>/resume", ResumeCardView.as_view(), name="card-resume"),
    path("cards/<uuid:card_id>/revoke", RevokeCardView.as_view(), name="card-revoke"),
    path("cards/<uuid:card_id>/reissue", ReissueCardView.as_view(), name="card-reissue"),
    path("cards/<uuid:card_id>/paper", PaperCardView.as_view(), name="card-paper"),
    path("cards/<uuid:card_id>/default", DefaultCardView.as_view(), name="card-default"),
]
