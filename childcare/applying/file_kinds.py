"""What a sent file is, by its own bytes: images and PDF only. Plain Python, no Django.

The claimed type and the name's ending are never believed. What unpacks itself (ZIP and so the
office formats, gzip) is no kind of ours, so that nothing is ever unpacked; an image is asked for
its size before anybody decodes it, because a few kilobytes of PNG may hold a wall of pixels.
"""

import io
import re
import unicodedata
import warnings
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Final

from PIL import Image, UnidentifiedImageError

from core.refusals import Refusal, gettext_noop as _

FILE_BYTES_MAX: Final = 8 * 1024 * 1024  # a good photo of a page is 2 to 5 MB
PIXELS_MAX: Final = 60_000_000  # the largest phone cameras; decoded it is 180 MB
NAME_CHARS_MAX: Final = 100
_IMAGES: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_PDF: Final = "application/pdf"
_PDF_START: Final = b"%PDF-"
_PDF_END: Final = b"%%EOF"
_TAIL_BYTES: Final = 2_048


class FileTooLarge(Refusal):
    """More bytes than a page of paper needs."""

    code = "document-too-large"
    title = _("ファイルが大きすぎます")
    next_step = _("8MBまでの写真かPDFを送ってください。写真なら、1枚ずつとりなおしてください。")
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class FileOfWrongKind(Refusal):
    """Neither an image nor a PDF, whatever it calls itself."""

    code = "document-wrong-kind"
    title = _("この種類のファイルは受け取れません")
    next_step = _("写真（JPEG・PNG・WebP）か、PDFを送ってください。")
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class FileBroken(Refusal):
    """It begins like a page and cannot be read to its end, or it is a wall of pixels."""

    code = "document-unreadable"
    title = _("ファイルを開けません")
    next_step = _("とりなおした写真か、作りなおしたPDFを送ってください。")


class FileUnsafe(Refusal):
    """The scanner found something in it."""

    code = "document-unsafe"
    title = _("ファイルに、あぶないものが入っています")
    next_step = _("このファイルは開かないでください。ほかの機械でとった写真を送ってください。")


def media_type_of(content: bytes) -> str:
    """Return the type of ``content`` by its bytes; raise one of the refusals above."""
    if len(content) > FILE_BYTES_MAX:
        raise FileTooLarge
    if content.startswith(_PDF_START):
        if _PDF_END not in content[-_TAIL_BYTES:]:
            raise FileBroken
        return _PDF
    return _image_type(content)


def _image_type(content: bytes) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=tuple(_IMAGES)) as image:
                kind, (width, height) = str(image.format), image.size
                if width * height > PIXELS_MAX:
                    raise FileBroken
                image.verify()
    except UnidentifiedImageError:
        raise FileOfWrongKind from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, OSError, SyntaxError,
            ValueError):  # fmt: skip
        raise FileBroken from None
    return _IMAGES[kind]


def safe_name(claimed: str) -> str:
    """Return what may be shown of a file's name: no folders, no control or direction marks.

    It is never used as a path: files are stored under ids of our own.
    """
    base = PurePosixPath(unicodedata.normalize("NFC", claimed).replace("\\", "/")).name
    shown = "".join(char for char in base if unicodedata.category(char)[0] != "C")
    shown = re.sub(r"^\.+", "", shown).strip()
    return shown[-NAME_CHARS_MAX:] or "file"
