"""The hook of the virus scanner: clamd over its socket, or nothing where none is set."""

import socket
import struct
from typing import Final

from django.conf import settings

from childcare.applying.file_kinds import FileUnsafe
from core.refusals import Refusal, gettext_noop as _

_TIMEOUT_SECONDS: Final = 20
_CHUNK_BYTES: Final = 64 * 1024


class ScannerSilent(Refusal):
    """A scanner is set and does not answer: nothing is taken unseen."""

    code = "document-scanner-silent"
    title = _("いまファイルを調べられません")
    next_step = _("少し待ってから、もう一度送ってください。")


def demand_clean(content: bytes) -> None:
    """Raise :class:`FileUnsafe` where the scanner found something.

    ``settings.DOCUMENT_SCANNER`` is ``host:port`` of a clamd; empty means that none is asked.
    """
    address = settings.DOCUMENT_SCANNER
    if not address:
        return
    host, _colon, port = address.rpartition(":")
    try:
        answer = _ask((host, int(port)), content)
    except (OSError, ValueError):
        raise ScannerSilent from None
    if b"FOUND" in answer:
        raise FileUnsafe
    if b"OK" not in answer:
        raise ScannerSilent


def _ask(address: tuple[str, int], content: bytes) -> bytes:
    """Speak clamd's INSTREAM: length-prefixed chunks, ended by a chunk of none."""
    with socket.create_connection(address, timeout=_TIMEOUT_SECONDS) as line:
        line.sendall(b"zINSTREAM\0")
        for at in range(0, len(content), _CHUNK_BYTES):
            chunk = content[at : at + _CHUNK_BYTES]
            line.sendall(struct.pack("!L", len(chunk)) + chunk)
        line.sendall(struct.pack("!L", 0))
        return line.recv(4_096)
