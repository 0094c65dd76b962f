"""URLs of facilities under /api/v1/: for families, for nurseries, for the city."""

from django.urls import path

from childcare.views import facilities, nursery, staff_capacity, staff_operators

urlpatterns = [
    path("childcare/facilities", facilities.FacilitiesView.as_view(), name="api-facilities"),
    path("childcare/facilities/<uuid:facility_id>", facilities.FacilityView.as_view(),
         name="api-facility"),
    path("childcare/facilities/<uuid:facility_id>/visits.ics",
         facilities.VisitCalendarView.as_view(), name="api-visit-calendar"),
    path("childcare/facilities/<uuid:facility_id>/vacancies", nursery.VacancyView.as_view(),
         name="api-set-vacancy"),
    path("childcare/facilities/<uuid:facility_id>/posts", nursery.PostsView.as_view(),
         name="api-write-post"),
    path("childcare/facilities/<uuid:facility_id>/visits", nursery.VisitDaysView.as_view(),
         name="api-open-visit-day"),
    path("childcare/facilities/<uuid:facility_id>/seats/confirm",
         nursery.ConfirmSeatsView.as_view(), name="api-confirm-seats"),
    path("childcare/facilities/<uuid:facility_id>/seats/shared",
         nursery.SharedSeatsView.as_view(), name="api-share-seats"),
    path("childcare/posts/<uuid:post_id>/hide", nursery.HidePostView.as_view(),
         name="api-hide-post"),
    path("childcare/visits/<uuid:visit_id>/book", facilities.BookVisitView.as_view(),
         name="api-book-visit"),
    path("childcare/visits/<uuid:visit_id>/cancel", nursery.CancelVisitDayView.as_view(),
         name="api-cancel-visit-day"),
    path("childcare/visits/booking", facilities.BookingView.as_view(), name="api-visit-booking"),
    path("childcare/visits/booking/cancel", facilities.CancelBookingView.as_view(),
         name="api-cancel-booking"),
    path("childcare/vacancies.atom", facilities.VacancyFeedView.as_view(),
         name="api-vacancy-feed"),
    path("childcare/photos/<uuid:photo_id>", facilities.PhotoView.as_view(), name="api-photo"),
    path("staff/childcare/capacities", staff_capacity.CapacityImportsView.as_view(),
         name="api-capacities"),
    path("staff/childcare/capacities/<uuid:capacity_import_id>/approve",
         staff_capacity.ApproveCapacitiesView.as_view(), name="api-capacities-approve"),
    path("staff/childcare/capacities/<uuid:capacity_import_id>/reject",
         staff_capacity.RejectCapacitiesView.as_view(), name="api-capacities-reject"),
    path("staff/childcare/operators", staff_operators.OperatorsView.as_view(),
         name="api-nursery-operators"),
]  # fmt: skip
