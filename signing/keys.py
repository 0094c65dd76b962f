"""Signing keys behind one interface, public keys as JWK, and their names (RFC 7517, RFC 7638).

A backend only has to make ``r||s`` over bytes, so a file, a PKCS#11 token and a cloud KMS look
alike to the rest. Whose key is trusted is decided in ``signing.trust``.
"""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol, Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from signing import base64url, es256
from signing.faults import BadToken, unreadable

PublicKey = ec.EllipticCurvePublicKey
PrivateKey = ec.EllipticCurvePrivateKey
Jwk = dict[str, str]

_COORDINATE_BYTES: Final = 32


class Signer(Protocol):
    """A private key that signs and never leaves; ``kid`` is its name in tokens."""

    @property
    def kid(self) -> str:
        """Return the key's name."""

    @property
    def public_key(self) -> PublicKey:
        """Return the public half."""

    def sign(self, signing_input: bytes) -> bytes:
        """Return r||s, 64 bytes (ES256)."""


class PemSigner:
    """A private key from a PKCS#8 PEM: the default backend."""

    def __init__(self, key: PrivateKey, *, kid: str) -> None:
        self._key = key
        self.kid = kid
        self.public_key = key.public_key()

    @classmethod
    def from_pem(cls, pem: bytes, *, kid: str, password: bytes | None = None) -> Self:
        """Read a PEM; ``ValueError`` unless it holds a P-256 private key."""
        key = serialization.load_pem_private_key(pem, password=password)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
            raise ValueError("not a P-256 private key")
        return cls(key, kid=kid)

    @classmethod
    def from_file(cls, path: Path, *, kid: str, password: bytes | None = None) -> Self:
        """Read a PEM file; ``ValueError`` unless it holds a P-256 private key."""
        return cls.from_pem(path.read_bytes(), kid=kid, password=password)

    def sign(self, signing_input: bytes) -> bytes:
        """Return r||s, 64 bytes (ES256)."""
        return es256.sign(self._key, signing_input)


def generate_key() -> PrivateKey:
    """Return a new P-256 private key."""
    return ec.generate_private_key(ec.SECP256R1())


def private_pem(key: PrivateKey, *, password: bytes | None = None) -> bytes:
    """Return ``key`` as PKCS#8 PEM, encrypted where a password is given."""
    protection: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password is not None:
        protection = serialization.BestAvailableEncryption(password)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection
    )


def key_file(path: Path, *, kid: str) -> PemSigner:
    """Make a key file that only its owner reads; take the one of an earlier, cut-off attempt."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    written = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(written, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(private_pem(generate_key()))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(written, path)  # never over a key that may have signed already
    except FileExistsError:
        pass
    finally:
        written.unlink()
    return PemSigner.from_file(path, kid=kid)


def public_jwk(key: PublicKey) -> Jwk:
    """Return the four members that define the key, and no more: they go into a QR code."""
    numbers = key.public_numbers()
    x, y = (
        base64url.encode(number.to_bytes(_COORDINATE_BYTES, "big")).decode()
        for number in (numbers.x, numbers.y)
    )
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def private_jwk(key: PrivateKey) -> Jwk:
    """Return the key with its secret ``d``: for published *test* keys only."""
    secret = key.private_numbers().private_value.to_bytes(_COORDINATE_BYTES, "big")
    return public_jwk(key.public_key()) | {"d": base64url.encode(secret).decode()}


def key_from_private_jwk(jwk: Mapping[str, str]) -> PrivateKey:
    """Return the private key of ``jwk``."""
    secret = int.from_bytes(base64url.decode(jwk["d"].encode()), "big")
    return ec.derive_private_key(secret, ec.SECP256R1())


def key_from_jwk(jwk: object) -> PublicKey:
    """Return the P-256 public key of ``jwk``; ``BadToken`` for anything else.

    A private key in a public place, another curve and a point off the curve are refused; members
    that name no key (``use``, ``kid``, ``alg``) are let through (RFC 7517 section 4).
    """
    if not isinstance(jwk, Mapping) or jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
        raise unreadable("not a P-256 key")
    if "d" in jwk:
        raise unreadable("a private key where a public one belongs")
    point = b"\x04" + _coordinate(jwk.get("x")) + _coordinate(jwk.get("y"))
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        raise unreadable("not a point on P-256") from None


def thumbprint(jwk: Mapping[str, str]) -> str:
    """Return the key's name by its content: RFC 7638 with SHA-256, base64url."""
    members = f'{{"crv":"{jwk["crv"]}","kty":"{jwk["kty"]}","x":"{jwk["x"]}","y":"{jwk["y"]}"}}'
    return base64url.encode(hashlib.sha256(members.encode()).digest()).decode()


def thumbprint_of(key: PublicKey) -> str:
    """Return the RFC 7638 thumbprint of a public key."""
    return thumbprint(public_jwk(key))


def _coordinate(text: object) -> bytes:
    if not isinstance(text, str):
        raise unreadable("no coordinate")
    try:
        raw = base64url.decode(text.encode("ascii"))
    except (UnicodeEncodeError, BadToken):
        raise unreadable("not a coordinate") from None
    if len(raw) != _COORDINATE_BYTES:
        raise unreadable("not a coordinate of P-256")
    return raw
