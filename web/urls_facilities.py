"""Addresses of the pages about nurseries: for families, for their own people, for the city."""

from django.urls import path

from web.views import (
    childcare_facilities,
    childcare_fees,
    childcare_visits,
    nursery,
    nursery_seats,
    staff_capacity,
    staff_operators,
)

urlpatterns = [
    path("childcare/", childcare_facilities.search, name="childcare"),
    path("childcare/conditions/", childcare_facilities.conditions, name="childcare-conditions"),
    path("childcare/fees/", childcare_fees.fees, name="childcare-fees"),
    path("childcare/facilities/<uuid:facility_id>/", childcare_facilities.facility,
         name="facility"),
    path("childcare/visits/<uuid:visit_id>/", childcare_visits.book, name="visit"),
    path("childcare/visits/booking/", childcare_visits.booking, name="visit-booking"),
    path("nursery/", nursery.home, name="nursery"),
    path("nursery/<uuid:facility_id>/", nursery.facility_page, name="nursery-facility"),
    path("nursery/<uuid:facility_id>/vacancies/", nursery.vacancies, name="nursery-vacancies"),
    path("nursery/<uuid:facility_id>/add/<slug:topic>/", nursery.add, name="nursery-add"),
    path("nursery/<uuid:facility_id>/remove/<slug:topic>/<uuid:row_id>/", nursery.remove,
         name="nursery-remove"),
    path("nursery/<uuid:facility_id>/seats/shared/<int:fiscal_year>/", nursery_seats.share_seats,
         name="nursery-share-seats"),
    path("nursery/<uuid:facility_id>/seats/", nursery_seats.confirm_seats, name="nursery-seats"),
    path("staff/childcare/seats/", staff_capacity.seat_files, name="staff-seats"),
    path("staff/childcare/seats/calculator/", staff_capacity.calculator, name="staff-calculator"),
    path("staff/childcare/seats/<uuid:capacity_import_id>/", staff_capacity.seat_file,
         name="staff-seat-file"),
    path("staff/childcare/seats/<uuid:capacity_import_id>/decide/", staff_capacity.decide,
         name="staff-seat-decide"),
    path("staff/childcare/operators/", staff_operators.operators, name="staff-operators"),
    path("staff/childcare/operators/new/", staff_operators.operator_new,
         name="staff-operator-new"),
    path("staff/childcare/operators/<uuid:operator_id>/facilities/",
         staff_operators.operator_facilities, name="staff-operator-facilities"),
]  # fmt: skip
