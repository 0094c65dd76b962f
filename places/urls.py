"""URLs of places under /api/v1/."""

from django.urls import URLPattern, URLResolver, path

from places.views import public, staff_imports

urlpatterns: list[URLPattern | URLResolver] = [
    path("places", public.PlacesView.as_view(), name="api-places"),
    path("places.geojson", public.PlacesGeoJsonView.as_view(), name="api-places-geojson"),
    path("places/<uuid:place_id>", public.PlaceView.as_view(), name="api-place"),
    path("events", public.EventsView.as_view(), name="api-events"),
    path("events.geojson", public.EventsGeoJsonView.as_view(), name="api-events-geojson"),
    path("events/<uuid:event_id>", public.EventView.as_view(), name="api-event"),
    path("sheets.csv", public.SheetCsvView.as_view(), name="api-sheet-csv"),
    path("catalogue", public.CatalogueView.as_view(), name="api-catalogue"),
    path("action/package_list", public.PackageListView.as_view(), name="api-package-list"),
    path("action/package_show", public.PackageShowView.as_view(), name="api-package-show"),
    path(
        "staff/places/imports", staff_imports.PlaceImportsView.as_view(), name="api-place-imports"
    ),
    path(
        "staff/places/imports/<uuid:place_import_id>",
        staff_imports.PlaceImportView.as_view(),
        name="api-place-import",
    ),
    path(
        "staff/places/imports/<uuid:place_import_id>/apply",
        staff_imports.ApplyPlaceImportView.as_view(),
        name="api-place-import-apply",
    ),
    path(
        "staff/places/imports/<uuid:place_import_id>/reject",
        staff_imports.RejectPlaceImportView.as_view(),
        name="api-place-import-reject",
    ),
]
