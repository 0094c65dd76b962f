"""Pages of rows that have a rank of their own: ``{"next", "previous", "results"}``.

The cursor is a place in the order. Search results have no column that a cursor could stand on: the
rank is worked out from the words. A row that is added meanwhile may shift a page by one.
"""

import base64
import binascii
from collections.abc import Sequence
from typing import Any, Final

from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

PAGE_SIZE: Final = 50
PAGE_SIZE_MAX: Final = 200
FIRST_MAX: Final = 20_000  # nobody reads further, and the database would


class RankedPages(BasePagination):
    """Pages by place in the order."""

    def paginate_queryset(
        self,
        queryset: "QuerySet[Any] | Sequence[Any]",
        request: Request,
        view: Any = None,  # noqa: ARG002  DRF's own signature
    ) -> list[Any]:
        """Return the rows of the page that the request asks for."""
        self.address = request.build_absolute_uri()
        self.size = _size(request)
        self.first = place_of(request.query_params.get("cursor", ""))
        rows = list(queryset[self.first : self.first + self.size + 1])
        self.has_more = len(rows) > self.size and self.first + self.size <= FIRST_MAX
        return rows[: self.size]

    def get_paginated_response(self, data: Any) -> Response:
        """Return the page with the addresses of its neighbours."""
        return Response({"next": self.next(), "previous": self.previous(), "results": data})

    def next(self) -> str | None:
        """Return the next page's address."""
        return self._address(self.first + self.size) if self.has_more else None

    def previous(self) -> str | None:
        """Return the previous page's address."""
        return self._address(max(0, self.first - self.size)) if self.first else None

    def _address(self, first: int) -> str:
        return replace_query_param(self.address, "cursor", cursor_at(first))


def _size(request: Request) -> int:
    text = request.query_params.get("page_size", "")
    return min(PAGE_SIZE_MAX, max(1, int(text))) if text.isascii() and text.isdigit() else PAGE_SIZE


def cursor_at(first: int) -> str:
    """Return the cursor of a place in the order."""
    return base64.urlsafe_b64encode(b"r%d" % first).decode().rstrip("=")


def place_of(cursor: str) -> int:
    """Return the place in the order, 0 without a cursor; ``NotFound`` for what is none."""
    if not cursor:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        raise NotFound from None
    digits = text.removeprefix("r")
    if digits == text or not digits.isdigit() or len(digits) > len(str(FIRST_MAX)):
        raise NotFound
    return min(int(digits), FIRST_MAX)
