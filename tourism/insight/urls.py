"""Addresses of insight under /api/v1/."""

from django.urls import path

from tourism.insight import views

_ROOT = "staff/tourism/campaigns/<uuid:campaign_id>/insight"
urlpatterns = [
    path(f"{_ROOT}/who-came", views.WhoCameView.as_view()),
    path(f"{_ROOT}/what-next", views.WhatNextView.as_view()),
    path(f"{_ROOT}/added-spending", views.AddedSpendingView.as_view()),
    path(f"{_ROOT}/whom-to-invite", views.WhomToInviteView.as_view()),
    path(f"{_ROOT}/export", views.ExportView.as_view()),
]
