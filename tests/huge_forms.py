"""A form of gigabytes that is made while it is read, and the folders that must stay as they were.

Nothing here holds or writes what it sends: the stream counts how much of it was asked for.
"""

import contextlib
import io
import tempfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.conf import settings

MIB: Final = 1 << 20
TWO_GB: Final = 2 << 30
MULTIPART: Final = "multipart/form-data; boundary=B"
_LINE: Final = "\r\n"


def field(name: str, value: str) -> bytes:
    """Return one field of the form."""
    return f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


def file_head(name: str) -> bytes:
    """Return the head of a file of the form; what follows is its content."""
    said = f'--B\r\nContent-Disposition: form-data; name="file"; filename="{name}"'
    return (said + _LINE + "Content-Type: application/pdf" + 2 * _LINE).encode()


class EndlessForm(io.RawIOBase):
    """``head``, then bytes without end; ``bytes_read`` says how many of them anybody took."""

    def __init__(self, head: bytes, filling: bytes = b"x") -> None:
        self._head = io.BytesIO(head)
        self._filling = filling
        self.bytes_read = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= 16 * MIB:
            raise AssertionError(f"somebody asks for {size} bytes at once")
        part = self._head.read(size)
        part += (self._filling * (size // len(self._filling) + 1))[: size - len(part)]
        self.bytes_read += len(part)
        return part


def streamed(form: EndlessForm, length: int | None) -> dict[str, Any]:
    """Return the environment of a request whose body is ``form``.

    ``length`` is what it declares; ``None`` is a body in chunks, which declares nothing.
    """
    said = (
        {"HTTP_TRANSFER_ENCODING": "chunked"} if length is None else {"CONTENT_LENGTH": str(length)}
    )
    return {"REQUEST_METHOD": "POST", "CONTENT_TYPE": MULTIPART, "wsgi.input": form} | said


@contextlib.contextmanager
def little_memory_and_no_file(most_bytes: int) -> Iterator[None]:
    """Fail where the block takes more memory at once, or leaves a file of an upload behind."""
    before = _files()
    tracemalloc.start()
    try:
        yield
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < most_bytes, f"{peak / MIB:.0f} MiB"
    assert _files() == before


def _files() -> set[Path]:
    stored = Path(settings.DOCUMENTS_DIR)
    return {one for one in stored.rglob("*") if one.is_file()} | set(
        Path(tempfile.gettempdir()).glob("*.upload*")
    )
