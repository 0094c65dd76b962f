"""Addresses of the pages of tourism."""

from django.urls import URLPattern, URLResolver, include, path

from web.views import tourism_editing, tourism_insight, tourism_ledger, tourism_spots

urlpatterns: list[URLPattern | URLResolver] = [
    path("tourism/", tourism_spots.tourism, name="tourism"),
    path("tourism/spots/", tourism_spots.spots, name="spots"),
    path("tourism/spots/<uuid:place_id>/", tourism_spots.spot, name="spot"),
    path("tourism/events/", tourism_spots.events, name="events"),
    path("tourism/events.ics", tourism_spots.event_calendar, name="events-calendar"),
    path("tourism/events/<uuid:event_id>/", tourism_spots.event, name="event"),
    path("tourism/events/<uuid:event_id>.ics", tourism_spots.event_calendar, name="event-calendar"),
    path("tourism/courses/", tourism_spots.courses, name="courses"),
    path("tourism/courses/<slug:slug>/", tourism_spots.course, name="course"),
    path("staff/listings/", tourism_editing.listings, name="staff-listings"),
    path(
        "staff/listings/places/<uuid:place_id>/",
        tourism_editing.place_listing,
        name="staff-place-listing",
    ),
    path(
        "staff/listings/events/<uuid:event_id>/",
        tourism_editing.event_listing,
        name="staff-event-listing",
    ),
    path("", include("web.urls_campaigns")),
    path("staff/insight/", tourism_insight.insight_list, name="insight"),
    path(
        "staff/insight/<uuid:campaign_id>/",
        tourism_insight.insight_campaign,
        name="insight-campaign",
    ),
    path(
        "staff/insight/<uuid:campaign_id>/export/",
        tourism_insight.insight_export,
        name="insight-export",
    ),
    path(
        "staff/insight/<uuid:campaign_id>/<slug:question>.csv",
        tourism_insight.insight_table,
        name="insight-table",
    ),
    path("staff/money/", tourism_ledger.money_list, name="staff-money"),
    path(
        "staff/money/<uuid:campaign_id>/",
        tourism_ledger.money_campaign,
        name="staff-money-campaign",
    ),
    path(
        "staff/money/<uuid:campaign_id>/draw/", tourism_ledger.money_draw, name="staff-money-draw"
    ),
    path(
        "staff/money/<uuid:campaign_id>/sample/<slug:seed>/",
        tourism_ledger.money_sample,
        name="staff-money-sample",
    ),
    path(
        "staff/money/<uuid:campaign_id>/ledger.csv",
        tourism_ledger.money_record,
        name="staff-money-record",
    ),
]
