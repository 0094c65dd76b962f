"""The holder's addresses under /api/v1/."""

from django.urls import path

from disability_card.views.cards import (
    CardsView,
    DefaultCardView,
    LinkView,
    ResumeCardView,
    SuspendCardView,
)

urlpatterns = [
    path("cards", CardsView.as_view(), name="cards"),
    path("cards/link", LinkView.as_view(), name="card-link"),
    path("cards/<uuid:card_id>/suspend", SuspendCardView.as_view(), name="card-suspend"),
    path("cards/<uuid:card_id>/resume", ResumeCardView.as_view(), name="card-resume"),
    path("cards/<uuid:card_id>/default", DefaultCardView.as_view(), name="card-default"),
]
