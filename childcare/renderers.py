"""The forms other than JSON in which childcare answers: feeds, calendars, photos."""

from typing import Any

from rest_framework.renderers import BaseRenderer, JSONRenderer


class _BytesRenderer(BaseRenderer):
    """The view makes the bytes; a problem is told as JSON."""

    charset = None
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,  # noqa: ARG002
        renderer_context: Any = None,  # noqa: ARG002
    ) -> Any:
        return data if isinstance(data, bytes) else JSONRenderer().render(data)


class AtomRenderer(_BytesRenderer):
    """RFC 4287."""

    media_type = "application/atom+xml"
    format = "atom"


class CalendarRenderer(_BytesRenderer):
    """RFC 5545."""

    media_type = "text/calendar"
    format = "ics"


class PhotoRenderer(_BytesRenderer):
    """A picture."""

    media_type = "image/jpeg"
    format = "jpg"
