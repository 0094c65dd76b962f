"""Refuse a form that is larger than any file we take, before a byte of it is read.

Django's own handlers write an uploaded file to the disk while it comes in, and its check against
forged forms reads the whole form before a view can ask who is calling: without this, anybody could
fill the disk. Routes with smaller limits of their own check those afterwards.
"""

from collections.abc import Mapping
from typing import IO, Any, Final

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

# The largest file that a route takes is a ledger of 50 MB; the form around it needs a little.
FORM_BYTES_MAX: Final = 51_000_000


class RefuseHugeForms(FileUploadHandler):
    """The first of the upload handlers: it keeps nothing, and passes on what is small enough."""

    def handle_raw_input(
        self,
        input_data: IO[Any],  # noqa: ARG002
        META: Mapping[str, Any],  # noqa: ARG002, N803  Django's own signature
        content_length: int,
        boundary: str,  # noqa: ARG002
        encoding: str | None = None,  # noqa: ARG002
    ) -> None:
        """Raise where the declared length is too much; Django never reads beyond it."""
        if content_length > FORM_BYTES_MAX:
            raise RequestDataTooBig

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002
        """Pass the data on."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers after this one."""
