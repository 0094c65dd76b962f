"""The snapshot and the result of a run, as files beside the documents, outside the web root."""

import hashlib
import os
from pathlib import Path

from django.conf import settings

from childcare.admission.refusals import CertificateRefused
from childcare.models import Run


def market_path(run: Run) -> Path:
    """Return where the run's snapshot lies."""
    return _folder(run) / "market.json"


def result_path(run: Run) -> Path:
    """Return where the run's result lies."""
    return _folder(run) / "result.json"


def _folder(run: Run) -> Path:
    return Path(settings.DOCUMENTS_DIR) / "admission" / str(run.pk)


def write(path: Path, content: bytes) -> None:
    """Write a file that only the service may read, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    with half.open("wb") as file:
        half.chmod(0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def read(path: Path, *, sha256: str) -> bytes:
    """Return the file if it is the one that the run wrote; :class:`CertificateRefused` if not."""
    try:
        content = path.read_bytes()
    except OSError:
        raise CertificateRefused(f"{path.name} is not there") from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise CertificateRefused(f"{path.name} was changed")
    return content
