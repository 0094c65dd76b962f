"""Verify cards line by line, so that another vendor's till can use the city's own rules.

Each line of standard input is a QR text, or ``{"qr", "at"?, "venue"?, "challenge"?}`` whose own
values win; one JSON object a line comes out, at once and in order. It needs no database. A bundle
file that is replaced while the command runs is read again, unless it is older than the one in use.
"""

import json
import os
import sys
import traceback
from argparse import ArgumentParser, ArgumentTypeError
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping, Set
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from django.core.management.base import BaseCommand, CommandError

from disability_card.refusals import REFUSAL_OF_FAULT, CardRefused, NotACard, TooLong, Unreadable
from disability_card.scan_memory import IssuerParts, MarksInMemory
from disability_card.verdicts import refusal_json
from disability_card.verification import Mode, Venue, Verifier
from signing import strict_json
from signing.faults import BadToken
from signing.trust import Bundle, open_bundle_document, read_trust_document

# A QR text has at most 3,100 characters; the rest is room for the object around it.
LINE_BYTES_MAX: Final = 16_384


class Command(BaseCommand):
    help = "確認端末のファイルを使って、標準入力のQRコードの文字を1行ずつ確かめます。"
    stealth_options = ("stdin",)  # for callers in Python
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bundle", type=Path, required=True, help="bundle.json")
        parser.add_argument("--trust", type=Path, required=True, help="trust.json")
        parser.add_argument("--at", type=_at, help="ISO 8601（時差つき）; 省略すると今の時刻")
        parser.add_argument("--offline", action="store_true", help="オフラインの時間幅で確かめる")
        parser.add_argument(
            "--plain",
            action="store_true",
            help="どの行もQRの文字として扱う(読み取り器をそのままつなぐとき)",
        )

    def handle(self, *_args: object, **options: Any) -> None:
        mode = Mode.OFFLINE if options["offline"] else Mode.ONLINE
        till = Till(bundle=options["bundle"], trust=options["trust"], mode=mode)
        lines: IO[bytes] | None = options.get("stdin") or getattr(sys.stdin, "buffer", None)
        if lines is None:
            raise CommandError("no standard input")
        try:
            self._answer_all(lines, till, options)
        except BrokenPipeError:
            # Whoever read the answers has gone, as `head` does. Python would say so once more when
            # it flushes at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _answer_all(self, lines: IO[bytes], till: "Till", options: Mapping[str, Any]) -> None:
        for line in bounded_lines(lines):
            now = options["at"] or datetime.now(UTC)
            try:
                answer = till.answer(line, now=now, is_plain=options["plain"])
            except Exception:  # noqa: BLE001  a fault of ours must not stop the queue at the till
                traceback.print_exc(file=sys.stderr)
                answer = refusal_json(Unreadable())
            self.stdout.write(json.dumps(answer))  # ASCII: a till's locale cannot garble it
            self.stdout.flush()


class Till:
    """A front desk for the length of one run: its files, its replay marks, its memory."""

    def __init__(self, *, bundle: Path, trust: Path, mode: Mode) -> None:
        self._bundle_file = bundle
        self._pinned = _pinned(trust)
        self._mode = mode
        self._marks = MarksInMemory()
        self._parts = IssuerParts()
        self._stamp: tuple[int, int] | None = None
        self._bundle: Bundle | None = None
        self._verifier: Verifier | CardRefused = self._open(_read_json(bundle))

    def answer(self, line: bytes | None, *, now: datetime, is_plain: bool) -> dict[str, Any]:
        """Return the published form of the verdict on one line; ``None`` is a line too long."""
        try:
            if line is None:
                raise TooLong
            scan = {} if is_plain else _scan_object(line)
            # Bytes that are not UTF-8 stay apart from every character: refused further down.
            qr = str(scan["qr"]) if scan else line.decode(errors="surrogateescape")
            at = _text(scan, "at")
            return self._verify(
                qr,
                now=now if at is None else _line_instant(at),
                venue_id=_text(scan, "venue"),
                challenge=_text(scan, "challenge"),
            )
        except CardRefused as refusal:
            return refusal_json(refusal)

    def _verify(
        self, qr: str, *, now: datetime, venue_id: str | None, challenge: str | None
    ) -> dict[str, Any]:
        self._read_again()
        if isinstance(self._verifier, CardRefused):
            raise self._verifier
        here = self._bundle.venue_id if venue_id is None and self._bundle else venue_id or ""
        venue = Venue(venue_id=here, scanner=here, challenge=challenge)
        return self._verifier.verify(qr, venue=venue, now=now).as_json()

    def _read_again(self) -> None:
        """Take a bundle that was put in the file's place; keep the old one if it is not newer."""
        if _stamp_of(self._bundle_file) == self._stamp:
            return
        try:
            document = _read_json(self._bundle_file)
        except CommandError:
            return  # half written: the next line looks again
        before = self._bundle
        verifier = self._open(document)
        if before is None or (self._bundle is not None and self._bundle.iat >= before.iat):
            self._verifier = verifier
        else:
            self._bundle = before

    def _open(self, document: object) -> Verifier | CardRefused:
        self._stamp = _stamp_of(self._bundle_file)
        try:
            trust_list, self._bundle = open_bundle_document(document, pinned=self._pinned)
        except BadToken as bad:
            self._bundle = None
            return REFUSAL_OF_FAULT[bad.fault]()
        return Verifier.from_bundle(
            trust_list,
            self._bundle,
            replay_marks=self._marks,
            mode=self._mode,
            issuer_parts=self._parts,
        )


def bounded_lines(stream: IO[bytes]) -> Iterator[bytes | None]:
    """Yield each line without its end; ``None`` for one too long, which is skipped unread.

    A byte order mark before the first line belongs to the stream (some shells write one).
    """
    mark: bytes = BOM_UTF8
    while line := stream.readline(LINE_BYTES_MAX):
        if line.endswith(b"\n") or len(line) < LINE_BYTES_MAX:
            yield line.removeprefix(mark).removesuffix(b"\n").removesuffix(b"\r")
        else:
            while (rest := stream.readline(LINE_BYTES_MAX)) and not rest.endswith(b"\n"):
                pass
            yield None
        mark = b""


def _scan_object(line: bytes) -> dict[str, Any]:
    if not line.lstrip(b" \t").startswith(b"{"):
        return {}
    try:
        scan = strict_json.loads_object(line)
    except BadToken:
        raise NotACard from None
    if not isinstance(scan.get("qr"), str):
        raise Unreadable
    return scan


def _text(scan: dict[str, Any], name: str) -> str | None:
    value = scan.get(name)
    if value is not None and not isinstance(value, str):
        raise Unreadable
    return value


def _line_instant(text: str) -> datetime:
    try:
        return _instant(text)
    except ValueError:
        raise Unreadable from None


def _at(text: str) -> datetime:
    try:
        return _instant(text)
    except ValueError as exc:
        raise ArgumentTypeError(f"{exc}: {text!r}") from None


def _instant(text: str) -> datetime:
    """Read an ISO 8601 instant; ``ValueError`` where it does not say its offset."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant needs its offset from UTC")
    return instant


def _stamp_of(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _pinned(path: Path) -> Set[str]:
    try:
        return read_trust_document(_read_json(path))
    except BadToken:
        raise CommandError(f"{path}: not a trust file") from None


def _read_json(path: Path) -> object:
    try:
        return strict_json.loads(path.read_bytes())
    except OSError as exc:
        raise CommandError(f"{path}: {exc.strerror}") from None
    except BadToken:
        raise CommandError(f"{path}: not JSON") from None
