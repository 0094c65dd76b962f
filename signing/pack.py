"""QR text <-> SD-JWT: ``SK1:`` + base45(pack), or ``SK0:`` + base45(SD-JWT).

The pack is lossless. The reader restores the standard SD-JWT bit for bit, and every signature is
over that string: packing adds no trust and takes none away. Pack version 1:

    0x01 | uint16 length of z | z | raw

1. The parts are joined by 0x00: issuer header, issuer payload, each disclosure, then key-binding
   header and payload, or one trailing 0x00 where there is no key binding.
2. In them each maximal run of base64url characters that is canonical and spells 12 to 255 bytes
   becomes 0x01, a length byte, and its bytes go to ``raw``; ``sd_hash`` becomes 0x02.
3. ``z`` is that, raw deflate with preset dictionary 1. ``raw`` is the runs in order of appearance,
   the issuer's signature, and the key binding's.

The reader does it backwards and refuses what the writer would never write.
"""

import re
import zlib
from pathlib import Path
from typing import Final

from signing import base45, base64url, sdjwt
from signing.faults import BadToken, Fault, unreadable

PACKED: Final = "SK1:"
PLAIN: Final = "SK0:"
TEXT_CHARS_MAX: Final = 3_100
PACK_BYTES_MAX: Final = 2_048
INFLATED_BYTES_MAX: Final = 8_192
DICTIONARY: Final = (Path(__file__).parent / "dictionary-1.bin").read_bytes()

_VERSION: Final = 1
_HEAD_BYTES: Final = 3
_SIGNATURE_BYTES: Final = 64
_RUN_BYTES_MIN: Final = 12
_RUN_BYTES_MAX: Final = 255
_RUN: Final = re.compile(rb"[A-Za-z0-9_-]{16,}")
_RUN_MARK: Final = b"\x01"
_SD_HASH_MARK: Final = b"\x02"
_CONTROL: Final = bytes(range(0x20))
_ISSUER_PARTS: Final = 2
_KEY_BINDING_PARTS: Final = 2
_TOKEN_PARTS: Final = 3


# -- writing --------------------------------------------------------------------------------


def pack(sd_jwt: str) -> str:
    """Return the QR text of ``sd_jwt``; ``ValueError`` where none of the two forms can hold it."""
    raw = sd_jwt.encode("ascii")
    try:
        text = PACKED + base45.encode(_pack(raw))
        if unpack(text) == raw:
            return text
    except BadToken:
        pass  # not of a shape that packs; the plain form takes any text
    if len(raw) > PACK_BYTES_MAX:
        raise ValueError("too long for a QR code")
    return PLAIN + base45.encode(raw)


def _pack(raw: bytes) -> bytes:
    whole = sdjwt.parse(raw)
    tokens = [whole.issuer_jwt.split(b".")]
    if whole.key_binding is not None:
        tokens.append(whole.key_binding.split(b"."))
    if any(len(token) != _TOKEN_PARTS for token in tokens):
        raise unreadable("not three parts")
    signatures = [base64url.decode(token.pop()) for token in tokens]
    issuer, *binding = [[base64url.decode(part) for part in token] for token in tokens]
    parts = [
        *issuer,
        *map(base64url.decode, whole.disclosures),
        *(binding[0] if binding else [b""]),
    ]
    if any(len(part) != len(part.translate(None, _CONTROL)) for part in parts):
        raise unreadable("a control byte would be taken for a mark")
    if binding:
        digest = sdjwt.digest_of(whole.presentation).encode()
        parts[-1] = parts[-1].replace(digest, _SD_HASH_MARK)
    runs: list[bytes] = []

    def shorten(match: re.Match[bytes]) -> bytes:
        try:
            run = base64url.decode(match.group())
        except BadToken:
            return match.group()
        if not _RUN_BYTES_MIN <= len(run) <= _RUN_BYTES_MAX:
            return match.group()
        runs.append(run)
        return _RUN_MARK + bytes([len(run)])

    shortened = b"\0".join([_RUN.sub(shorten, part) for part in parts])
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, DICTIONARY)
    z = deflate.compress(shortened) + deflate.flush()
    return b"".join([bytes([_VERSION]), len(z).to_bytes(2, "big"), z, *runs, *signatures])


# -- reading --------------------------------------------------------------------------------


def unpack(text: str) -> bytes:
    """Return the SD-JWT in a QR text, or raise ``BadToken``.

    Size is decided before anything is decoded, and one bounded inflate is all the work.
    """
    if len(text) > TEXT_CHARS_MAX:
        raise BadToken(Fault.TOO_LONG)
    prefix = text[: len(PACKED)]
    if prefix not in {PACKED, PLAIN}:
        raise BadToken(Fault.NOT_A_CARD)
    try:
        body = text[len(PACKED) :].encode("ascii")
    except UnicodeEncodeError:
        raise unreadable("not base45") from None
    if len(body) * 2 // 3 > PACK_BYTES_MAX:
        raise BadToken(Fault.TOO_LONG)
    raw = base45.decode(body)
    return raw if prefix == PLAIN else _unpack(raw)


def _unpack(raw: bytes) -> bytes:
    if len(raw) < _HEAD_BYTES:
        raise BadToken(Fault.CUT_OFF)
    if raw[0] != _VERSION:
        raise unreadable("another version of the pack")
    start = _HEAD_BYTES + int.from_bytes(raw[1:_HEAD_BYTES], "big")
    if start > len(raw):
        raise BadToken(Fault.CUT_OFF)
    parts = inflate(raw[_HEAD_BYTES:start]).split(b"\0")
    if len(parts) <= _ISSUER_PARTS:
        raise unreadable("too few parts")
    return _Restoring(raw, start).sd_jwt(parts)


def inflate(z: bytes) -> bytes:
    """Return what ``z`` holds if that is at most ``INFLATED_BYTES_MAX``, or raise ``BadToken``."""
    stream = zlib.decompressobj(-15, DICTIONARY)
    try:
        whole = stream.decompress(z, INFLATED_BYTES_MAX + 1)
    except zlib.error:
        raise unreadable("not a deflate stream") from None
    if len(whole) > INFLATED_BYTES_MAX:
        raise BadToken(Fault.INFLATES_TOO_FAR)
    if not stream.eof or stream.unused_data:
        raise unreadable("a deflate stream that does not end where it must")
    return whole


class _Restoring:
    """Take runs and signatures from ``raw`` in the order in which they were put there."""

    def __init__(self, raw: bytes, start: int) -> None:
        self._raw = raw
        self._at = start

    def sd_jwt(self, parts: list[bytes]) -> bytes:
        binding = parts[-_KEY_BINDING_PARTS:] if parts[-1] else []
        last = len(parts) - (_KEY_BINDING_PARTS if binding else 1)
        if last < _ISSUER_PARTS or last - _ISSUER_PARTS > sdjwt.DISCLOSURES_MAX:
            raise unreadable("too few parts, or too many")
        issuer = [base64url.encode(self._plain(part)) for part in parts[:_ISSUER_PARTS]]
        disclosures = [base64url.encode(self._plain(part)) for part in parts[_ISSUER_PARTS:last]]
        header, claims = [self._expand(part) for part in binding] if binding else (b"", b"")
        _refuse_control(header)
        issuer.append(base64url.encode(self._take(_SIGNATURE_BYTES)))
        presentation = b"~".join([b".".join(issuer), *disclosures, b""])
        if not binding:
            self._end()
            return presentation
        signature = self._take(_SIGNATURE_BYTES)
        self._end()
        if _SD_HASH_MARK in claims:
            digest = sdjwt.digest_of(presentation).encode()
            claims = claims.replace(_SD_HASH_MARK, digest)
        _refuse_control(claims)
        bound = [base64url.encode(part) for part in (header, claims, signature)]
        return presentation + b".".join(bound)

    def _plain(self, part: bytes) -> bytes:
        expanded = self._expand(part)
        _refuse_control(expanded)
        return expanded

    def _expand(self, part: bytes) -> bytes:
        first, *marked = part.split(_RUN_MARK)
        if not marked:
            return first
        pieces = [first]
        for piece in marked:
            if not piece or piece[0] < _RUN_BYTES_MIN:
                raise unreadable("a run too short, or without a length")
            pieces += (base64url.encode(self._take(piece[0])), piece[1:])
        return b"".join(pieces)

    def _take(self, length: int) -> bytes:
        start = self._at
        self._at += length
        if self._at > len(self._raw):
            raise BadToken(Fault.CUT_OFF)
        return self._raw[start : self._at]

    def _end(self) -> None:
        if self._at != len(self._raw):
            raise unreadable("bytes after the end")


def _refuse_control(part: bytes) -> None:
    if len(part.translate(None, _CONTROL)) != len(part):
        raise unreadable("a stray control byte")
