"""Cursor pages: ``{"next", "previous", "results"}``, stable while rows are added."""

from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    """Newest first by default; ids are UUIDv7, so they are in order of time."""

    ordering = "-id"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
