"""Addresses of the pages of places."""

from django.urls import URLPattern, URLResolver, path

from web.views import staff_places

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/places/", staff_places.import_list, name="staff-places"),
    path("staff/places/<uuid:place_import_id>/", staff_places.import_page,
         name="staff-place-import"),
    path("staff/places/<uuid:place_import_id>/decide/", staff_places.decide,
         name="staff-place-import-decide"),
    path("staff/places/<uuid:place_import_id>/problems.csv", staff_places.problems,
         name="staff-place-import-problems"),
]  # fmt: skip
