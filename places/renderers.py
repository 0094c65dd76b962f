"""The forms other than plain JSON in which places are given away."""

from typing import Any

from rest_framework.renderers import BaseRenderer, JSONRenderer


class GeoJsonRenderer(JSONRenderer):
    """RFC 7946."""

    media_type = "application/geo+json"
    format = "geojson"


class JsonLdRenderer(JSONRenderer):
    """Linked data as JSON."""

    media_type = "application/ld+json"
    format = "jsonld"


class CsvRenderer(BaseRenderer):
    """A sheet; the view makes the bytes."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,  # noqa: ARG002
        renderer_context: Any = None,  # noqa: ARG002
    ) -> Any:
        """Return the bytes; a problem is told by the JSON renderer."""
        return data if isinstance(data, bytes) else JSONRenderer().render(data)
