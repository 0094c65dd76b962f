r"""A device's call goes past the middlewares that only a browser's cookies need.

A till or a front desk shows its token and has no session, no form and no messages; those ten
middlewares took a seventh of a redemption. Both classes stand in ``settings.MIDDLEWARE``, and
what stands between them is what is left out::

    DeviceRoadBegins -> session, CSRF, user, actor, allauth, messages -> DeviceRoadEnds
            \_______ Authorization: Device, under /api/ ________________/

Whether the token is good is asked where it always is: in the view.
"""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponseBase

from accounts.authentication import shows_device_token

GetResponse = Callable[[HttpRequest], HttpResponseBase]
# Django builds the chain from its end: the end is there before its beginning asks for it.
_ends: Final[list[GetResponse]] = []


class DeviceRoadEnds:
    """Where both roads meet again; changes nothing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        _ends.append(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)


class DeviceRoadBegins:
    """Sends a device's call straight to the end."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.at_end = _ends.pop()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if shows_device_token(request) and request.path_info.startswith("/api/"):
            return self.at_end(request)
        return self.get_response(request)
