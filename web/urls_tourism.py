"""Addresses of the pages of tourism."""

from django.urls import URLPattern, URLResolver, include, path

from web.views import (
    tourism_count,
    tourism_coupons,
    tourism_courses,
    tourism_editing,
    tourism_insight,
    tourism_ledger,
    tourism_lodging,
    tourism_offline,
    tourism_pay,
    tourism_refunds,
    tourism_spots,
    tourism_till,
)

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
    path("tourism/coupons/", tourism_coupons.coupons, name="coupons"),
    path("tourism/coupons/code/", tourism_coupons.claim_code, name="claim-code"),
    path("tourism/coupons/shops/", tourism_coupons.coupon_shops, name="coupon-shops"),
    path("tourism/coupons/count/", tourism_count.count, name="coupon-count"),
    path("tourism/coupons/receipts/", tourism_count.receipt, name="coupon-receipt"),
    path("tourism/coupons/of/<slug:slug>/", tourism_coupons.coupon, name="coupon"),
    path("tourism/coupons/of/<slug:slug>/claim/", tourism_coupons.claim, name="coupon-claim"),
    path("tourism/coupons/of/<slug:slug>/sell/", tourism_coupons.sell, name="coupon-sell"),
    path("tourism/refunds/", tourism_refunds.refund_notices, name="refund-notices"),
    path("tourism/refunds/<slug:slug>/", tourism_refunds.refund_notice, name="refund-notice"),
    path("tourism/refunds/<slug:slug>/claim/", tourism_refunds.refund_claim, name="refund-claim"),
    path("tourism/wallet/", tourism_coupons.wallet, name="wallet"),
    path("tourism/wallet/kept/", tourism_coupons.wallet_kept, name="wallet-kept"),
    path("tourism/wallet/<uuid:wallet_id>/", tourism_coupons.wallet_show, name="wallet-show"),
    path(
        "tourism/wallet/<uuid:wallet_id>/code/",
        tourism_coupons.wallet_show_code,
        name="wallet-show-code",
    ),
    path("tourism/pay/<uuid:shop_id>/", tourism_pay.pay, name="pay"),
    path("tourism/pay/<uuid:shop_id>/ask/", tourism_pay.pay_ask, name="pay-ask"),
    path("tourism/pay/waiting/<uuid:pending_id>/", tourism_pay.pay_wait, name="pay-wait"),
    path("tourism/pay/waiting/<uuid:pending_id>/state/", tourism_pay.pay_state, name="pay-state"),
    path(
        "tourism/pay/waiting/<uuid:pending_id>/cancel/", tourism_pay.pay_cancel, name="pay-cancel"
    ),
    path("shop/", tourism_till.tills, name="tills"),
    path("shop/offline/", tourism_offline.till_offline, name="till-offline"),
    path("shop/<uuid:shop_id>/", tourism_till.till, name="till"),
    path("shop/<uuid:shop_id>/sell/", tourism_till.sell, name="till-sell"),
    path("shop/<uuid:shop_id>/take/", tourism_till.take, name="till-take"),
    path("shop/<uuid:shop_id>/poster/", tourism_till.poster, name="till-poster"),
    path("shop/<uuid:shop_id>/sales/<uuid:redemption_id>/", tourism_till.sale, name="till-sale"),
    path(
        "shop/<uuid:shop_id>/sales/<uuid:redemption_id>/undo/",
        tourism_till.undo,
        name="till-undo",
    ),
    path(
        "shop/<uuid:shop_id>/waiting/<uuid:pending_id>/confirm/",
        tourism_till.confirm,
        name="till-confirm",
    ),
    path(
        "shop/<uuid:shop_id>/waiting/<uuid:pending_id>/refuse/",
        tourism_till.refuse,
        name="till-refuse",
    ),
    path("lodging/", tourism_lodging.lodging, name="lodging"),
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
    path("staff/listings/courses/", tourism_courses.staff_courses, name="staff-courses"),
    path("staff/listings/courses/new/", tourism_courses.course_new, name="staff-course-new"),
    path(
        "staff/listings/courses/<uuid:course_id>/", tourism_courses.course_edit, name="staff-course"
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
