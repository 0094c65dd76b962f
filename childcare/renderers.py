"""The forms other than JSON in which childcare answers: feeds, calendars, photos."""

from places.renderers import BytesRenderer


class AtomRenderer(BytesRenderer):
    """RFC 4287."""

    media_type = "application/atom+xml"
    format = "atom"


class CalendarRenderer(BytesRenderer):
    """RFC 5545."""

    media_type = "text/calendar"
    format = "ics"


class PhotoRenderer(BytesRenderer):
    """A picture."""

    media_type = "image/jpeg"
    format = "jpg"
