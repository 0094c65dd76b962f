"""Limit an upload while it streams in: 2 GB never reach the disk or the memory.

Two limits: a page of paper has 8 MB, counted over all files of one form; and a form that declares
much more than that is not read at all. Between the two the rest is read and thrown away, because
a browser shows its own error, and not our sentence, where the answer comes before the form's end.
``StopUpload`` would not do: it reads the rest by lines, and a photo is one line of megabytes.
"""

from collections.abc import Mapping
from typing import IO, Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

from childcare.applying.file_kinds import FILE_BYTES_MAX, FileTooLarge

FORM_BYTES_READ_MAX: Final = 6 * FILE_BYTES_MAX  # a photo that was not made smaller, a short film


class LimitedUpload(FileUploadHandler):
    """Keeps small files in memory, and nothing of what comes once they are too large."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.is_too_large = _declared_bytes(request) > FORM_BYTES_READ_MAX
        self.parts: list[bytes] = []
        self.bytes_read = 0

    def handle_raw_input(
        self,
        input_data: IO[Any],  # noqa: ARG002
        META: Mapping[str, Any],  # noqa: ARG002, N803  Django's own signature
        content_length: int,  # noqa: ARG002
        boundary: str,  # noqa: ARG002
        encoding: str | None = None,  # noqa: ARG002
    ) -> tuple[QueryDict, MultiValueDict[str, Any]] | None:
        """Return an empty form in the place of one that is too large to be read."""
        return (QueryDict(), MultiValueDict()) if self.is_too_large else None

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Begin a file of the form; what the files before it took still counts."""
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        self.parts = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:  # noqa: ARG002
        """Keep a part, or nothing where the files are larger than any page."""
        self.bytes_read += len(raw_data)
        self.is_too_large = self.bytes_read > FILE_BYTES_MAX
        if self.is_too_large:
            self.parts = []
        else:
            self.parts.append(raw_data)
        return None

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:  # noqa: ARG002
        """Return the whole file."""
        return SimpleUploadedFile(
            self.file_name or "file", b"".join(self.parts), self.content_type or ""
        )


def limit_uploads(request: HttpRequest) -> LimitedUpload:
    """Put the limit in the place of Django's handlers, before anybody reads the form."""
    handler = LimitedUpload(request)
    request.upload_handlers = [handler]
    return handler


def uploaded_content(request: HttpRequest, handler: LimitedUpload, field: str) -> tuple[str, bytes]:
    """Return (claimed name, bytes) of one field's file; empty where none came.

    Raises :class:`FileTooLarge`.
    """
    found = request.FILES.get(field)
    if handler.is_too_large:
        raise FileTooLarge
    if found is None:
        return "", b""
    return str(getattr(found, "name", "") or ""), found.read()


def _declared_bytes(request: HttpRequest) -> int:
    """Return the length that the request declares; Django never reads beyond it."""
    declared = str(request.META.get("CONTENT_LENGTH") or "")
    return int(declared) if declared.isascii() and declared.isdigit() else 0
