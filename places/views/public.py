"""What anybody may read: places, events, sheets, the catalogue."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    inline_serializer,
)
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.refusals import Refusal, gettext_noop as _
from places.catalogue import dcat, package, package_name, sheet_of_package, sheets_with_rows
from places.export import Encoding, sheet_csv, sheet_rows
from places.models import Event, Place
from places.ranked_pages import RankedPages
from places.renderers import CsvRenderer, GeoJsonRenderer, JsonLdRenderer
from places.search import found_events, found_places
from places.serializers import (
    CityQuery,
    EventOutput,
    EventQuery,
    PlaceOutput,
    PlaceQuery,
    SheetQuery,
    event_json,
    place_json,
    point_json,
)

FEATURES_MAX = 5_000
API_ROOT = f"{settings.PUBLIC_URL}/api/v1"


class Feature(serializers.Serializer[Any]):
    """One place or event as a GeoJSON feature (RFC 7946)."""

    type = serializers.CharField()
    id = serializers.UUIDField()
    geometry = serializers.JSONField()
    properties = serializers.JSONField()


class FeatureCollection(serializers.Serializer[Any]):
    """Those that have a point; at most 5,000."""

    type = serializers.CharField()
    features = Feature(many=True)


def given_by(kind: type[CityQuery], request: Request) -> Any:
    """Return the query of ``request``, checked."""
    query = kind(data=request.query_params)
    query.is_valid(raise_exception=True)
    return query


def _events(request: Request) -> QuerySet[Event]:
    given = given_by(EventQuery, request).validated_data
    return found_events(
        given["municipality"], words=given["q"], on_or_after=given.get("on_or_after")
    )


PAGE_PARAMETERS = (
    OpenApiParameter("cursor", str, description="From `next` or `previous` of another page"),
    OpenApiParameter("page_size", int, description="1 to 200; 50 by default"),
)


def page_of(kind: type[serializers.Serializer[Any]], name: str) -> Any:
    """Return the document of a page of ``kind``."""
    return inline_serializer(
        name,
        {
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": kind(many=True),
        },
    )


class PlacesView(APIView):
    """Search places by words and facts, best first. A search stores nothing."""

    policy_actions = {"GET": "place.read"}

    @extend_schema(
        operation_id="places",
        parameters=[PlaceQuery, *PAGE_PARAMETERS],
        responses={200: page_of(PlaceOutput, "PlacePage")},
    )
    def get(self, request: Request) -> Response:
        pages = RankedPages()
        rows = found_places(given_by(PlaceQuery, request).wanted())
        page = pages.paginate_queryset(rows, request)
        return pages.get_paginated_response([place_json(place) for place in page])


class PlaceView(APIView):
    """One place."""

    policy_actions = {"GET": "place.read"}

    @extend_schema(operation_id="place", responses={200: PlaceOutput})
    def get(self, request: Request, place_id: UUID) -> Response:  # noqa: ARG002
        return Response(place_json(get_object_or_404(Place, pk=place_id)))


class PlacesGeoJsonView(APIView):
    """The same search as GeoJSON: the places that have a point, best first."""

    policy_actions = {"GET": "place.read"}
    renderer_classes = [GeoJsonRenderer, JSONRenderer]

    @extend_schema(
        operation_id="places_geojson", parameters=[PlaceQuery], responses={200: FeatureCollection}
    )
    def get(self, request: Request) -> Response:
        rows = found_places(given_by(PlaceQuery, request).wanted())
        here = rows.filter(latitude__isnull=False)[:FEATURES_MAX]
        return Response(_features((place, place_json(place)) for place in here))


class EventsView(APIView):
    """Search events. Those without days are held yearly, or their days are not known."""

    policy_actions = {"GET": "place.read"}

    @extend_schema(
        operation_id="events",
        parameters=[EventQuery, *PAGE_PARAMETERS],
        responses={200: page_of(EventOutput, "EventPage")},
    )
    def get(self, request: Request) -> Response:
        pages = RankedPages()
        page = pages.paginate_queryset(_events(request), request)
        return pages.get_paginated_response([event_json(event) for event in page])


class EventView(APIView):
    """One event."""

    policy_actions = {"GET": "place.read"}

    @extend_schema(operation_id="event", responses={200: EventOutput})
    def get(self, request: Request, event_id: UUID) -> Response:  # noqa: ARG002
        return Response(event_json(get_object_or_404(Event, pk=event_id)))


class EventsGeoJsonView(APIView):
    """The same search as GeoJSON: the events that have a point."""

    policy_actions = {"GET": "place.read"}
    renderer_classes = [GeoJsonRenderer, JSONRenderer]

    @extend_schema(
        operation_id="events_geojson", parameters=[EventQuery], responses={200: FeatureCollection}
    )
    def get(self, request: Request) -> Response:
        here = _events(request).filter(latitude__isnull=False)[:FEATURES_MAX]
        return Response(_features((event, event_json(event)) for event in here))


def _features(rows: Iterable[tuple[Place | Event, dict[str, Any]]]) -> dict[str, Any]:
    """Return a feature collection; RFC 7946 puts longitude first."""
    features = []
    for thing, properties in rows:
        point = point_json(thing) or {}
        features.append(
            {
                "type": "Feature",
                "id": thing.pk,
                "geometry": {
                    "type": "Point",
                    "coordinates": [point["longitude"], point["latitude"]],
                },
                "properties": properties,
            }
        )
    return {"type": "FeatureCollection", "features": features}


class SheetCsvView(APIView):
    """One sheet in its newest national layout. ``X-Layout`` says how sure its columns are."""

    policy_actions = {"GET": "place.read"}
    renderer_classes = [CsvRenderer, JSONRenderer]

    @extend_schema(
        operation_id="sheet_csv",
        parameters=[SheetQuery],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> Response:
        given = given_by(SheetQuery, request).validated_data
        rows = sheet_rows(given["sheet"], municipality=given["municipality"])
        encoding = Encoding(given["encoding"])
        charset = "shift_jis" if encoding is Encoding.CP932 else "utf-8"
        standing = "verified" if rows.layout.is_verified else "not-verified"
        return Response(
            sheet_csv(rows, encoding=encoding),
            content_type=f"text/csv; charset={charset}",
            headers={
                "X-Layout": f"{rows.layout.version}; {standing}",
                "Content-Disposition": f'attachment; filename="{given["sheet"]}.csv"',
            },
        )


class CatalogueView(APIView):
    """The city's open data as a DCAT catalogue (JSON-LD)."""

    policy_actions = {"GET": "place.read"}
    renderer_classes = [JsonLdRenderer, JSONRenderer]

    @extend_schema(
        operation_id="catalogue", parameters=[CityQuery], responses={200: OpenApiTypes.OBJECT}
    )
    def get(self, request: Request) -> Response:
        given = given_by(CityQuery, request).validated_data
        return Response(dcat(given["municipality"], root=API_ROOT))


class PackageListView(APIView):
    """The names of the sheets that have rows, as CKAN's ``package_list`` answers."""

    policy_actions = {"GET": "place.read"}

    @extend_schema(
        operation_id="package_list", parameters=[CityQuery], responses={200: OpenApiTypes.OBJECT}
    )
    def get(self, request: Request) -> Response:
        city = given_by(CityQuery, request).validated_data["municipality"]
        names = [package_name(sheet, city) for sheet in sheets_with_rows(city)]
        return Response({"success": True, "result": names})


class PackageUnknown(Refusal):
    """No package has this name."""

    code = "package-unknown"
    title = _("この名前のデータはありません")
    next_step = _("package_list で、名前をたしかめてください。")
    status = HTTPStatus.NOT_FOUND


class PackageShowView(APIView):
    """One sheet with its files, as CKAN's ``package_show`` answers."""

    policy_actions = {"GET": "place.read"}
    refuses = (PackageUnknown,)

    @extend_schema(
        operation_id="package_show",
        parameters=[CityQuery, OpenApiParameter("id", str, description="A name of `package_list`")],
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request) -> Response:
        city = given_by(CityQuery, request).validated_data["municipality"]
        sheet = sheet_of_package(request.query_params.get("id", ""), city)
        if sheet is None:
            raise PackageUnknown
        return Response({"success": True, "result": package(sheet, city, root=API_ROOT)})
