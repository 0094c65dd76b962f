"""Stop an upload while it streams in: 2 GB never reach the disk or the memory."""

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from childcare.applying.file_kinds import FILE_BYTES_MAX, FileTooLarge


class LimitedUpload(FileUploadHandler):
    """Keeps one small file in memory; a larger one ends the reading of the request."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.is_too_large = False
        self.parts: list[bytes] = []
        self.bytes_read = 0

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Begin a file of the form."""
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        self.parts, self.bytes_read = [], 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:  # noqa: ARG002
        """Keep a part, or stop where the file is larger than any page."""
        self.bytes_read += len(raw_data)
        if self.bytes_read > FILE_BYTES_MAX:
            self.is_too_large = True
            self.parts = []
            raise StopUpload(connection_reset=True)
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
