"""Give each request an id that its audit events carry and its answer names."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from core import request_ids
from core.ids import uuid7

HEADER = "Kaiteki-Request-Id"


class RequestIdMiddleware:
    """The id is ours: one that a caller sends could be made to point at somebody else's request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = uuid7()
        token = request_ids.current.set(request_id)
        try:
            response = self.get_response(request)
        finally:
            request_ids.current.reset(token)
        response.headers[HEADER] = str(request_id)
        return response
