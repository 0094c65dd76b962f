"""Files of papers: what they are by their bytes, where they lie, what is refused."""

import io
import socket
import struct
import threading
import zipfile
import zlib

import pytest
from PIL import Image

from childcare.applying.file_kinds import (
    FILE_BYTES_MAX,
    FileBroken,
    FileOfWrongKind,
    FileTooLarge,
    FileUnsafe,
    media_type_of,
    safe_name,
)
from childcare.applying.paper_files import forget_file, path_of, read_file
from childcare.applying.papers import receive_file
from childcare.applying.scanning import ScannerSilent, demand_clean
from childcare.models import Document
from tests.childcare.applying.factories import PDF, make_draft, told_by_family


def picture(kind: str = "PNG", size: tuple[int, int] = (20, 20)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size).save(out, kind)
    return out.getvalue()


def wall_of_pixels() -> bytes:
    """A PNG of a few hundred bytes that says it is 60,000 by 60,000."""
    head = struct.pack("!II5B", 60_000, 60_000, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack("!I", len(data)) + name + data + struct.pack("!I", zlib.crc32(name + data))
        for name, data in chunks
    )


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("a", b"\0" * 5_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "application/pdf"),
        (picture("PNG"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (picture("WEBP"), "image/webp"),
    ],
)
def test_a_file_is_what_its_bytes_are(content: bytes, kind: str) -> None:
    assert media_type_of(content) == kind


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        pytest.param(b"", FileOfWrongKind, id="empty"),
        pytest.param(zip_bomb(), FileOfWrongKind, id="zip bomb"),
        pytest.param(b"<svg onload='x()'/>", FileOfWrongKind, id="svg"),
        pytest.param(b"MZ\x90\0", FileOfWrongKind, id="program"),
        pytest.param(picture("GIF"), FileOfWrongKind, id="a picture of another kind"),
        pytest.param(picture()[:60], FileBroken, id="half a picture"),
        pytest.param(b"%PDF-1.7 and no end", FileBroken, id="half a pdf"),
        pytest.param(wall_of_pixels(), FileBroken, id="wall of pixels"),
        pytest.param(PDF + b"\0" * FILE_BYTES_MAX, FileTooLarge, id="too large"),
    ],
)
def test_nothing_else_is_taken(content: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        media_type_of(content)


@pytest.mark.parametrize(
    ("claimed", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("就労証明書.pdf", "就労証明書.pdf"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("..", "file"),
        ("", "file"),
        ("x" * 500, "x" * 100),
    ],
)
def test_a_name_is_shown_without_folders_and_tricks(claimed: str, shown: str) -> None:
    assert safe_name(claimed) == shown


@pytest.mark.django_db
def test_a_paper_lies_encrypted_under_an_id_of_ours() -> None:
    row = make_draft()
    paper = receive_file(
        row, kind="employment", subject="guardian:1", name="../../x.pdf", content=PDF,
        told=told_by_family(row),
    )  # fmt: skip
    assert paper.file_name == "x.pdf"
    assert path_of(paper).name == str(paper.pk)
    assert PDF not in path_of(paper).read_bytes()
    assert read_file(Document.objects.get(pk=paper.pk)) == PDF
    forget_file(paper)
    with pytest.raises(FileNotFoundError):
        read_file(paper)


@pytest.mark.django_db
def test_a_file_moved_to_another_paper_is_not_opened() -> None:
    row = make_draft()
    one, other = (
        receive_file(
            row, kind=kind, subject="guardian:1", name="a", content=PDF, told=told_by_family(row)
        )
        for kind in ("employment", "illness")
    )
    path_of(other).write_bytes(path_of(one).read_bytes())
    with pytest.raises(FileNotFoundError):
        read_file(other)


def answer_as_clamd(answer: bytes) -> str:
    """Listen once as a clamd does, and return the address."""
    door = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _peer = door.accept()
        with line, door:
            while line.recv(65_536)[-4:] != b"\0\0\0\0":
                pass
            line.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    return f"127.0.0.1:{door.getsockname()[1]}"


def test_what_the_scanner_finds_is_refused(settings) -> None:  # type: ignore[no-untyped-def]
    settings.DOCUMENT_SCANNER = answer_as_clamd(b"stream: Eicar FOUND\0")
    with pytest.raises(FileUnsafe):
        demand_clean(PDF)
    settings.DOCUMENT_SCANNER = answer_as_clamd(b"stream: OK\0")
    demand_clean(PDF)


def test_a_scanner_that_does_not_answer_lets_nothing_through(settings) -> None:  # type: ignore[no-untyped-def]
    settings.DOCUMENT_SCANNER = "127.0.0.1:1"
    with pytest.raises(ScannerSilent):
        demand_clean(PDF)
