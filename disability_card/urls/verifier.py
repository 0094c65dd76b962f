"""The front desk's addresses under /api/v1/; the names are in the device profile's allow-list."""

from django.urls import path

from disability_card.views.verifier import (
    BundleView,
    ChallengesView,
    OfflineLogView,
    ShortCodeView,
    VerificationsView,
)

urlpatterns = [
    path("verifications", VerificationsView.as_view(), name="verifications"),
    path("verifier/challenges", ChallengesView.as_view(), name="verifier-challenges"),
    path("verifier/bundle", BundleView.as_view(), name="verifier-bundle"),
    path("verifier/offline-log", OfflineLogView.as_view(), name="verifier-offline-log"),
    path("presentations/short", ShortCodeView.as_view(), name="presentations-short"),
]
