"""Where the files of papers lie: encrypted, under ids of our own, outside the web root."""

from pathlib import Path

from django.conf import settings

from childcare.models import Document
from core.encrypted import Sealed, Undecryptable, seal, unseal


def path_of(document: Document) -> Path:
    """Return where a paper's file lies."""
    return Path(settings.DOCUMENTS_DIR) / "childcare" / str(document.pk)


def write_file(document: Document, content: bytes) -> None:
    """Store the bytes of a paper, sealed to its id."""
    path = path_of(document)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(seal(content, bound_to=_bound(document)))
    path.chmod(0o600)


def read_file(document: Document) -> bytes:
    """Return the bytes of a paper; raise ``FileNotFoundError`` where there is no file of ours."""
    try:
        return unseal(Sealed(path_of(document).read_bytes()), bound_to=_bound(document))
    except Undecryptable:
        raise FileNotFoundError(document.pk) from None


def forget_file(document: Document) -> None:
    """Remove the file of a paper."""
    path_of(document).unlink(missing_ok=True)


def _bound(document: Document) -> bytes:
    return f"childcare.document.file|{document.pk}".encode()
