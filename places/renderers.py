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


class BytesRenderer(BaseRenderer):
    """The view makes the bytes; a problem is told as JSON."""

    charset: str | None = None
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,  # noqa: ARG002
        renderer_context: Any = None,  # noqa: ARG002
    ) -> Any:
        """Return the bytes as they are."""
        return data if isinstance(data, bytes) else JSONRenderer().render(data)


class CsvRenderer(BytesRenderer):
    """A sheet."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"
