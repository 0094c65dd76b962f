"""Read JSON bodies: strict UTF-8, bounded depth, and never a server error for bad input."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer


class TooLarge(APIException):
    """The body is larger than any request of ours."""

    status_code = 413
    default_code = "too-large"


class StrictJSONParser(BaseParser):
    """orjson refuses NaN, bytes that are not UTF-8 and more than about a thousand levels."""

    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002  DRF's own signature
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the body's value; ``ParseError`` for anything that is not JSON."""
        try:
            # Through Django's request, so that its limit on the body's size counts.
            request = (parser_context or {}).get("request")
            body = request._request.body if request is not None else stream.read()
            return orjson.loads(body)
        except RequestDataTooBig:
            raise TooLarge from None
        except orjson.JSONDecodeError:
            raise ParseError from None
